# SPDX-License-Identifier: Apache-2.0
"""What became of each 確認コード, in words."""

import pytest

from appliance.contracts.device import Unusable
from appliance.link.messages import Taken, TakenIn
from appliance.web.public.activate_lines import WELL, SentLine, sent_lines
from tests.appliance.web.conftest import Browser


def lines(public: Browser, *outcomes: TakenIn) -> list[SentLine]:
    return sent_lines(public.website.house, outcomes)


@pytest.mark.parametrize("taken", [one for one in Taken if one not in WELL and one is not Taken.UNUSABLE])
def test_whatever_was_not_taken_says_what_why_and_what_next(public: Browser, taken: Taken) -> None:
    [line] = lines(public, TakenIn("a.txt", taken))
    assert line.fault is not None and line.fault.what and line.fault.why and line.fault.next
    assert line.said == ""


@pytest.mark.parametrize("why", Unusable)
def test_each_way_of_being_no_code_has_words(public: Browser, why: Unusable) -> None:
    [line] = lines(public, TakenIn("a.txt", Taken.UNUSABLE, why.value))
    assert line.fault is not None and line.fault.key == f"unusable.{why}"


def test_what_was_taken_names_its_pc_its_code_and_the_day(public: Browser) -> None:
    waiting = TakenIn("a.txt", Taken.WAITING, seat=2, short_code="ABC-DEF-GHJ-K", promised_on="2026-06-11")
    active = TakenIn("b.txt", Taken.ACTIVE, seat=1, short_code="BCD-DEF-GHJ-K")
    first, second = lines(public, waiting, active)
    assert first.said.startswith("2台目のパソコン: 受け付けました") and "6月11日(木)までに" in first.said
    assert (first.short_code, first.fault) == ("ABC-DEF-GHJ-K", None)
    assert second.said == "1台目のパソコン: 有効になりました。"


def test_without_a_promise_none_is_made(public: Browser) -> None:
    [line] = lines(public, TakenIn("a.txt", Taken.WAITING, seat=2))
    assert line.said == "2台目のパソコン: 受け付けました。"
