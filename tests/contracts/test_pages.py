# SPDX-License-Identifier: Apache-2.0
"""What the contract of pages holds by itself."""

import typing

import pytest

from appliance.contracts.pages import Guard, Page, PageAnswer, PageRequest, Part
from appliance.model.words import Site


async def ask(message: object) -> object:
    return message


async def show(request: PageRequest) -> PageAnswer:
    return PageAnswer("題")


def test_each_part_has_a_kind_of_its_own() -> None:
    kinds = [part.kind for part in typing.get_args(Part)]
    assert len(set(kinds)) == len(kinds) == 8


async def test_a_page_without_a_count_has_nothing_that_waits() -> None:
    page = Page(Site.PORTAL, "GET", "/x/lunch", Guard.VISITOR, "お昼", show)
    assert await page.count(PageRequest({}, {}, {}, ask)) == 0
    assert page.entry.roles == frozenset() and page.entry.permission is None


async def test_a_request_of_nobody_reaches_no_action() -> None:
    request = PageRequest({}, {}, {}, ask)
    for way in (request.act, request.look):
        with pytest.raises(NotImplementedError):
            await way("lunch.say", {})
