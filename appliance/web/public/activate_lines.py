# SPDX-License-Identifier: Apache-2.0
"""What became of each 確認コード, in words (R65): what, why, what next; nothing of other offices."""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.link.messages import Taken, TakenIn
from appliance.web import japanese
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.texts import Explanation

WELL = frozenset({Taken.WAITING, Taken.ACTIVE})


@dataclass(frozen=True, slots=True)
class SentLine:
    """One file. short_code is what people compare by phone; fault is there where it was not taken."""

    file_name: str
    said: str = ""
    short_code: str = ""
    fault: Explanation | None = None


def sent_lines(house: House, outcomes: Sequence[TakenIn]) -> list[SentLine]:
    """All of them, as they were sent."""
    return [_line(house, outcome) for outcome in outcomes]


def _line(house: House, outcome: TakenIn) -> SentLine:
    if outcome.taken not in WELL:
        key = f"unusable.{outcome.why}" if outcome.taken is Taken.UNUSABLE else f"taken.{outcome.taken}"
        return SentLine(outcome.file_name, fault=house.texts.explain(key))
    seat = _("{number}台目のパソコン", number=outcome.seat)
    if outcome.taken is Taken.ACTIVE:
        return SentLine(outcome.file_name, _("{seat}: 有効になりました。", seat=seat), outcome.short_code)
    said = _("{seat}: 受け付けました。", seat=seat)
    if outcome.promised_on:
        said += _("{day}までに、管理者の方へメールでご連絡します。", day=japanese.day(outcome.promised_on))
    return SentLine(outcome.file_name, said, outcome.short_code)
