# SPDX-License-Identifier: Apache-2.0
"""Every route of every site: who may reach it, what it sends, and that no proof can be left out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from appliance.contracts.pages import Guard
from appliance.link import messages as m
from appliance.model.journal import Kind
from appliance.model.words import WEB_SITES, Site
from appliance.web.cookies import door_cookie, door_form, visit_cookie
from appliance.web.routes import Body, Route
from appliance.web.site_routes import rows_of
from tests.appliance.web.conftest import Browser, Opening
from tests.appliance.web.fake_vault import FakeVault
from tests.every import every, for_every

EVERY = [(site, row) for site in WEB_SITES for row in rows_of(site)]
CHANGES = [(site, row) for site, row in EVERY if row.changes]
LOOKS = [(site, row) for site, row in EVERY if not row.changes]
VISITORS = [(site, row) for site, row in EVERY if row.guard is Guard.VISITOR]
PROOFS = ["no origin", "null origin", "other origin", "plain origin", "other fetch site", "no cookie", "no form"]


# Bodies that are read although nobody is signed in.
GIVEN_BACK = (Body.FIELDS, Body.SMALL_FILES)


At = Callable[[Site], Browser]


@pytest.fixture
async def at(open_site: Opening) -> At:
    """A visitor of a site who begins anew each time; nothing has happened in the vault."""
    browsers = {site: await open_site(site) for site in WEB_SITES}

    def anew(site: Site) -> Browser:
        browser = browsers[site]
        browser.cookies.clear()
        FakeVault.__init__(browser.vault)
        return browser

    return anew


def first_page(site: Site, row: Route) -> str:
    """Where people without a visit begin."""
    if site is not Site.PUBLIC:
        return "/sign-in"
    return "/activate/" if row.path.startswith("/activate/") else "/download/"


def name(value: object) -> str:
    """How a test is called."""
    return f"{value.method} {value.path}" if isinstance(value, Route) else str(value)


def path_of(row: Route) -> str:
    """A path that fits."""
    return re.sub(r"\{[a-z]+\}", "a" * 26, row.path.replace("{number}", "1"))


@for_every("site, row", EVERY, name)
def test_each_names_its_guard_and_sends_only_what_its_site_may(site: Site, row: Route) -> None:
    assert isinstance(row.guard, Guard)
    for shape in row.sends:
        message = m.BY_SHAPE[shape]
        assert site in message.sites
        assert isinstance(message.journal, Kind)
        # At /activate/ the pair of the letter comes first, and opens the ticket for what follows.
        assert not message.visit or row.guard is Guard.VISITOR or m.OpenCounter in row.sends


@for_every("site, row", VISITORS, name)
def test_whatever_a_visitor_does_leaves_an_entry(site: Site, row: Route) -> None:
    """A page that asks the vault nothing would be a page that nobody can prove."""
    assert any(m.BY_SHAPE[shape].visit for shape in row.sends)


@for_every("site, row", EVERY, name)
def test_all_but_get_changes_and_has_a_body_that_holds_the_form_token(site: Site, row: Route) -> None:
    assert row.changes == (row.method != "GET")
    assert (row.body is Body.NOTHING) == (not row.changes)
    if any(m.BY_SHAPE[shape].changes for shape in row.sends):
        assert row.changes


def test_the_lists_are_not_empty() -> None:
    assert len(CHANGES) >= 11 and len(VISITORS) > 12


@for_every("site, row", VISITORS, name)
async def test_without_a_visit_nobody_comes_in(at: At, site: Site, row: Route) -> None:
    browser = at(site)
    answer = await browser.send(row.method, path_of(row), {"Origin": browser.origin})
    if row.changes:
        assert answer.status == (415 if row.body in GIVEN_BACK else 403)
    else:
        assert (answer.status, answer.headers["Location"]) == (303, first_page(site, row))
    assert browser.vault.kinds() in ([], ["ReportRefusal"])


@dataclass(frozen=True)
class Sent:
    """A request that is right in every way; a test makes one thing wrong."""

    headers: dict[str, str]
    more: dict[str, Any]


def right(browser: Browser, row: Route, form: str) -> Sent:
    """What the page would send."""
    headers = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin"}
    if row.body is Body.FIELDS:
        return Sent(headers, {"data": {"form": form}})
    if row.body is Body.JSON:
        return Sent({**headers, "X-Renkei-Form": form, "Content-Type": "application/json"}, {"data": b"{}"})
    if row.body is Body.BYTES:
        return Sent({**headers, "X-Renkei-Form": form}, {"data": b"bytes"})
    field = f'--b\r\nContent-Disposition: form-data; name="form"\r\n\r\n{form}\r\n--b--\r\n'
    return Sent({**headers, "Content-Type": "multipart/form-data; boundary=b"}, {"data": field.encode()})


def spoil(browser: Browser, sent: Sent, proof: str) -> None:
    """Take one proof away."""
    origins = {
        "no origin": "",
        "null origin": "null",
        "other origin": "https://evil.example.jp",
        "plain origin": browser.origin.replace("https", "http"),
    }
    if proof in origins:
        sent.headers["Origin"] = origins[proof]
    if proof == "other fetch site":
        sent.headers["Sec-Fetch-Site"] = "same-site"
    if proof == "no cookie":
        browser.cookies.clear()


def prepare(browser: Browser, site: Site, row: Route) -> str:
    """Have what the route's guard asks for; the form token."""
    if row.guard is Guard.VISITOR:
        browser.sign_in()
        return browser.form
    return door_form(browser.knock())


@for_every("site, row", CHANGES, name)
async def test_each_proof_alone_is_needed(at: At, site: Site, row: Route) -> None:
    browser = at(site)
    with every() as case:
        for proof in PROOFS:
            with case(proof):
                await sends_without(proof, browser, site, row)


async def sends_without(proof: str, browser: Browser, site: Site, row: Route) -> None:
    """Somebody new sends what is right in every way but one."""
    browser.cookies.clear()
    browser.vault.asked.clear()
    form = prepare(browser, site, row)
    sent = right(browser, row, "" if proof == "no form" else form)
    spoil(browser, sent, proof)
    answer = await browser.send(row.method, path_of(row), sent.headers, **sent.more)
    if proof == "no cookie" and row.guard is Guard.VISITOR and row.body in GIVEN_BACK:
        # Signed out in another tab: what was typed is given back, and nobody is asked anything.
        expected = 303 if site is Site.PUBLIC else 200 if row.path == "/sign-out" else 401
        assert (answer.status, browser.vault.kinds()) == (expected, [])
    else:
        assert (answer.status, browser.vault.kinds()) == (403, ["ReportRefusal"])


@for_every("site, row", CHANGES, name)
async def test_with_all_proofs_the_door_opens(at: At, site: Site, row: Route) -> None:
    browser = at(site)
    sent = right(browser, row, prepare(browser, site, row))
    answer = await browser.send(row.method, path_of(row), sent.headers, **sent.more)
    assert answer.status in (200, 303, 404, 422)
    assert "ReportRefusal" not in browser.vault.kinds()


@for_every("site, row", LOOKS, name)
async def test_no_page_fails_for_who_may_see_it(at: At, site: Site, row: Route) -> None:
    browser = at(site)
    browser.sign_in()
    answer = await browser.get(path_of(row))
    assert answer.status in (200, 303, 404, 409, 422, 503)


@for_every("site, row", CHANGES, name)
async def test_a_form_token_of_somebody_else_is_refused(at: At, site: Site, row: Route) -> None:
    browser = at(site)
    prepare(browser, site, row)
    browser.vault.offices.clear()
    sent = right(browser, row, "form-of-somebody-else-altogether")
    answer = await browser.send(row.method, path_of(row), sent.headers, **sent.more)
    assert answer.status in (303, 403, 404, 422)
    forbidden = {"RequestCode", "Arrive", "ArriveStaff", "GiveCode", "GivePassword", "BeginUpload", "DeliverNotice"}
    assert not forbidden & set(browser.vault.kinds())
    assert not browser.vault.uploads


@pytest.mark.parametrize("site", [Site.PORTAL, Site.CONSOLE])
async def test_the_cookie_of_another_site_opens_nothing(open_site: Opening, site: Site) -> None:
    browser = await open_site(site)
    other = Site.CONSOLE if site is Site.PORTAL else Site.PORTAL
    browser.cookies = {visit_cookie(other): browser.vault.visit(), door_cookie(other): "d" * 24}
    assert (await browser.get("/")).headers["Location"] == "/sign-in"
