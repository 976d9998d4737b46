# SPDX-License-Identifier: Apache-2.0
"""Everything that a request may say, said wrongly, at every route of the real sites: refused, and never a fault."""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlencode

import pytest

from appliance.contracts.pages import Guard
from appliance.model.words import Site
from appliance.web.listening import PLACE
from appliance.web.routes import Body, Route
from appliance.web.site_routes import rows_of
from tests.journeys.installation import Installation
from tests.story.stage import SITES
from tests.story.story import sign_in
from tests.story.visitor import Answer, Visitor

OPEN = (Site.PORTAL, Site.CONSOLE)
ID = "a" * 26
FIELDS = {
    "/sign-in": {"contract_number": "1", "user_id": "u", "login": "u", "password": "p"},
    "/sign-in/code": {"arrival": "a" * 252, "code": "1234-5678"},
    "/sign-in/password": {"arrival": "a" * 252, "password": "p"},
    "/sign-out": {},
    "/notices/new": {"office": ID, "type": "receipt", "period": "2026-06", "command": "c" * 20},
    "/uploads": {"office": ID, "file_name": "a.pdf", "size": "9", "command": "c" * 20},
    "/uploads/{id}/deliver": {"type": "receipt", "period": "2026-06", "sha256": "0" * 64, "command": "c" * 20},
    "/uploads/{id}/submit": {
        "type": "acquisition",
        "filed_on": "2026-06-08",
        "event_on": "2026-06-01",
        "note": "n",
        "follows": ID,
        "sha256": "0" * 64,
        "command": "c" * 20,
    },
    "/filings/new": {
        "type": "acquisition",
        "filed_on": "2026-06-08",
        "event_on": "2026-06-01",
        "note": "n",
        "follows": "",
        "command": "c" * 20,
    },
    "/filings/{id}/approve": {"sha256": "0" * 64, "deliver": "on", "command": "c" * 20},
    "/filings/{id}/deliver": {"sha256": "0" * 64, "command": "c" * 20},
    "/filings/{id}/cancel": {"command": "c" * 20},
    "/filings/{id}/return": {"reason": "r", "command": "c" * 20},
    "/filings/{id}/done": {"decision": ID, "command": "c" * 20},
    "/notices/{id}/cancel": {"reason": "r", "command": "c" * 20},
    "/notices/{id}/copies": {"offices": ID, "command": "c" * 20},
    "/notices/{id}/rest": {"numbers": "2", "command": "c" * 20},
    "/served/switch": {"to": ID, "then": "/"},
    "/served/folder/switch": {"to": ID},
    "/calls/{office}/test-mail": {"account": ID, "command": "c" * 20},
    "/calls/{office}/again": {"account": ID, "kind": "activation_done", "command": "c" * 20},
    "/delegations/new": {"office": ID, "clients": "2", "role": "sharoshi", "command": "c" * 20},
    "/delegations/new/add": {"office": ID, "clients": "2", "role": "sharoshi", "command": "c" * 20},
}
# Their office stands in a field, and is read before anything else.
OF_AN_OFFICE = {"/delegations/new", "/delegations/new/add"}
QUERIES = (
    "after",
    "before",
    "office",
    "ended",
    "delivered",
    "file",
    "path",
    "since",
    "topic",
    "actor",
    "thing",
    "follows",
)
TRICKS = (
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/config.toml",
    "%2e%2e%2f%2e%2e%2fcredentials%2fmaster.key",
    "%252e%252e%252fetc%252fpasswd",
    "%c0%ae%c0%ae%c0%afetc%c0%afpasswd",
    "%5c..%5c..%5cwindows",
    "/etc/passwd",
    "//etc/passwd",
    "%00",
    "a%00.pdf",
    "%ff%fe",
    "%0d%0aX-Evil:%201",
    "%E2%80%AEfdp.exe",
    "%E3%81%82" * 200,
    "x" * 3000,
    "-1",
    "0",
    "99999999999999999999999",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%7B%7B7*7%7D%7D",
    ID,
)
AT_ONCE = 8
# A request line has at most 8,190 bytes.
LINE = 7000
SECRETS = (b"root:", b"[sites", b"BEGIN", b"<script>alert", b"Traceback")


@dataclass(frozen=True)
class Attempt:
    """One request, before it is spoiled."""

    route: Route
    path: str
    fields: dict[str, str]
    headers: dict[str, str]
    form: str

    def body(self) -> bytes | None:
        """The fields as the route wants them; the form token among them where it belongs there."""
        kind, fields = self.route.body, {"form": self.form, **self.fields}
        if kind is Body.FIELDS:
            return urlencode(fields, errors="surrogateescape").encode()
        if kind is Body.JSON:
            return json.dumps(self.fields).encode()
        if kind is Body.FIELDS_THEN_FILE:
            return multipart(fields)
        return b"%PDF-1.7\n" if kind is Body.BYTES else None

    async def send(self, visitor: Visitor) -> Answer:
        """What the site says; it never fails, and never shows what is not its to show."""
        kinds = {
            Body.FIELDS: "application/x-www-form-urlencoded",
            Body.JSON: "application/json",
            Body.FIELDS_THEN_FILE: "multipart/form-data; boundary=the-end",
            Body.BYTES: "application/octet-stream",
        }
        headers = dict(self.headers)
        if self.route.body in kinds:
            headers["Content-Type"] = kinds[self.route.body]
        if self.route.body.for_programs:
            headers["X-Renkei-Form"] = self.form
        answer = await visitor.ask(self.route.method, self.path, self.body(), headers)
        what = (self.route.method, self.path, self.fields, headers)
        assert answer.status < 500, what
        assert not any(secret in answer.body for secret in SECRETS), what
        assert "X-Evil" not in answer.headers, what
        return answer


def multipart(fields: dict[str, str]) -> bytes:
    """The fields, then a file whose name is the field `file`."""
    name = fields.get("file", "a.pdf").replace('"', "%22")
    parts = [
        f'--the-end\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
        if key != "file"
    ]
    file = f'--the-end\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n%PDF-1.7\n\r\n'
    return "".join((*parts, file, "--the-end--\r\n")).encode("utf-8", "surrogateescape")


def attempt(route: Route, site: Visitor, form: str = "") -> Attempt:
    """A request to a route as its own pages would send it."""
    path = re.sub(r"\{[a-z]+\}", ID, route.path.replace("{number}", "0").replace("{scope}", "office"))
    headers = {"Origin": site.site} if route.changes else {}
    return Attempt(route, path, FIELDS.get(route.path, {}), headers, form)


@asynccontextmanager
async def signed_in(fund: Installation, site: Site) -> AsyncIterator[tuple[Visitor, str]]:
    """A visitor of a site and the form token of the visit."""
    async with fund.visitor(site) as visitor:
        menu = await sign_in(visitor, fund.user if site is Site.PORTAL else fund.staff)
        yield visitor, menu.page.form("/sign-out").fields["form"]


def changing(site: Site) -> Iterator[Route]:
    """The routes by which a visitor changes something; signing out comes last."""
    rows = [row for row in rows_of(site) if row.changes and row.guard is Guard.VISITOR]
    yield from sorted(rows, key=lambda row: row.path == "/sign-out")


async def still_served(visitor: Visitor) -> None:
    """After all that, the visit goes on."""
    assert (await visitor.ask("GET", "/notices")).status == 200


@pytest.mark.parametrize("site", OPEN)
async def test_a_forged_host_opens_no_route(running: Installation, site: Site) -> None:
    own = f"{SITES[site]}:{running.port}"
    forged = (
        "evil.example.jp",
        SITES[site],
        f"{own}.",
        f"x@{own}",
        f"{SITES[Site.PUBLIC]}:{running.port}",
        f"{own}0",
    )
    async with signed_in(running, site) as (visitor, form):
        for route in rows_of(site):
            for host in forged:
                right = attempt(route, visitor, form)
                answer = await replace(right, headers={**right.headers, "Host": host}).send(visitor)
                assert answer.status == 421, (route.path, host)
        await still_served(visitor)


@pytest.mark.parametrize("site", OPEN)
async def test_a_forged_origin_or_form_token_changes_nothing(running: Installation, site: Site) -> None:
    other = next(one for one in OPEN if one is not site)
    async with signed_in(running, site) as (visitor, form), signed_in(running, other) as (_, stranger):
        origins = ("null", "https://evil.example.jp", visitor.site.replace("https", "http"), f"{visitor.site}/")
        for route in changing(site):
            right = attempt(route, visitor, form)
            for headers in ({}, *({"Origin": origin} for origin in origins)):
                assert (await replace(right, headers=headers).send(visitor)).status == 403, route.path
            for token in ("", "x", stranger, form.upper(), f"{form}0"):
                # A form about a thing that there is not, or that lacks a field, may be told so first.
                answer = await replace(right, form=token).send(visitor)
                unknown = "{" in route.path or route.path in OF_AN_OFFICE
                beside = {404} if unknown else {303} if route.path.startswith("/register/") else set()
                assert answer.status in {400, 403, 422} | beside, (route.path, token, answer.status)
        await still_served(visitor)


@pytest.mark.parametrize("site", OPEN)
async def test_a_token_is_worth_something_only_in_its_own_cookie_of_its_own_site(
    running: Installation, site: Site
) -> None:
    other = next(one for one in OPEN if one is not site)
    async with (
        signed_in(running, site) as (visitor, form),
        signed_in(running, other) as (elsewhere, _),
        running.visitor(site) as thief,
    ):
        token, foreign = token_of(visitor, site), token_of(elsewhere, other)
        name = f"__Host-renkei-{site}"
        worthless = [
            {},
            {"Cookie": f"{name}={foreign}"},
            {"Cookie": f"{name}={token[:-1]}"},
            {"Cookie": f"{name}={token}x"},
            {"Cookie": f"{name}={'x' * 43}"},
            {"Cookie": f"{name}=../../etc/passwd/././././"},
            {"Cookie": f"{name}={token}; {name}={foreign}"},
            {"Cookie": f"__Host-renkei-{other}={token}"},
            {"Cookie": f"{name.lower()}={token}"},
            {"Authorization": f"Bearer {token}"},
            {"X-Renkei-Token": token, "X-Renkei-Form": form},
        ]
        for route in rows_of(site):
            if route.guard is Guard.VISITOR:
                for headers in worthless:
                    right = attempt(route, visitor, form)
                    answer = await replace(right, headers={**right.headers, **headers}).send(thief)
                    # A visit that is not there cannot be ended; who says so is told that it is over.
                    expected = (200, 400, 403) if route.path == "/sign-out" else (303, 400, 401, 403, 422)
                    assert answer.status in expected, (route.path, headers)
                    assert answer.headers.get("Location", "/sign-in").startswith("/sign-in")
        for query in (f"?token={token}", f"?{name}={token}"):
            assert (await thief.ask("GET", f"/notices{query}")).status == 303
        await still_served(visitor)


def token_of(visitor: Visitor, site: Site) -> str:
    """The value of the visit's cookie."""
    pairs = dict(pair.split("=", 1) for pair in visitor.cookies.split("; "))
    return pairs[f"__Host-renkei-{site}"]


@pytest.mark.lab  # tens of seconds: every route, every trick
@pytest.mark.parametrize("site", (Site.PUBLIC, *OPEN))
async def test_no_trick_in_any_path_or_query_is_a_fault_or_another_file(fund: Installation, site: Site) -> None:
    fund.start()
    async with fund.visitor(site) as visitor:
        if site is not Site.PUBLIC:
            await sign_in(visitor, fund.user if site is Site.PORTAL else fund.staff)
        shown = [route for route in rows_of(site) if not route.changes]
        await side_by_side(looked(visitor, route, path) for route in shown for path in tricked(route.path))
        await side_by_side(queried(visitor, route) for route in shown)
        for trick in TRICKS:
            for path in (f"/static/{trick}", f"/{trick}", f"/static/../{trick}", f"/%2e%2e/{trick}"):
                answer = await visitor.ask("GET", path)
                assert answer.status in (303, 400, 404) and not any(secret in answer.body for secret in SECRETS)
        assert (await visitor.ask("GET", "/")).status == 200


async def looked(visitor: Visitor, route: Route, path: str) -> int:
    """The status of this; what has no end is left at its beginning."""
    if path.partition("?")[0] == PLACE:
        status = await visitor.begun(path)
        assert status < 500, path
        return status
    return (await replace(attempt(route, visitor), path=path).send(visitor)).status


async def queried(visitor: Visitor, route: Route) -> None:
    """Each trick in each query: many at once, and where that makes any difference each of them alone."""
    plain = attempt(route, visitor).path
    usual = await looked(visitor, route, plain)
    for trick in TRICKS:
        many = max(LINE // (len(trick) + max(map(len, QUERIES)) + 2), 1)
        for start in range(0, len(QUERIES), many):
            said = [f"{query}={trick}" for query in QUERIES[start : start + many]]
            if await looked(visitor, route, f"{plain}?{'&'.join(said)}") != usual:
                for one in said:
                    await looked(visitor, route, f"{plain}?{one}")


async def side_by_side(asking: Iterable[Coroutine[Any, Any, object]]) -> None:
    """All of them, some at a time: client, web tier and vault have something to do at once."""
    waiting = iter(asking)

    async def some() -> None:
        for one in waiting:
            await one

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(some())


def tricked(path: str) -> Iterator[str]:
    """A path with each trick in each place, behind it, and as a query."""
    plain = path.replace("{id}", ID).replace("{number}", "0")
    for trick in TRICKS:
        for name in ("{id}", "{number}"):
            if name in path:
                yield path.replace(name, trick).replace("{id}", ID).replace("{number}", "0")
        yield f"{plain}/{trick}"
        yield f"{plain}?{trick}"


@pytest.mark.lab  # tens of seconds: every route, every trick
@pytest.mark.parametrize("site", OPEN)
async def test_no_trick_in_any_field_is_a_fault_or_another_file(fund: Installation, site: Site) -> None:
    fund.start()
    async with signed_in(fund, site) as (visitor, form):
        rights = [attempt(route, visitor, form) for route in changing(site) if route.path != "/sign-out"]
        for spoiled in itertools.chain.from_iterable(map(with_tricks, rights)):
            await spoiled.send(visitor)
        await still_served(visitor)


def with_tricks(right: Attempt) -> Iterator[Attempt]:
    """A change with each trick in each place of its path, in each of its fields, and in one that it has not."""
    paths = tricked(right.route.path) if "{" in right.route.path else ()
    yield from (replace(right, path=path) for path in paths if "?" not in path)
    for trick in TRICKS:
        value = unquote(trick) if right.route.body is Body.JSON else unquote(trick, errors="surrogateescape")
        for name in (*right.fields, "file", "unknown"):
            yield replace(right, fields={**right.fields, name: value})


@pytest.mark.lab  # tens of seconds: real hashing of passwords
@pytest.mark.parametrize("site", OPEN)
async def test_no_trick_at_the_door_is_a_fault(fund: Installation, site: Site) -> None:
    fund.start()
    steps = [row for row in rows_of(site) if row.path.startswith("/sign-in") and row.changes]
    async with fund.visitor(site) as visitor:
        form = (await visitor.get("/sign-in")).page.form("/sign-in").fields
        for route, trick in itertools.product(steps, TRICKS):
            right = attempt(route, visitor, form["form"])
            for name in right.fields:
                answer = await replace(right, fields={**right.fields, name: unquote(trick)}).send(visitor)
                # A name that nobody has leads on like any other.
                assert answer.status in (200, 400, 401, 413, 422, 429), (route.path, name, trick, answer.status)
                assert not visitor.cookies.startswith(f"__Host-renkei-{site}=")
