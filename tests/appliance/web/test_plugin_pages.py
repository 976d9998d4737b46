# SPDX-License-Identifier: Apache-2.0
"""Pages that plugins add: mounted, guarded, and in the menu."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from appliance.contracts.pages import Guard, Page, PageAnswer, PageRequest
from appliance.link.messages import Act
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from appliance.web.plugin_pages import BadPage, routes_of
from appliance.web.routes import DuplicateRoute
from tests.appliance.web.conftest import Browser, Opening

Handler = Callable[[PageRequest], Awaitable[PageAnswer]]


async def greet(request: PageRequest) -> PageAnswer:
    """A page with a form."""
    return PageAnswer(
        "<あいさつ>",
        (f"{request.path.get('name', '')}さん",),
        (("word", "ことば"),),
        "送る" if request.query else "",
    )


async def act(request: PageRequest) -> PageAnswer:
    """An action, then away."""
    acted = await request.ask(Act("lunch.say", dict(request.form), "c" * 26))
    return PageAnswer(go_to=f"/x/lunch/{acted.fields['said']}")


def page(method: str, path: str, handler: Handler, guard: Guard = Guard.VISITOR, menu: str = "") -> Page:
    """A page of the portal."""
    return Page(Site.PORTAL, method, path, guard, menu, handler)


@pytest.fixture
async def lunch(open_site: Opening) -> Browser:
    """A portal with a plugin."""
    pages = (
        page("GET", "/x/lunch/today", greet, menu="お昼"),
        page("GET", "/x/lunch/{name}", greet),
        page("POST", "/x/lunch/say", act),
        page("GET", "/x/lunch/open/door", greet, Guard.ANYONE),
        page("POST", "/x/lunch/open/door", greet, Guard.ANYONE),
        replace(page("GET", "/x/lunch/staff", greet, menu="職員"), site=Site.CONSOLE),
    )
    return await open_site(Site.PORTAL, pages=pages)


async def test_it_is_in_the_menu_of_its_site_only(lunch: Browser) -> None:
    lunch.sign_in()
    menu = (await lunch.get("/")).text
    assert '<a href="/x/lunch/today"><b>お昼</b>' in menu and "職員" not in menu


async def test_a_visitor_sees_it_escaped_and_under_the_own_name(lunch: Browser) -> None:
    lunch.sign_in()
    shown = (await lunch.get("/x/lunch/hanako?form=1")).text
    assert "&lt;あいさつ&gt;" in shown and "hanakoさん" in shown and "山田 太郎" in shown
    assert f'name="form" value="{lunch.form}"' in shown and 'action="/x/lunch/hanako"' in shown


async def test_nobody_else_does(lunch: Browser) -> None:
    assert (await lunch.get("/x/lunch/hanako")).headers["Location"] == "/sign-in"
    lunch.sign_in()
    lunch.vault.visits.clear()
    assert (await lunch.get("/x/lunch/hanako")).status == 303


async def test_it_acts_with_the_visitors_token_and_the_form_stays_outside(lunch: Browser) -> None:
    lunch.sign_in()
    answer = await lunch.post("/x/lunch/say", {"form": lunch.form, "word": "はい"})
    assert (answer.status, answer.headers["Location"]) == (303, "/x/lunch/done")
    asked = lunch.vault.asked[-1]
    assert asked.message == Act("lunch.say", {"word": "はい"}, "c" * 26)
    assert (asked.token in lunch.vault.visits, asked.form) == (True, lunch.form)


async def test_a_wrong_form_token_stops_before_the_plugin(lunch: Browser) -> None:
    lunch.sign_in()
    assert (await lunch.post("/x/lunch/say", {"form": "form-wrong"})).status == 403
    assert "Act" not in lunch.vault.kinds()


async def test_before_sign_in_the_door_cookie_stands_for_the_visit(lunch: Browser) -> None:
    shown = await lunch.get("/x/lunch/open/door?form=1")
    name, value = shown.headers["Set-Cookie"].split(";")[0].split("=", 1)
    lunch.cookies[name] = value
    token = re.search(r'name="form" value="([^"]+)"', shown.text)
    assert token
    assert (await lunch.post("/x/lunch/open/door", {"form": token[1]})).status == 200
    assert (await lunch.post("/x/lunch/open/door", {"form": token[1][::-1]})).status == 403


@pytest.mark.parametrize(
    "path", ["https://evil.example.jp/", "//evil.example.jp", "/\\evil", "x", "/a\r\nSet-Cookie: b"]
)
async def test_it_cannot_lead_away_from_the_site(open_site: Opening, path: str) -> None:
    async def away(request: PageRequest) -> PageAnswer:
        return PageAnswer(go_to=path)

    browser = await open_site(Site.PORTAL, pages=(page("GET", "/x/lunch/away", away),))
    browser.sign_in()
    answer = await browser.get("/x/lunch/away")
    assert (answer.status, answer.headers.get("Location")) == (502, None)


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("secret"), 500), (Refused(Why.NOT_ALLOWED), 403)])
async def test_one_that_raises_is_one_page_not_a_dead_site(
    open_site: Opening, error: Exception, status: int
) -> None:
    async def fail(request: PageRequest) -> PageAnswer:
        raise error

    browser = await open_site(Site.PORTAL, pages=(page("GET", "/x/lunch/fail", fail),))
    browser.sign_in()
    answer = await browser.get("/x/lunch/fail")
    assert answer.status == status and "secret" not in answer.text
    assert (await browser.get("/")).status == 200


@pytest.mark.parametrize(
    "path", ["/", "/x/", "/notices", "/x/lunch/", "/x/Lunch/a", "/x/lunch/..", "/x/lunch/a b", "x/l"]
)
def test_a_path_elsewhere_is_refused_at_start(path: str) -> None:
    with pytest.raises(BadPage, match="/x/<plugin>/"):
        routes_of([page("GET", path, greet)])


def test_another_method_is_refused_at_start() -> None:
    with pytest.raises(BadPage, match="not DELETE"):
        routes_of([page("DELETE", "/x/lunch/a", greet)])


def test_a_menu_entry_without_one_path_is_refused_at_start() -> None:
    with pytest.raises(BadPage, match="has one path"):
        routes_of([page("GET", "/x/lunch/{name}", greet, menu="お昼")])


async def test_a_path_twice_is_refused_at_start(open_site: Opening) -> None:
    with pytest.raises(DuplicateRoute):
        await open_site(Site.PORTAL, pages=(page("GET", "/x/lunch/a", greet), page("GET", "/x/lunch/a", act)))
