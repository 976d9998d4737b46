# SPDX-License-Identifier: Apache-2.0
"""Manuals of the fund come in if they are PDFs that nobody objects to, stand where they should, and go."""

from typing import Any

import pytest

from appliance.contracts.scanner import Verdict
from appliance.link.envelope import Reply
from appliance.link.messages.manuals import (
    MOST_MANUAL,
    AddManual,
    ListManuals,
    ManualRow,
    OpenManual,
    WithdrawManual,
)
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.words import Role, Site
from appliance.vault.manuals import keeping
from appliance.vault.manuals.books import NAMES
from appliance.vault.manuals.keeping import PIECE
from appliance.vault.manuals.listed import open_manual
from appliance.vault.records.manual_tables import manual_pieces
from tests.appliance.vault.manuals.scanners import Saying
from tests.appliance.vault.world import CONTENT, Person, World, stream_of
from tests.pdf import pdf

PDF = CONTENT


async def added(world: World, clerk: Person, content: bytes = PDF, **changed: Any) -> str:
    """A manual that the clerk adds; its id."""
    values: dict[str, Any] = {
        "title": "はじめての方へ",
        "dated": "2026-06-09",
        "replaces": "",
        "size": len(content),
    }
    values |= {"command": f"command{world.core.new_id()}", **changed}
    message = AddManual(**values)
    return str((await clerk.ask(message, stream=stream_of(content))).manual)


async def rows(person: Person) -> list[ManualRow]:
    """What somebody sees."""
    return list((await person.ask(ListManuals())).rows)


async def opened(reply: Reply) -> bytes:
    """The bytes that come with a reply."""
    assert reply.stream is not None
    return b"".join([piece async for piece in reply.stream])


async def test_it_is_listed_behind_the_products_and_opens(world: World, clerk: Person, user: Person) -> None:
    id = await added(world, clerk)
    found = await rows(user)
    assert [one.manual for one in found] == [*NAMES, id]
    assert found[-1].file_name == "電子連携サービス・はじめての方へ(20260609).pdf"
    assert (found[-1].of_fund, found[-1].engine, found[-1].scanned_at) == (True, "", 0)
    reply = await world.answer(Site.PORTAL, OpenManual(id), token=user.token)
    assert await opened(reply) == PDF
    assert [entry.thing for entry in await world.journal(Kind.MANUAL_ADDED)] == [id]


async def test_everybody_opens_the_products(world: World, clerk: Person, user: Person) -> None:
    for person, site in ((clerk, Site.CONSOLE), (user, Site.PORTAL)):
        for one in await rows(person):
            reply = await world.answer(site, OpenManual(one.manual), token=person.token)
            content = await opened(reply)
            assert content.startswith(b"%PDF-") and len(content) == one.size == reply.stream_size
    assert len(await world.journal(Kind.MANUAL_READ)) == 2 * len(NAMES)


async def test_one_takes_the_place_of_the_products_until_it_goes(world: World, clerk: Person) -> None:
    first = await added(world, clerk, replaces="install")
    second = await added(world, clerk, replaces="install", title="新しい手順書")
    assert [one.manual for one in await rows(clerk)] == [NAMES[0], second, *NAMES[2:]]
    with pytest.raises(Refused):
        await open_manual(world.core, first)
    await clerk.ask(WithdrawManual(second, "command1" * 2))
    assert [one.manual for one in await rows(clerk)] == list(NAMES)


async def test_what_goes_leaves_nothing(world: World, clerk: Person) -> None:
    content = pdf(1, 3 * PIECE + 1)
    id = await added(world, clerk, content)
    assert (await open_manual(world.core, id))[1] == content
    await clerk.ask(WithdrawManual(id, "command1" * 2))
    assert await world.core.read(lambda snapshot: manual_pieces.scan(snapshot, "manual", (id,))) == []
    assert [entry.thing for entry in await world.journal(Kind.MANUAL_WITHDRAWN)] == [id]


async def test_the_products_cannot_be_withdrawn(world: World, clerk: Person) -> None:
    for id in (NAMES[0], "f" * 26, ""):
        await world.refused(Why.NOT_FOUND, Site.CONSOLE, WithdrawManual(id, "command1" * 2), token=clerk.token)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"title": "  "}, "manual_title.length"),
        ({"title": "あ" * 61}, "manual_title.length"),
        ({"title": "a\x00b"}, "manual_title.length"),
        ({"dated": "9 June"}, "manual_dated.form"),
        ({"dated": ""}, "manual_dated.form"),
        ({"replaces": "everything"}, "manual_replaces.unknown"),
        ({"size": 0}, "upload.size"),
        ({"size": MOST_MANUAL + 1}, "upload.size"),
        ({"size": len(PDF) + 1}, "upload.cut"),
        ({"size": len(PDF) - 1}, "upload.cut"),
    ],
)
async def test_what_cannot_be_is_refused(world: World, clerk: Person, changed: dict[str, Any], text: str) -> None:
    with pytest.raises(Refused) as caught:
        await added(world, clerk, **changed)
    assert caught.value.text == text
    assert [one.manual for one in await rows(clerk)] == list(NAMES)


@pytest.mark.parametrize("content", [b"MZ" + bytes(100), b"%PDF-1.7\n", b"PK\x03\x04" + bytes(50)])
async def test_what_is_no_pdf_is_refused(world: World, clerk: Person, content: bytes) -> None:
    with pytest.raises(Refused) as caught:
        await added(world, clerk, content)
    assert caught.value.text == "manual_file.not_pdf"


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (Verdict.INFECTED, "manual_file.infected"),
        (Verdict.NOT_SCANNABLE, "manual_file.infected"),
        (None, "scan.away"),
    ],
)
async def test_what_no_scanner_calls_clean_does_not_come_in(
    world: World, clerk: Person, verdict: Verdict | None, text: str
) -> None:
    world.plugins.add("scanner", Saying(verdict))
    with pytest.raises(Refused) as caught:
        await added(world, clerk)
    assert caught.value.text == text


async def test_what_a_scanner_called_clean_says_which_and_when(world: World, clerk: Person) -> None:
    world.plugins.add("scanner", Saying(Verdict.CLEAN))
    await added(world, clerk)
    last = (await rows(clerk))[-1]
    assert (last.engine, last.scanned_at) == ("TestScan 1.0", world.clock.now())


async def test_there_are_not_more_than_can_be_listed(
    world: World, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 3)
    for number in range(3):
        await added(world, clerk, title=f"冊子 {number}")
    with pytest.raises(Refused) as caught:
        await added(world, clerk)
    assert caught.value.text == "manual.too_many"
    assert len(await rows(clerk)) == len(NAMES) + 3


async def test_one_that_takes_the_place_of_another_makes_no_more_of_them(
    world: World, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 1)
    await added(world, clerk, replaces=NAMES[0])
    newer = await added(world, clerk, replaces=NAMES[0], title="第二版")
    assert [one.manual for one in await rows(clerk)] == [newer, *NAMES[1:]]


async def test_the_same_command_adds_it_once(world: World, clerk: Person) -> None:
    first = await added(world, clerk, command="command1" * 2)
    assert await added(world, clerk, command="command1" * 2) == first
    assert len(await rows(clerk)) == len(NAMES) + 1


async def test_whoever_may_not_change_them_cannot(world: World) -> None:
    world.rights.denied.add("manual.change")
    desk = await (await world.staff("desk", Role.FUND_DESK)).sign_in()
    with pytest.raises(Refused) as caught:
        await added(world, desk)
    assert caught.value.why is Why.NOT_ALLOWED
