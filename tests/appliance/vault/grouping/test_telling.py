# SPDX-License-Identifier: Apache-2.0
"""Letters of whoever works for others: about which office they are, and who gets them."""

from appliance.link import messages as m
from appliance.model.words import ALL_PERMISSIONS, FilingState, Permission, Role
from appliance.vault.letters import LetterKind
from tests.appliance.vault.filings.sending import put_filing, register_zip_password, sent
from tests.appliance.vault.grouping.hand import delegated
from tests.appliance.vault.world import World


async def test_a_notice_for_a_client_is_told_with_the_clients_name(world: World) -> None:
    client = await world.office(2)
    firm = await world.user(await world.office(9), "Sharo009")
    [id] = await delegated(world, firm, client)
    clerk = await world.clerk()
    notice = await clerk.deliver(client)
    [letter] = await world.letters(firm.account, LetterKind.NOTICE_DELIVERED)
    assert (letter.about, letter.office) == (notice, client)
    admin = await world.visitor(client, "Admin002")
    await admin.ask(m.NarrowDelegation(id, frozenset({Permission.DOWNLOAD})))
    await clerk.deliver(client)
    assert len(await world.letters(firm.account, LetterKind.NOTICE_DELIVERED)) == 1


async def test_a_notice_that_was_taken_back_is_not_told_of(world: World) -> None:
    client = await world.office(2)
    firm = await world.user(await world.office(9), "Sharo009")
    await delegated(world, firm, client)
    clerk = await world.clerk()
    notice = await clerk.deliver(client)
    await clerk.ask(m.CancelNotice(notice, "宛先が違いました", ""))
    assert await world.letters(firm.account, LetterKind.NOTICE_DELIVERED) == []
    assert len(await world.letters(firm.account, LetterKind.NOTICE_CANCELLED)) == 1


async def test_what_came_back_is_told_to_who_sent_it(world: World) -> None:
    client = await world.office(2)
    admin, firm = await world.user(client, "Admin002"), await world.user(await world.office(9), "Sharo009")
    await delegated(world, firm, client)
    id = await put_filing(world, client, FilingState.RECEIVED, uploaded_by=firm.account)
    clerk = await world.clerk()
    await clerk.ask(m.ReturnFiling(id, "記入もれがあります", ""))
    for person, office in ((firm, client), (admin, "")):
        [letter] = await world.letters(person.account, LetterKind.FILING_RETURNED)
        assert letter.office == office


async def test_whose_delegation_is_over_hears_nothing_more(world: World) -> None:
    client = await world.office(2)
    admin = await world.visitor(client, "Admin002")
    firm = await world.user(await world.office(9), "Sharo009")
    [id] = await delegated(world, firm, client)
    await admin.ask(m.EndDelegation(id))
    await (await world.clerk()).deliver(client)
    assert await world.letters(firm.account, LetterKind.NOTICE_DELIVERED) == []


async def test_who_may_approve_for_a_client_is_told_that_something_waits(world: World) -> None:
    admin = await world.visitor(await world.office(2), "Admin002")
    await register_zip_password(world, admin.office)
    staff = await world.visitor(admin.office, "Staff002", Role.OFFICE_STAFF)
    await world.take_permission(staff, Permission.APPROVE)
    decides, sends = [await world.user(await world.office(number), f"Sharo00{number}") for number in (8, 9)]
    await delegated(world, decides, admin.office, permissions=ALL_PERMISSIONS)
    await delegated(world, sends, admin.office)
    await sent(staff, "20260609_0002_加入者資格取得届.pdf")
    for person, letters in ((decides, 1), (sends, 0), (admin, 1), (staff, 0)):
        assert len(await world.letters(person.account, LetterKind.FILING_WAITING)) == letters, person.login
