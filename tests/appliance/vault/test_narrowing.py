# SPDX-License-Identifier: Apache-2.0
"""Months, words and pages that narrow a list."""

from dataclasses import dataclass

import pytest

from appliance.config.catalogue import default_catalogue
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import NoticeState
from appliance.vault import narrowing
from appliance.vault.narrowing import Searched, Span, filters, month_span, page_of, terms_of
from appliance.vault.records.row_keys import join, newest_first


@dataclass(frozen=True)
class Thing:
    id: str


def things(count: int) -> list[Thing]:
    return [Thing(str(number)) for number in range(count)]


def test_a_month_begins_and_ends_at_midnight_in_japan() -> None:
    span = month_span("2026-06")
    first = 1_780_239_600_000  # 2026-06-01T00:00+09:00
    assert span == Span(first, first + 30 * 86_400_000)
    assert [span.holds(at) for at in (first - 1, first, span.until - 1, span.until)] == [False, True, True, False]


@pytest.mark.parametrize("at", [0, 1, 2**61])
def test_no_month_is_all_time(at: int) -> None:
    assert month_span("").holds(at)


@pytest.mark.parametrize("month", ["2026-13", "2026-6", "2026-06-01", "２０２６-06", "x" * 5_000, "\0", "0000-01"])
def test_what_is_no_month(month: str) -> None:
    with pytest.raises(Refused) as raised:
        month_span(month)
    assert (raised.value.why, raised.value.text) == (Why.INVALID, "list.month")


@pytest.mark.parametrize("at", [0, 999, 1_000, 1_999, 2_000, 5_000])
def test_a_span_is_the_same_in_both_orders(at: int) -> None:
    span = Span(1_000, 2_000)
    begins, ends = (join(*parts) for parts in span.newest_first("x"))
    assert (begins <= join("x", newest_first(at)) < ends) is span.holds(at)
    begins, ends = (join(*parts) for parts in span.oldest_first("x"))
    assert (begins <= join("x", at) < ends) is span.holds(at)


@pytest.mark.parametrize(("at", "last"), [(3, "2"), (10, "")])
def test_a_page_ends_where_it_is_full(at: int, last: str) -> None:
    found, after = page_of(things(10), lambda thing: True, at)
    assert ([thing.id for thing in found], after) == ([str(number) for number in range(at)], last)


def test_a_page_ends_where_enough_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "MAX_LOOKED", 5)
    looked: list[str] = []

    def is_wanted(thing: Thing) -> bool:
        looked.append(thing.id)
        return False

    assert page_of(iter(things(1_000_000)), is_wanted, 3) == ([], "4")
    assert len(looked) == 5
    assert page_of(things(5), is_wanted, 3) == ([], "")


def test_words_are_looked_for_in_the_file_and_in_the_kind() -> None:
    catalogue = default_catalogue()
    kind = next(iter(catalogue.types.values()))
    searched = Searched.of(f"{kind.name[:3]} ６月", catalogue)
    assert searched.finds(kind.id, "一覧_6月.pdf")
    assert not searched.finds(kind.id, "一覧_5月.pdf")
    assert not searched.finds("gone", "一覧_6月.pdf")
    assert Searched.of("", catalogue).finds("gone", "")
    assert not Searched.of(f"{kind.name}一覧", catalogue).finds(kind.id, "一覧"), "the two are apart"


def test_what_is_looked_for_has_an_end() -> None:
    assert terms_of("あ" * 100).words
    with pytest.raises(Refused) as raised:
        terms_of("あ" * 101)
    assert (raised.value.text, raised.value.values) == ("list.search", {"max": "100"})


def test_the_journal_hears_what_narrows_it_but_not_what_was_typed() -> None:
    asked = m.ListNotices(type="receipt", state=NoticeState.DELIVERED, search="山田太郎", oldest_first=True)
    told = filters(asked, "type", "period", "state", "oldest_first")
    assert told == ["type receipt", "state delivered", "oldest_first True", "search"]
    assert filters(m.ListNotices(), "type") == []
    assert filters(m.ListNotices(export=True, period="2026-06"), "type", "period") == ["exported", "period 2026-06"]
