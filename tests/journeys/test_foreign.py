# SPDX-License-Identifier: Apache-2.0
"""Another office's filings, notices and uploads, named in every request that takes an id: as good as none."""

import itertools
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields, replace
from typing import Any

from appliance.link.messages import Carries, Message
from appliance.link.refusals import Why
from appliance.model.words import Site
from appliance.web.routes import Route
from appliance.web.site_routes import rows_of
from tests.journeys.courier import Courier, Document
from tests.journeys.filer import Filer, Package, page_of
from tests.journeys.guests import Guest, empty, guest, rows_for
from tests.journeys.installation import Installation
from tests.journeys.test_forged import ID, Attempt, attempt
from tests.story.notices import visible
from tests.story.visitor import Answer, Visitor

COMMAND = "c" * 20
NUMBERS = itertools.count(1)
DOCUMENT = Document.of(1, 5_000)
PACKAGE = Package(1, 5_000)
# Fields of messages that name a thing of an office, and what they name.
NAMING = {"filing": "filing", "follows": "filing", "notice": "notice", "notices": "notice", "upload": "upload"}


@dataclass(frozen=True)
class Things:
    """What belongs to the first office: a filing, a notice, an upload that is complete, a person.

    sha256 is the filing's, as its page sends it; command goes on with the upload.
    """

    filing: str
    notice: str
    upload: str
    account: str
    sha256: str
    command: str

    def of(self, path: str) -> str:
        """The thing that a path is about."""
        kind = path.split("/")[1].removesuffix("s")
        return str(getattr(self, kind, self.account))


async def things_of(fund: Installation, stack: AsyncExitStack) -> Things:
    """Made by the first office and by the fund; others each time."""
    number = next(NUMBERS)
    user = await stack.enter_async_context(fund.visitor(Site.PORTAL))
    staff = await stack.enter_async_context(fund.visitor(Site.CONSOLE))
    filer = await Filer.at(user, fund.user)
    filing = await filer.file(PACKAGE, f"command-of-the-first-{number}")
    notice = await (await Courier.at(fund, staff)).carry(DOCUMENT, f"command-of-the-fund-{number}")
    upload, size = await filer.begin(PACKAGE, f"command-of-the-next-{number}")
    await filer.put_parts(upload, PACKAGE.content, size)
    people = (link.partition("/history?actor=")[2] for link in (await user.get("/history")).page.links)
    account = next(filter(None, people))
    form = (await page_of(user, filing)).form(f"/filings/{filing}/approve")
    return Things(filing, notice, upload, account, form.fields["sha256"], f"command-of-the-next-{number}")


@asynccontextmanager
async def stranger_and(fund: Installation) -> AsyncIterator[tuple[Visitor, str, Things]]:
    """Somebody of the second office, their form token, and what belongs to the first."""
    async with AsyncExitStack() as stack:
        things = await things_of(fund, stack)
        other = await stack.enter_async_context(fund.visitor(Site.PORTAL))
        filer = await Filer.at(other, fund.other)
        yield other, filer.form, things


def with_ids() -> Iterator[Route]:
    """The portal's routes with the id of something in their path."""
    return (row for row in rows_of(Site.PORTAL) if re.search(r"\{(id|account)\}", row.path))


def filled(things: Things, made: Attempt) -> Attempt:
    """With the fields that the page of the thing's owner would send."""
    given = {"command": COMMAND, "sha256": things.sha256, **made.fields}
    return replace(made, fields=given)


async def test_every_path_with_a_foreign_id_is_answered_as_one_with_none(running: Installation) -> None:
    async with stranger_and(running) as (other, form, things):
        walked = 0
        for route in with_ids():
            right = filled(things, attempt(route, other, form))
            none = await right.send(other)
            foreign = await replace(right, path=right.path.replace(ID, things.of(route.path))).send(other)
            assert foreign.status == none.status, (route.method, route.path, foreign.status, none.status)
            assert foreign.status in (403, 404, 422), (route.method, route.path)
            assert said(foreign) == said(none), route.path
            walked += 1
        assert walked >= 12
        await nothing_has_changed(running, things)


def said(answer: Answer) -> str:
    """What is told, without the number of the request."""
    if answer.headers["Content-Type"] == "application/json":
        return re.sub(r'"number":"[^"]*"', "", answer.body.decode())
    return visible(answer.page).replace(answer.path, "")


async def nothing_has_changed(fund: Installation, things: Things) -> None:
    """To its owner, all of it is as it was."""
    async with fund.visitor(Site.PORTAL) as owner:
        filer = await Filer.at(owner, fund.user)
        assert "承認待ち" in (await page_of(owner, things.filing)).text
        listed = (await owner.get("/notices")).body.decode()
        states = re.findall(rf"{things.notice}.*?(未受信|受信済)", listed, re.DOTALL)
        assert states and set(states) == {"未受信"}
        assert await filer.submit(things.upload, PACKAGE, things.command)


QUERIES = (
    "/filings/new?follows={filing}",
    "/history?thing={filing}",
    "/history.csv?thing={notice}",
    "/history?actor={account}",
    "/filings?after={filing}",
    "/notices?after={notice}",
)


async def test_a_foreign_id_in_a_query_shows_nothing(running: Installation) -> None:
    async with stranger_and(running) as (other, _, things):
        for path in QUERIES:
            foreign = await other.ask("GET", path.format(**vars_of(things)))
            none = await other.ask("GET", re.sub(r"\{[a-z]+\}", ID, path))
            assert foreign.status == none.status, path
            for secret in (PACKAGE.name.removesuffix(".zip"), DOCUMENT.name, "第1事業所"):
                assert secret.encode() not in foreign.body, path


def vars_of(things: Things) -> dict[str, str]:
    """By name."""
    return {one.name: getattr(things, one.name) for one in fields(things)}


async def test_a_foreign_notice_among_marked_ones_gives_no_zip(running: Installation) -> None:
    async with stranger_and(running) as (other, form, things):
        route = next(row for row in rows_of(Site.PORTAL) if row.path == "/notices/together")
        for id in (things.notice, ID):
            answer = await replace(attempt(route, other, form), fields={f"mark.{id}": "on"}).send(other)
            assert answer.status == 404 and not answer.body.startswith(b"PK")


def naming() -> list[Message]:
    """What the portal may send that names a thing of an office."""
    return [row for row in rows_for(Site.PORTAL) if {one.name for one in fields(row.shape)} & NAMING.keys()]


async def test_every_message_with_a_foreign_id_is_refused_as_one_with_none(running: Installation) -> None:
    """As a taken-over site would send them, in a visit of the second office."""
    async with stranger_and(running) as (_, _, things), guest(running, Site.PORTAL, running.other) as other:
        rows = naming()
        assert {"ApproveFiling", "DownloadNotices", "SubmitFiling", "PutPart"} <= {row.name for row in rows}
        for row in rows:
            for field in (one.name for one in fields(row.shape) if one.name in NAMING):
                foreign = await why(other, row, field, getattr(things, NAMING[field]))
                assert foreign is await why(other, row, field, ID), (row.name, field)
                assert foreign in (Why.NOT_FOUND, Why.INVALID), (row.name, field, foreign)
        await nothing_has_changed(running, things)


async def why(other: Guest, row: Message, field: str, id: str) -> Why:
    """Why it is refused with this id in this field."""
    value: Any = (id,) if field == "notices" else id
    message = replace(empty(row.shape), **{field: value})
    if hasattr(message, "sha256"):
        message = replace(message, sha256=bytes(32))
    if hasattr(message, "command"):
        message = replace(message, command=COMMAND)
    if row.carries is Carries.BYTES_UP:
        message = replace(message, number=0)
    return await other.refusal(row, message)
