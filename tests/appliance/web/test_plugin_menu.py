# SPDX-License-Identifier: Apache-2.0
"""The lines that plugins have in the menu: what is there, for whom, and how much waits."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.pages import Entry, Page, PageRequest
from appliance.model.words import Permission, Role, Site
from tests.appliance.web.conftest import Opening
from tests.appliance.web.plugins import greet, hangs, raises, talks_nonsense, watched


def menu_page(**more: Any) -> Page:
    entry = Entry("お昼の献立", "Lunch", "What there is", **more.pop("who", {}))
    return watched(greet, path="/x/lunch/today", **{"menu": "お昼", "entry": entry, **more})


async def seven(request: PageRequest) -> int:
    return 7 if (await request.look("lunch.count", {})).fields else 0


async def many(request: PageRequest) -> int:
    return 10**9


async def test_its_line_says_what_is_there_and_how_much_waits(open_site: Opening) -> None:
    browser = await open_site(Site.PORTAL, pages=(menu_page(count=seven),))
    browser.sign_in()
    shown = (await browser.get("/")).text
    assert "<b>お昼</b><span>お昼の献立</span>" in shown and "7件" in shown


@pytest.mark.parametrize(("count", "said"), [(many, "99件以上"), (raises, ""), (hangs, ""), (talks_nonsense, "")])
async def test_a_count_that_fails_leaves_the_menu_as_it_is(
    open_site: Opening, count: Callable[[PageRequest], Awaitable[int]], said: str
) -> None:
    browser = await open_site(Site.PORTAL, pages=(menu_page(count=count),))
    browser.sign_in()
    answer = await browser.get("/")
    line = re.search(r"<li><a href=\"/x/lunch/today\">.*?</li>", answer.text, re.DOTALL)
    assert answer.status == 200 and line
    assert ("件" in line[0]) is bool(said) and said in line[0]


@pytest.mark.parametrize(
    ("who", "is_there"),
    [
        ({"roles": frozenset({Role.OFFICE_ADMIN})}, True),
        ({"roles": frozenset({Role.FUND_CLERK})}, False),
        ({"permission": Permission.UPLOAD}, True),
    ],
)
async def test_its_line_is_there_for_those_who_may(open_site: Opening, who: Any, is_there: bool) -> None:
    browser = await open_site(Site.PORTAL, pages=(menu_page(who=who),))
    browser.sign_in()
    assert ("/x/lunch/today" in (await browser.get("/")).text) is is_there


async def test_who_lacks_the_permission_does_not_see_its_line(open_site: Opening) -> None:
    browser = await open_site(Site.PORTAL, pages=(menu_page(who={"permission": Permission.UPLOAD}),))
    browser.sign_in()
    visits = browser.vault.visits
    for token, visitor in visits.items():
        visits[token] = replace(visitor, permissions=frozenset({Permission.APPROVE}))
    assert "/x/lunch/today" not in (await browser.get("/")).text
