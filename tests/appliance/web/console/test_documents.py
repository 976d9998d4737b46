# SPDX-License-Identifier: Apache-2.0
"""The page that tells which kinds of documents the fund has."""

import pytest

from appliance.config.catalogue import default_catalogue
from appliance.config.office_settings import DocumentSettings, Exchange
from appliance.model.words import Site
from tests.appliance.web.conftest import Browser, Opening
from tests.appliance.web.whole import Seen


async def seen(console: Browser) -> Seen:
    """The page as a clerk sees it."""
    console.sign_in()
    answer = await console.get("/documents")
    return Seen("/documents", answer.status, "", answer.text)


async def test_every_kind_of_the_release_is_there_with_its_id(console: Browser) -> None:
    page = await seen(console)
    for found in default_catalogue():
        assert found.id in page.text, found.id
        assert found.id == "payment_notice" or found.name in page.text, found.name
    assert "事業所から基金へ" in page.text and "基金から事業所へ" in page.text


@pytest.mark.parametrize(
    "shown",
    [
        "別名: 資格取得届",
        "郵送",
        "2月・8月",
        "毎月",
        "7 年",
        "10 年",
        "CSV",
        "法定期限あり",
        "はぐONE に取り込めます",
    ],
)
async def test_what_is_particular_about_one_is_said(console: Browser, shown: str) -> None:
    assert shown in (await seen(console)).text


async def test_what_explains_another_names_it(console: Browser) -> None:
    assert "「納入告知額通知書」の金額のもとになる書類です" in (await seen(console)).text


async def test_it_says_who_changes_it_and_changes_nothing(console: Browser) -> None:
    page = await seen(console)
    assert "変更は、システム担当が設定ファイルで行います" in page.text and page.page.actions == ["/sign-out"]


async def test_what_the_fund_does_not_offer_is_not_there_and_its_names_are_escaped(open_site: Opening) -> None:
    documents = {"loss": DocumentSettings(offered=False), "salary_change": DocumentSettings(name="給与&lt;届")}
    page = await seen(await open_site(Site.CONSOLE, documents=documents))
    assert "加入者資格喪失届" not in page.text and "給与&lt;届" in page.text and "給与&amp;lt;届" in page.html


async def test_a_fund_that_takes_no_filings_has_one_way_only(open_site: Opening) -> None:
    page = await seen(await open_site(Site.CONSOLE, exchange=Exchange(filings_enabled=False)))
    assert "基金から事業所へ" in page.text and "事業所から基金へ" not in page.text
    assert "/filings" not in page.page.links
