# SPDX-License-Identifier: Apache-2.0
"""The table of why offices call, by month."""

from dataclasses import dataclass

from appliance.vault.records.table import Table


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many cards were read in a month, "YYYY-MM", whose first situation was this."""

    month: str
    cause: str
    count: int


cause_counts = Table("cause_count", CauseCount, lambda c: (c.month, c.cause))
