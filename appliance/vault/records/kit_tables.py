# SPDX-License-Identifier: Apache-2.0
"""The table of kits that were made: what a list shows of them without making them again."""

from dataclasses import dataclass

from appliance.model.time import Instant
from appliance.vault.records.table import Table


@dataclass(frozen=True, slots=True)
class MadeKit:
    """A kit as it came out when it was first made for this order. builder is the name of the plugin.

    made_of is a hash of the order and of the builder's version: another one means that the kit is another.
    """

    office: str
    seat: int
    builder: str
    made_of: bytes
    file_name: str
    size: int
    sha256: bytes
    made_at: Instant


made_kits = Table("made_kit", MadeKit, lambda k: (k.office, k.seat, k.builder))
