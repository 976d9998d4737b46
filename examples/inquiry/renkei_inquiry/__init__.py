# SPDX-License-Identifier: Apache-2.0
"""お問い合わせ: an office asks the fund, the fund answers, and both see what is open."""

from dataclasses import dataclass

from appliance.model.words import Role

MAX_SUBJECT = 100
MAX_TEXT = 2_000
ANSWERS = frozenset({Role.FUND_CLERK, Role.FUND_DESK})
READS = ANSWERS | {Role.FUND_AUDITOR}


@dataclass(frozen=True)
class Settings:
    """The table [plugins.inquiry], which both halves read. keep_years is how long a question is kept."""

    keep_years: int = 7

    def __post_init__(self) -> None:
        """Refuse to forget at once."""
        if not 1 <= self.keep_years <= 30:
            raise ValueError("`keep_years` must be from 1 to 30")
