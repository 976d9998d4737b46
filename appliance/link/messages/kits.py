# SPDX-License-Identifier: Apache-2.0
"""Messages about kits at the vault's own host: what can be made, and one made by hand (R24)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListKits:
    """Which kinds of PCs there are kits for; with a contract number, also the kits of that office."""

    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class KitBuilderNow:
    """A builder, by the name of its plugin. name is what people call its PCs; missing is "" where it can build."""

    builder: str
    name: str
    version: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class KitNow:
    """The kit of a seat. made_on is "YYYY-MM-DD"; where something is missing there is no file."""

    seat: int
    builder: str
    file_name: str
    size: int
    made_on: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class KitList:
    """Builders in the order of the configuration, kits by seat. built, failed and different count since the start.

    different are kits that came out otherwise than they were listed.
    """

    builders: tuple[KitBuilderNow, ...]
    kits: tuple[KitNow, ...] = ()
    built: int = 0
    failed: int = 0
    different: int = 0


@dataclass(frozen=True, slots=True)
class MakeKit:
    """Make the kit of a seat, for fund IT; the seat stays as it is. builder is the name of a plugin."""

    contract_number: str
    seat: int
    builder: str


@dataclass(frozen=True, slots=True)
class KitMade:
    """Its bytes follow. sha256, in hex, is of all of them."""

    file_name: str
    size: int
    sha256: str
