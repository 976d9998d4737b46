# SPDX-License-Identifier: Apache-2.0
"""What narrows a list: checked, kept in every address, and said in words."""

from typing import Any

import pytest

from appliance.link.refusals import Refused, Why
from appliance.web.narrowed import ORDER, Filter, Narrowed, Shape
from tests.appliance.web.conftest import Browser

FILTERS = (
    Filter("office", "事業所", Shape.HIDDEN, word="0001 事業所1"),
    Filter("state", "状態", options=[("", "すべて"), ("unread", "未受信")]),
    Filter("period", "対象年月", Shape.MONTH),
    Filter("search", "言葉", Shape.WORDS),
    Filter(ORDER, "並び順", options=[("", "新しい順"), ("old", "古い順")]),
)


def narrowed(**fields: str) -> Narrowed:
    return Narrowed.of("/notices", FILTERS, fields)


def test_nothing_chosen_is_the_bare_list() -> None:
    chosen = narrowed(state="", search="  ", strange="x")
    assert (chosen.path(), chosen.export, chosen.conditions) == ("/notices", "/notices.csv", "")
    assert not chosen.is_narrowed and chosen["state"] == chosen["nothing"] == ""


def test_what_is_chosen_stays_in_every_address() -> None:
    chosen = narrowed(state="unread", search="a&b=ｃ", order="old")
    assert chosen.path() == "/notices?state=unread&search=a%26b%3D%EF%BD%83&order=old"
    assert chosen.path(after="x/y").endswith("&order=old&after=x%2Fy")
    assert chosen.export.startswith("/notices.csv?state=unread&")


def test_an_order_leaves_nothing_out() -> None:
    assert not narrowed(order="old").is_narrowed and narrowed(period="2026-06").is_narrowed


def test_paper_says_what_was_chosen() -> None:
    chosen = narrowed(office="o", state="unread", period="2026-06", search="<b>", order="old")
    assert chosen.conditions == "事業所: 0001 事業所1、状態: 未受信、対象年月: 2026年6月、言葉: <b>"


@pytest.mark.parametrize("fields", [{"state": "gone"}, {"state": "unread "}, {"order": "new"}])
def test_what_the_list_does_not_offer(fields: dict[str, Any]) -> None:
    with pytest.raises(Refused) as raised:
        narrowed(**fields)
    assert raised.value.why is Why.NOT_FOUND


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("2026-06", "2026-06"),
        ("2026-6", "2026-06"),
        ("２０２６年６月", "2026-06"),
        ("2026/12", "2026-12"),
        ("202606", "2026-06"),
        (" 2026.06 ", "2026-06"),
        ("2026-13", "2026-13"),
        ("six", "six"),
    ],
)
def test_months_as_people_type_them(typed: str, month: str) -> None:
    assert narrowed(period=typed)["period"] == month


def test_a_month_that_is_none_goes_on_as_it_is() -> None:
    assert narrowed(period="6" * 5_000)["period"] == "6" * 5_000, "the vault refuses it, in words"


async def test_a_list_says_whose_it_is_and_of_when(portal: Browser, console: Browser) -> None:
    for site, owner in ((portal, "株式会社ABC商事"), (console, console.website.house.fund.name)):
        site.sign_in()
        site.vault.deliver(b"x")
        page = (await site.get("/notices?state=unread&search=%3Cb%3E")).text
        assert f'<p class="printed">{owner}（2026年6月9日(火) 10:00 現在）</p>' in page
        assert "状態: 未受信、キーワード: &lt;b&gt;</bdi>" in page and "<b>、" not in page
        assert 'href="/notices.csv?state=unread&amp;search=%3Cb%3E"' in page
        assert '<a href="/notices">絞り込みを外す</a>' in page and "data-print hidden" in page
