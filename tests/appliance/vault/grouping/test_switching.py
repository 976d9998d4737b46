# SPDX-License-Identifier: Apache-2.0
"""Choosing an office: what opens, what is dead afterwards, and who gets nowhere."""

import pytest

from appliance.link import messages as m
from appliance.link.messages.grouping_rows import FOR_ANOTHER_OFFICE, WAYS_OUT
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.time import DAY, HOUR
from appliance.model.words import AccountState, FilingState, Permission, Role, Site
from appliance.vault.caller import form_token
from appliance.vault.grouping.switching import sweep_moved
from appliance.vault.records.grouping_tables import moved_visits
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import begun, put_filing, register_zip_password, sent, submission
from tests.appliance.vault.grouping.hand import delegated, switched
from tests.appliance.vault.world import PEPPER, Person, World

NAME = "20260609_0002_加入者資格取得届.pdf"


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士, signed in at the own office."""
    return await world.visitor(await world.office(9), "Sharo009")


@pytest.fixture
async def client(world: World) -> str:
    """An office that is served, with an admin of its own."""
    office = await world.office(2)
    await world.user(office, "Kanri002")
    await register_zip_password(world, office)
    return office


async def menu_of(person: Person) -> m.Menu:
    found: m.Menu = await person.ask(m.OpenMenu())
    return found


async def test_the_visit_goes_on_about_the_other_office(world: World, firm: Person, client: str) -> None:
    await delegated(world, firm, client)
    done: m.Switched = await firm.ask(m.SwitchOffice(client))
    assert (done.number, done.name, done.form) == (2, "事業所2", form_token(PEPPER, done.token))
    reply = await world.answer(Site.PORTAL, m.OpenMenu(), token=done.token)
    assert reply.visitor is not None
    seen = reply.visitor
    assert (seen.office_name, seen.office_number, seen.own_office, seen.serves) == ("事業所2", 2, "事業所9", True)
    assert seen.role is Role.SHAROSHI
    assert Permission.APPROVE not in seen.permissions
    assert seen.name == "利用者Sharo009"


async def test_both_offices_read_of_it(world: World, firm: Person, client: str) -> None:
    await delegated(world, firm, client)
    await switched(firm, client)
    entries = await world.journal(Kind.OFFICE_SWITCHED)
    assert [(one.office, one.actor) for one in entries] == [(firm.office, firm.account), (client, firm.account)]
    assert len({one.salt for one in entries}) == 2
    admin = await world.visitor(client, "Admin002")
    page: m.HistoryPage = await admin.ask(m.ReadHistory(0, 50))
    named = {row.actor_name for row in page.rows if row.kind is Kind.OFFICE_SWITCHED}
    assert named == {"利用者Sharo009（事業所9）"}


async def test_the_token_before_is_dead_and_says_why(world: World, firm: Person, client: str) -> None:
    await delegated(world, firm, client)
    before = firm.token
    await switched(firm, client)
    for message in (m.OpenMenu(), m.ListNotices(), m.SwitchOffice(firm.office), m.SignOut()):
        refused = await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, message, token=before)
        assert refused.text == "grouping.switched"


async def test_the_form_of_a_page_of_another_office_is_forged(world: World, firm: Person, client: str) -> None:
    """The cookie is the browser's, the form token the page's: a tab of one office posts nothing to another one."""
    await delegated(world, firm, client)
    form_before = form_token(PEPPER, firm.token)
    await switched(firm, client)
    for message in (m.BeginUpload("", "a.pdf", 10, ""), m.SwitchOffice(firm.office)):
        refused = await firm.refused(Why.NOT_ALLOWED, message, form=form_before)
        assert refused.text == "grouping.other_page", "and no page gives back there what was typed here"


async def test_an_upload_does_not_follow_to_another_office(world: World, firm: Person, client: str) -> None:
    await delegated(world, firm, client)
    content = small_pdf(NAME)
    await switched(firm, client)
    upload = await begun(firm, content, NAME)
    await switched(firm, firm.office)
    await firm.refused(Why.NOT_FOUND, submission(upload, content))
    await firm.refused(Why.NOT_FOUND, m.PutPart(upload, 0))
    await switched(firm, client)
    done: m.Submitted = await firm.ask(submission(upload, content))
    assert len(done.filings) == 1


async def test_a_file_of_another_office_is_not_taken(world: World, firm: Person, client: str) -> None:
    await register_zip_password(world, firm.office)
    await delegated(world, firm, client)
    await switched(firm, client)
    wrong = "20260609_0009_加入者資格取得届.pdf"
    content = small_pdf(wrong)
    upload = await begun(firm, content, wrong)
    done: m.Submitted = await firm.ask(submission(upload, content))
    assert not done.filings
    assert [problem.rule for problem in done.problems] == ["name.other_office"]


async def test_a_download_stops_when_the_office_is_another(world: World, firm: Person, client: str) -> None:
    await delegated(world, firm, client)
    clerk = await world.clerk()
    notice = await clerk.deliver(client)
    await switched(firm, client)
    reply = await world.answer(Site.PORTAL, m.DownloadNotice(notice), token=firm.token)
    await switched(firm, firm.office)
    assert reply.stream is not None
    with pytest.raises(Refused):
        _ = [piece async for piece in reply.stream]


async def test_a_download_stops_when_the_delegation_ends(world: World, firm: Person, client: str) -> None:
    [id] = await delegated(world, firm, client)
    notice = await (await world.clerk()).deliver(client)
    await switched(firm, client)
    reply = await world.answer(Site.PORTAL, m.DownloadNotice(notice), token=firm.token)
    admin = await world.visitor(client, "Admin002")
    await admin.ask(m.EndDelegation(id))
    assert reply.stream is not None
    with pytest.raises(Refused):
        _ = [piece async for piece in reply.stream]


async def test_things_of_the_own_office_are_not_there_meanwhile(world: World, firm: Person, client: str) -> None:
    notice = await (await world.clerk()).deliver(firm.office)
    await delegated(world, firm, client)
    await switched(firm, client)
    await firm.refused(Why.NOT_FOUND, m.DownloadNotice(notice))
    assert (await firm.ask(m.ListNotices())).rows == ()
    await switched(firm, firm.office)
    await firm.download(notice)


@pytest.mark.parametrize("row", m.MESSAGES, ids=lambda row: row.name)
async def test_nothing_else_is_done_for_another_office(
    world: World, firm: Person, client: str, row: m.Message
) -> None:
    """A message that comes into the table tomorrow is not for others until somebody says so."""
    if Site.PORTAL not in row.sites or not row.visit or row.shape in FOR_ANOTHER_OFFICE:
        return
    await delegated(world, firm, client)
    await switched(firm, client)
    blank: object = object.__new__(row.shape)
    refused = await firm.refused(Why.NOT_ALLOWED, blank)
    assert refused.text == "grouping.own_only"


def test_what_is_done_for_others_names_no_person_and_no_password() -> None:
    named = {shape.__name__ for shape in FOR_ANOTHER_OFFICE}
    assert not [name for name in named if any(word in name for word in ("User", "Password", "Mail", "Rules"))]
    assert not named & {"ChangeOwn", "RegisterSelf", "RegisterOffice", "EndDelegation", "NarrowDelegation"}
    assert WAYS_OUT < FOR_ANOTHER_OFFICE


# --- who gets nowhere ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forged", ["", "x", "a" * 26, "../" * 8, "*"])
async def test_an_office_that_there_is_not(firm: Person, forged: str) -> None:
    await firm.refused(Why.NOT_FOUND, m.SwitchOffice(forged))


async def test_an_office_that_is_not_served_is_as_good_as_none(world: World, firm: Person, client: str) -> None:
    refused = await firm.refused(Why.NOT_FOUND, m.SwitchOffice(client))
    entry = await world.last()
    assert (refused.text, entry.kind, entry.office) == ("refused.not_found", Kind.OFFICE_SWITCHED, firm.office)
    assert (await menu_of(firm)).unread == 0


async def test_the_tab_stays_good_when_switching_is_refused(firm: Person, client: str) -> None:
    await firm.refused(Why.NOT_FOUND, m.SwitchOffice(client))
    await menu_of(firm)


async def test_there_are_no_chains(world: World, firm: Person, client: str) -> None:
    """The firm serves the client, whose admin serves a third office: that one is none of the firm's business."""
    third = await world.office(3)
    admin = await world.visitor(client, "Admin002")
    await delegated(world, firm, client)
    await delegated(world, admin, third)
    await switched(firm, client)
    await firm.refused(Why.NOT_FOUND, m.SwitchOffice(third))
    page: m.ServedPage = await firm.ask(m.ListServed())
    assert {row.number for row in page.rows} == {9, 2}
    await switched(admin, third)
    await admin.refused(Why.NOT_FOUND, m.SwitchOffice(firm.office))


async def test_a_colleague_of_the_firm_has_no_part_in_it(world: World, firm: Person, client: str) -> None:
    await delegated(world, firm, client)
    colleague = await world.visitor(firm.office, "Sharo010")
    await colleague.refused(Why.NOT_FOUND, m.SwitchOffice(client))


async def test_before_the_first_day_and_after_the_last(world: World, firm: Person, client: str) -> None:
    await delegated(world, firm, client, since="2026-06-10", until="2026-06-11")
    await firm.refused(Why.NOT_FOUND, m.SwitchOffice(client))
    world.clock.move(DAY)
    await firm.sign_in()
    await switched(firm, client)
    world.clock.move(DAY)
    await firm.sign_in()
    await switched(firm, client)
    world.clock.move(14 * HOUR - 1)
    await firm.sign_in()
    await switched(firm, client)
    await menu_of(firm)
    world.clock.move(1)
    await firm.refused(Why.NOT_ALLOWED, m.OpenMenu())


async def test_in_a_visit_that_goes_on_the_end_is_the_end(world: World, firm: Person, client: str) -> None:
    [id] = await delegated(world, firm, client)
    await switched(firm, client)
    admin = await world.visitor(client, "Admin002")
    await admin.ask(m.EndDelegation(id))
    refused = await firm.refused(Why.NOT_ALLOWED, m.ListNotices())
    assert refused.text == "grouping.lapsed"
    entry = await world.last()
    assert (entry.office, entry.actor, entry.reason) == (firm.office, firm.account, "the delegation has ended")
    page: m.ServedPage = await firm.ask(m.ListServed())
    assert [row.number for row in page.rows] == [9]
    await switched(firm, firm.office)
    await menu_of(firm)


async def test_somebody_removed_or_suspended_serves_nobody(world: World, firm: Person, client: str) -> None:
    await delegated(world, firm, client)
    await switched(firm, client)
    await world.set_state(firm, AccountState.SUSPENDED)
    await firm.refused(Why.NOT_SIGNED_IN, m.ListNotices())
    await world.set_state(firm, AccountState.REMOVED)
    await firm.refused(Why.NOT_SIGNED_IN, m.ListNotices())


async def test_permissions_are_those_of_the_delegation(world: World, firm: Person, client: str) -> None:
    """The firm's admin may do everything at home, and there what was delegated."""
    await delegated(world, firm, client)
    id = await sent(await switched(firm, client), NAME)
    await firm.refused(Why.NOT_ALLOWED, m.ApproveFiling(id, bytes(32), ""))
    await firm.ask(m.CancelFiling(id, ""))


async def test_permissions_are_looked_at_each_time(world: World, firm: Person, client: str) -> None:
    [id] = await delegated(world, firm, client)
    await switched(firm, client)
    await firm.begin("", 10, NAME)
    admin = await world.visitor(client, "Admin002")
    await admin.ask(m.NarrowDelegation(id, frozenset({Permission.DOWNLOAD})))
    await firm.refused(Why.NOT_ALLOWED, m.BeginUpload("", NAME, 10, ""))


async def test_the_fund_switches_nothing(world: World, client: str) -> None:
    clerk = await world.clerk()
    await clerk.refused(Why.NOT_FOUND, m.SwitchOffice(client))


async def test_clients_are_told_by_number(world: World, firm: Person, client: str) -> None:
    third = await world.office(3)
    await delegated(world, firm, third, permissions=frozenset({Permission.DOWNLOAD}))
    await delegated(world, firm, client)
    found: m.Clients = await firm.ask(m.ListClients())
    assert [(row.number, row.sends) for row in found.rows] == [(9, True), (2, True), (3, False)]
    await switched(firm, client)
    again: m.Clients = await firm.ask(m.ListClients())
    assert again == found


async def test_dead_tokens_are_forgotten_with_their_visit(world: World, firm: Person, client: str) -> None:
    await delegated(world, firm, client)
    await switched(firm, client)
    await sweep_moved(world.core)
    assert await world.core.read(lambda snapshot: moved_visits.count(snapshot, 9)) == 1
    world.clock.move(DAY)
    await sweep_moved(world.core)
    assert await world.core.read(lambda snapshot: moved_visits.count(snapshot, 9)) == 0


async def test_the_fund_sees_nothing_new_of_a_filing(world: World, firm: Person, client: str) -> None:
    """What waits at a client is shown to who serves it, and to nobody else."""
    await put_filing(world, client, FilingState.UPLOADED)
    await delegated(world, firm, client)
    await switched(firm, client)
    assert (await menu_of(firm)).to_approve == 1
    await switched(firm, firm.office)
    assert (await menu_of(firm)).to_approve == 0
