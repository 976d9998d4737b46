# SPDX-License-Identifier: Apache-2.0
"""The table of the installers of the VPN engine's client that go into kits."""

from dataclasses import dataclass

from appliance.model.time import Instant
from appliance.vault.records.table import Table


@dataclass(frozen=True, slots=True)
class KeptClient:
    """What fund IT put in for the kits of one builder; its bytes are a file beside the records, found by sha256.

    scanned names the scanners that called it clean, "" where there was none.
    """

    builder: str
    file_name: str
    size: int
    sha256: bytes
    added_at: Instant
    scanned: str = ""


kit_clients = Table("kit_client", KeptClient, lambda c: (c.builder,))
