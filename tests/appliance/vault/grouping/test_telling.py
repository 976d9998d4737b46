# SPDX-License-Identifier: Apache-2.0
"""Letters of whoever works for others: about which office they are, and who gets them."""

from appliance.link import messages as m
from appliance.model.words import FilingState, Permission
from appliance.vault.letters import LetterKind
from tests.appliance.vault.filings.sending import put_filing
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
