# SPDX-License-Identifier: Apache-2.0
"""Pages that plugins add: mounted, guarded, and in the menu."""

import re
from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.action import ActionRefused
from appliance.contracts.pages import (
    Choice,
    Facts,
    Field,
    Form,
    Guard,
    Heading,
    Link,
    Note,
    PageAnswer,
    PageRequest,
    Paragraph,
    Part,
    Quote,
    Shape,
    Table,
    Tone,
)
from appliance.link.messages import Act, ReportRefusal
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from appliance.web.plugin_pages import BadPage, routes_of
from appliance.web.routes import DuplicateRoute
from tests.appliance.web.conftest import Browser, Opening
from tests.appliance.web.plugins import Handler, greet, hangs, page, raises, talks_nonsense, watched


async def act(request: PageRequest) -> PageAnswer:
    """An action, then away."""
    acted = await request.ask(Act("lunch.say", dict(request.form), "c" * 26))
    return PageAnswer(go_to=f"/x/lunch/{acted.fields['said']}")


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
    assert lunch.vault.asked[-1].message == ReportRefusal("form token"), "nobody else would write it down"


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


# --- parts --------------------------------------------------------------------------------------------------------


TYPED = "<script>alert(1)</script>\n二行目 \"' onfocus=alert(1) 𠮷\u202e"
PARTS: tuple[Part, ...] = (
    Heading(TYPED),
    Paragraph(TYPED),
    Quote(TYPED),
    Note((TYPED, TYPED), Tone.BAD),
    Note((TYPED,), Tone.GOOD),
    Link(TYPED, "/x/lunch/a?b=%22"),
    Facts(((TYPED, TYPED),)),
    Table(TYPED, (TYPED, "b"), ((TYPED, Link(TYPED, "/x/lunch/\"'<")),)),
    Table(TYPED, ("a",), (), (TYPED, TYPED)),
    Form(
        (
            Field("line", TYPED, Shape.LINE, TYPED, TYPED, TYPED),
            Field("area", TYPED, Shape.AREA, TYPED),
            Field("choice", TYPED, Shape.CHOICE, TYPED, choices=(Choice(TYPED, TYPED), Choice("b", "び"))),
            Field("hidden", TYPED, Shape.HIDDEN, TYPED, error=TYPED),
        ),
        TYPED,
    ),
)


async def all_parts(request: PageRequest) -> PageAnswer:
    return PageAnswer(TYPED, (TYPED,), parts=PARTS)


def attributes(tag: str) -> list[str]:
    """What stands in a tag outside of its quotes."""
    return re.sub('"[^"]*"', "", tag).split()


async def test_all_parts_are_plain_text_whatever_is_in_them(open_site: Opening) -> None:
    browser = await open_site(Site.PORTAL, pages=(watched(all_parts), watched(all_parts, "POST")))
    browser.sign_in()
    answers = (
        await browser.get("/x/lunch/parts"),
        await browser.post("/x/lunch/parts", {"form": browser.form, "line": TYPED}),
    )
    assert [answer.status for answer in answers] == [200, 422]
    for answer in answers:
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        assert "<script" not in main
        assert not any("onfocus" in name for tag in re.findall("<[^>]*>", main) for name in attributes(tag))
        assert main.count("&lt;script&gt;") >= 20
        assert main.count('name="form"') == main.count('name="command"') == 1
        assert 'href="/x/lunch/&#34;&#39;&lt;"' in main


async def test_what_is_wrong_is_said_at_the_top_and_at_the_field(open_site: Opening) -> None:
    browser = await open_site(Site.PORTAL, pages=(watched(all_parts),))
    browser.sign_in()
    shown = (await browser.get("/x/lunch/parts")).text
    assert '<a href="#field-line">' in shown and 'aria-invalid="true"' in shown
    assert 'aria-describedby="field-line-fault field-line-hint"' in shown
    assert shown.count("aria-invalid") == 1, "and at no other"


async def test_a_form_that_is_sent_twice_has_one_command(open_site: Opening) -> None:
    async def say(request: PageRequest) -> PageAnswer:
        await request.act("lunch.say", request.form, "n" * 26)
        return PageAnswer(go_to="/x/lunch/parts")

    browser = await open_site(Site.PORTAL, pages=(watched(all_parts), watched(say, "POST")))
    browser.sign_in()
    found = re.search(r'name="command" value="([a-z2-7]{26})"', (await browser.get("/x/lunch/parts")).text)
    assert found
    for _ in range(2):
        await browser.post("/x/lunch/parts", {"form": browser.form, "command": found[1], "line": "a"})
    sent = [asked.message for asked in browser.vault.asked if isinstance(asked.message, Act)]
    assert sent == [Act("lunch.say", {"line": "a"}, found[1], "n" * 26)] * 2


async def test_each_act_of_a_form_has_a_command_of_its_own(open_site: Opening) -> None:
    async def say(request: PageRequest) -> PageAnswer:
        for word in ("one", "two"):
            await request.act("lunch.say", {"line": word})
        return PageAnswer(go_to="/x/lunch/parts")

    browser = await open_site(Site.PORTAL, pages=(watched(all_parts), watched(say, "POST")))
    browser.sign_in()
    for _ in range(2):
        await browser.post("/x/lunch/parts", {"form": browser.form, "command": "c" * 26})
    sent = [asked.message for asked in browser.vault.asked if isinstance(asked.message, Act)]
    first, second = (
        Act("lunch.say", {"line": "one"}, "c" * 26),
        Act("lunch.say", {"line": "two"}, f"{'c' * 26}-2"),
    )
    assert sent == [first, second] * 2, "else the second would get the outcome of the first, and not be done"


async def test_it_looks_with_a_get_and_is_told_who_looks(open_site: Opening) -> None:
    asked: list[PageRequest] = []

    async def look(request: PageRequest) -> PageAnswer:
        asked.append(request)
        seen = await request.look("lunch.look", {"word": "はい"})
        return PageAnswer(seen.fields["seen"], (seen.rows[0]["row"],))

    browser = await open_site(Site.PORTAL, pages=(watched(look),))
    browser.sign_in()
    assert "<h1><bdi>はい</bdi></h1>" in (await browser.get("/x/lunch/parts")).text
    [request] = asked
    assert request.visitor is not None and request.visitor.name == "山田 太郎"
    assert (request.now, request.language) == (browser.vault.clock.now(), "ja")


async def test_an_action_that_refuses_is_heard_in_its_own_words(open_site: Opening) -> None:
    async def say(request: PageRequest) -> PageAnswer:
        try:
            await request.act("lunch.say", {})
        except ActionRefused as refused:
            if request.query:
                raise
            return PageAnswer("題", parts=(Note((f"{refused}/{refused.field}",), Tone.BAD),))
        return PageAnswer(go_to="/")

    browser = await open_site(Site.PORTAL, pages=(watched(say, "POST"),))
    browser.sign_in()
    values = {"reason": "お昼は終わりました。", "field": "word"}
    browser.vault.refusal[Act] = Refused(Why.INVALID, "act.refused", values)
    answer = await browser.post("/x/lunch/parts", {"form": browser.form})
    assert answer.status == 422 and "お昼は終わりました。/word" in answer.text
    answer = await browser.post("/x/lunch/parts?a=b", {"form": browser.form})
    assert answer.status == 422 and "お昼は終わりました。" in answer.text


# --- one that misbehaves ------------------------------------------------------------------------------------------


async def says_half(request: PageRequest) -> Any:
    return PageAnswer("secret", parts=(Heading(b"secret"),))  # type: ignore[arg-type]


async def leads_away(request: PageRequest) -> Any:
    return PageAnswer("secret", parts=(Link("secret", "https://evil.example.jp/"),))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("handler", [raises, hangs, talks_nonsense, says_half, leads_away])
async def test_one_that_misbehaves_is_refused_with_a_page(
    open_site: Opening, handler: Handler, method: str
) -> None:
    browser = await open_site(Site.PORTAL, pages=(watched(handler, method),))
    browser.sign_in()
    asked = (
        browser.get("/x/lunch/parts") if method == "GET" else browser.post("/x/lunch/parts", {"form": browser.form})
    )
    answer = await asked
    assert answer.status == 502 and "この追加機能は、ただいま使えません。" in answer.text
    assert "secret" not in answer.text
    assert (await browser.get("/")).status == 200


@pytest.mark.parametrize("wrong", [{"method": "POST"}, {"guard": Guard.ANYONE}])
def test_a_line_that_leads_nowhere_is_refused_at_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadPage, match="in the menu"):
        routes_of([replace(page("GET", "/x/lunch/a", greet, menu="お昼"), **wrong)])
