# SPDX-License-Identifier: Apache-2.0
"""「承認をお願いする」: who is told, how often, and when not."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.time import HOUR
from appliance.model.words import Permission, Role
from appliance.vault.grouping.asking import sweep_asked
from appliance.vault.letters import LetterKind
from appliance.vault.records.grouping_tables import approvals_asked
from tests.appliance.vault.filings.sending import approved, register_zip_password, sent
from tests.appliance.vault.grouping.hand import delegated, switched
from tests.appliance.vault.world import Person, World

NAME = "20260609_0002_加入者資格取得届.pdf"


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office that is served."""
    person = await world.visitor(await world.office(2), "Admin002")
    await register_zip_password(world, person.office)
    return person


@pytest.fixture
async def firm(world: World, admin: Person) -> Person:
    """A 社労士, who works for that office just now."""
    person = await world.visitor(await world.office(9), "Sharo009")
    await delegated(world, person, admin.office)
    return await switched(person, admin.office)


async def test_those_who_may_approve_are_told_by_whom(world: World, firm: Person, admin: Person) -> None:
    id = await sent(firm, NAME)
    quiet = await world.user(admin.office, "Staff002", Role.OFFICE_STAFF)
    await world.take_permission(quiet, Permission.MAIL_NOTICE)
    done: m.ApprovalAskedFor = await firm.ask(m.AskApproval(id))
    assert done.people == 1
    [letter] = await world.letters(admin.account, LetterKind.APPROVAL_ASKED)
    assert letter.fields == {"by": "利用者Sharo009（事業所9）"}
    [entry] = await world.journal(Kind.FILING_APPROVAL_ASKED)
    assert (entry.office, entry.thing, entry.actor) == (admin.office, id, firm.account)


async def test_an_upload_tells_them_anyway_and_not_the_sender(world: World, firm: Person, admin: Person) -> None:
    """The firm's admin may approve at home, and not there: the client's people are told."""
    await sent(firm, NAME)
    assert len(await world.letters(admin.account, LetterKind.FILING_WAITING)) == 1
    assert await world.letters(firm.account, LetterKind.FILING_WAITING) == []


async def test_once_an_hour_for_each_filing(world: World, firm: Person, admin: Person) -> None:
    id, other = await sent(firm, NAME), await sent(firm, "20260609_0002_加入者資格喪失届.pdf")
    await firm.ask(m.AskApproval(id))
    await firm.ask(m.AskApproval(other))
    refused = await firm.refused(Why.CONFLICT, m.AskApproval(id))
    assert (refused.text, refused.values) == ("approval.asked", {"next_at": str(world.clock.now() + HOUR)})
    world.clock.move(HOUR)
    await sweep_asked(world.core)
    assert await world.core.read(lambda snapshot: approvals_asked.count(snapshot, 9)) == 2
    await firm.ask(m.AskApproval(id))
    assert len(await world.letters(admin.account, LetterKind.APPROVAL_ASKED)) == 3
    world.clock.move(HOUR + 1)
    await sweep_asked(world.core)
    assert await world.core.read(lambda snapshot: approvals_asked.count(snapshot, 9)) == 0


async def test_the_same_command_asks_once(world: World, firm: Person) -> None:
    id = await sent(firm, NAME)
    for _ in range(2):
        assert (await firm.ask(m.AskApproval(id, "c" * 16))).people == 1


async def test_nobody_is_asked_in_vain(world: World, firm: Person, admin: Person) -> None:
    id = await sent(firm, NAME)
    await world.take_permission(admin, Permission.APPROVE)
    assert (await firm.refused(Why.CONFLICT, m.AskApproval(id))).text == "approval.nobody"
    id = await sent(firm, "20260609_0002_加入者資格喪失届.pdf")
    colleague = await world.visitor(admin.office, "Staff002", Role.OFFICE_STAFF)
    await approved(world, colleague, id)
    assert (await firm.refused(Why.CONFLICT, m.AskApproval(id))).text == "approval.not_waiting"
    for forged in ("", "x", "a" * 26):
        await firm.refused(Why.NOT_FOUND, m.AskApproval(forged))
