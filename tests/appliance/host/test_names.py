# SPDX-License-Identifier: Apache-2.0
"""No two providers of one name."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.action import Action
from appliance.contracts.families import BY_ID
from appliance.contracts.jobs import Job
from appliance.contracts.metrics import Collector
from appliance.contracts.pages import Guard, Page
from appliance.host.names import Names, name_of
from appliance.host.refused import StartRefused
from appliance.model.words import Site


async def handler(request: object) -> Any: ...


async def run() -> None: ...


ACTION = Action("mine.skip", frozenset({Site.PORTAL}), frozenset(), None, handler)
PAGE = Page(Site.PORTAL, "GET", "/x/mine/hours", Guard.ANYONE, "", handler)
POST = Page(Site.PORTAL, "POST", "/x/mine/hours", Guard.VISITOR, "", handler)
JOB = Job("tidy", 1, run)
FIGURE = Collector("depth", "How deep", (), lambda: [])


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        (ACTION, "mine.skip"),
        (PAGE, "mine portal GET /x/mine/hours"),
        (JOB, "mine.tidy"),
        (FIGURE, "mine.depth"),
        (object(), "mine"),
    ],
)
def test_what_a_provider_is_called(provider: object, name: str) -> None:
    assert name_of("mine", provider) == name


@pytest.mark.parametrize(
    ("family", "provider"),
    [("action", ACTION), ("pages", PAGE), ("jobs", JOB), ("metrics", FIGURE), ("policy", object())],
)
def test_a_name_is_given_once(family: str, provider: object) -> None:
    names = Names()
    names.take("mine", BY_ID[family], provider)
    with pytest.raises(StartRefused, match="`mine` has handed it over"):
        names.take("mine", BY_ID[family], provider)


def test_plugins_do_not_get_into_each_others_way() -> None:
    names = Names()
    for plugin in ("mine", "theirs"):
        pages = [replace(page, path=f"/x/{plugin}/hours") for page in (PAGE, POST)]
        for family, provider in (*(("pages", page) for page in pages), ("jobs", JOB), ("policy", object())):
            names.take(plugin, BY_ID[family], provider)


def test_there_is_exactly_one_of_some_families() -> None:
    names = Names()
    names.take("mine", BY_ID["records"], object())
    with pytest.raises(StartRefused, match="there can be exactly one record store, and `mine`"):
        names.take("theirs", BY_ID["records"], object())


def test_an_action_bears_the_name_of_its_plugin() -> None:
    with pytest.raises(StartRefused, match=r"its action is called `mine\.skip`; write `theirs\.skip`"):
        Names().take("theirs", BY_ID["action"], ACTION)


def test_a_page_lies_where_the_name_of_its_plugin_says() -> None:
    with pytest.raises(StartRefused, match="/x/theirs: write /x/mine, or a path below it"):
        Names().take("mine", BY_ID["pages"], replace(PAGE, path="/x/theirs"))
