# SPDX-License-Identifier: Apache-2.0
"""Messages about the installers of the VPN engine's client, which fund IT puts in once for all kits (R72, R258)."""

from dataclasses import dataclass

from appliance.model.time import Instant


@dataclass(frozen=True, slots=True)
class AddKitClient:
    """Take this installer into all kits of a builder, named by its plugin; the bytes come with the message.

    sha256 is in hex, size in bytes. replace: it may stand for another one that is there already.
    """

    builder: str
    file_name: str
    size: int
    sha256: str
    replace: bool = False


@dataclass(frozen=True, slots=True)
class KitClient:
    """An installer that is in all kits of a builder. scanned names the scanners that called it clean, if any."""

    builder: str
    file_name: str
    size: int
    sha256: str
    added_at: Instant
    scanned: str = ""


@dataclass(frozen=True, slots=True)
class ListKitClients:
    """Which installers are in kits, and which builders still want one."""


@dataclass(frozen=True, slots=True)
class KitClientList:
    """One row for each builder that has an installer; wanting are the names of those that wait for one."""

    rows: tuple[KitClient, ...]
    wanting: tuple[str, ...] = ()
