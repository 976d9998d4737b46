# SPDX-License-Identifier: Apache-2.0
"""Where a plugin's page may lie, and where not."""

from dataclasses import replace

import pytest

from appliance.contracts.pages import Guard, Page, PageAnswer, PageRequest
from appliance.host.page_places import misplaced, misplaced_for
from appliance.model.words import Site


async def shown(request: PageRequest) -> PageAnswer:
    return PageAnswer("題")


PAGE = Page(Site.PORTAL, "GET", "/x/mine/list", Guard.VISITOR, "一覧", shown)
PLAIN = replace(PAGE, menu="")


@pytest.mark.parametrize("path", ["/x/mine", "/x/mine/a", "/x/mine/a-b/{which}"])
def test_at_its_plugins_name_or_below_it(path: str) -> None:
    assert misplaced_for("mine", replace(PLAIN, path=path)) == ""


@pytest.mark.parametrize(
    "path", ["", "/", "/x", "x/mine", "/notices", "/x/mine/", "/x/mine/A", "/x/mine/..", "/x/mine b"]
)
def test_a_path_that_no_site_can_have(path: str) -> None:
    assert "write /x/<plugin>/…" in misplaced(replace(PLAIN, path=path))


@pytest.mark.parametrize("path", ["/x/theirs", "/x/mine2", "/x/min", "/x/theirs/mine"])
def test_below_another_name(path: str) -> None:
    assert misplaced(replace(PLAIN, path=path)) == ""
    assert misplaced_for("mine", replace(PLAIN, path=path)) == f"{path}: write /x/mine, or a path below it"


@pytest.mark.parametrize("page", [replace(PAGE, method="DELETE"), replace(PAGE, method="get")])
def test_a_method_that_no_browser_sends(page: Page) -> None:
    assert "is GET or POST" in misplaced_for("mine", page)


@pytest.mark.parametrize(
    "page", [replace(PAGE, path="/x/mine/{day}"), replace(PAGE, method="POST"), replace(PAGE, guard=Guard.ANYONE)]
)
def test_what_cannot_be_in_the_menu(page: Page) -> None:
    assert "leave out the menu" in misplaced(page)
    assert misplaced(replace(page, menu="")) == ""
