# SPDX-License-Identifier: Apache-2.0
"""The tables of the manuals that the fund adds (R59), and of their bytes in pieces that fit into a row."""

from dataclasses import dataclass, field

from appliance.model.time import Instant
from appliance.vault.records.table import Table


@dataclass(frozen=True, slots=True)
class KeptManual:
    """A manual of the fund. dated is the day of its text, "YYYY-MM-DD"; replaces is one that the product brings.

    engine names the scanners that called it clean at scanned_at, "" and 0 where none looked (R61).
    """

    id: str
    title: str
    file_name: str
    dated: str
    size: int
    sha256: bytes
    added_at: Instant
    added_by: str
    replaces: str = ""
    engine: str = ""
    scanned_at: Instant = 0


@dataclass(frozen=True, slots=True)
class ManualPiece:
    """Some bytes of it."""

    manual: str
    number: int
    data: bytes = field(repr=False)


manuals = Table("manual", KeptManual, lambda m: (m.id,), {"added": lambda m, blind: [(m.added_at,)]})

manual_pieces = Table(
    "manual_piece", ManualPiece, lambda p: (p.manual, p.number), {"manual": lambda p, blind: [(p.manual, p.number)]}
)
