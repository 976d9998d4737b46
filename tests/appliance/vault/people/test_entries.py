# SPDX-License-Identifier: Apache-2.0
"""Whatever is done about people leaves the entry that its row names, and no other."""

from appliance.link import messages as m
from appliance.link.messages import BY_SHAPE
from appliance.link.messages.people_rows import PEOPLE_MESSAGES
from appliance.model.journal import Kind, Result
from appliance.model.words import Permission, Role, Site
from appliance.vault.letters import LetterKind
from tests.appliance.vault.people.folk import OWN, ZIP, a_minute_later, first_admin, new_user, staff_of
from tests.appliance.vault.world import Person, World

DONE: set[type] = set()


async def done(person: Person, message: object, *kinds: Kind) -> object:
    """Send it; the entries that it leaves are of these kinds, by default the one of its row."""
    DONE.add(type(message))
    size = len(await person.world.journal())
    reply = await person.ask(message)
    entries = (await person.world.journal())[size:]
    assert [entry.kind for entry in entries] == list(kinds or [BY_SHAPE[type(message)].journal]), message
    assert {(entry.result, entry.actor) for entry in entries} == {(Result.DONE, person.account)}
    return reply


async def code(person: Person, kind: LetterKind) -> str:
    """The newest code that came by mail."""
    return (await person.world.letters(person.account, kind))[-1].fields["code"]


async def about_oneself(world: World) -> Person:
    """An admin registers, and changes everything that is its own."""
    admin = await (await first_admin(world)).sign_in()
    await done(admin, m.ReadOwn())
    await done(admin, m.RegisterOffice("さくら", ZIP))
    registered = await done(admin, m.RegisterSelf("佐倉 花子", "サクラ ハナコ", OWN))
    assert isinstance(registered, m.Registered)
    admin.token = registered.token
    await done(admin, m.ChangeOwn("椿 花子", "ツバキ ハナコ"))
    await done(admin, m.ChangePassword(OWN, OWN + "x"))
    a_minute_later(world)
    await done(admin, m.ChangeMail("new@example.jp"))
    await done(admin, m.ConfirmMail(await code(admin, LetterKind.MAIL_CHANGE_CONFIRM)))
    a_minute_later(world)
    await done(admin, m.AskZipPassword())
    await done(admin, m.ShowZipPassword(OWN + "x", await code(admin, LetterKind.OWN_CODE)))
    [visit] = (await done(admin, m.ListVisits())).rows  # type: ignore[attr-defined]
    await done(admin, m.EndVisit(visit.visit))
    admin.password = OWN + "x"
    return admin


async def about_users(admin: Person) -> None:
    """The admin keeps a user."""
    await done(admin, m.ListUsers())
    added = await done(admin, new_user())
    assert isinstance(added, m.UserAdded)
    every = frozenset(Permission)
    changed = m.ChangeUser(added.account, "田中", "タナカ ジロウ", "t@example.jp", Role.OFFICE_STAFF, every)
    await done(admin, changed)
    await done(admin, m.ResetPassword(added.account))
    await done(admin, m.RemoveUser(added.account))


async def about_staff(one: Person, other: Person) -> None:
    """Two of systems keep the staff."""
    await done(one, m.ListStaff())
    adding = m.AddStaff("hara", "原", "hara@example.jp", Role.FUND_DESK, "増員")
    proposed = await done(one, adding, Kind.PROPOSAL_MADE)
    assert isinstance(proposed, m.TwoPersonReply)
    await done(other, m.ListProposals())
    reply = await done(other, m.Decide(proposed.proposal, approve=True), Kind.ACCOUNT_ADDED, Kind.PROPOSAL_DECIDED)
    assert isinstance(reply, m.TwoPersonReply)
    for message, kind in (
        (
            m.ChangeStaff(one.account, "林", "h@example.jp", Role.FUND_SYSTEM, "改姓", emergency=True),
            Kind.ACCOUNT_CHANGED,
        ),
        (m.ResetStaff(reply.account, "紛失", emergency=True), Kind.PASSWORD_RESET),
        (m.RemoveStaff(other.account, "退職", emergency=True), Kind.ACCOUNT_REMOVED),
    ):
        await done(one, message, kind, Kind.TWO_PERSON_EMERGENCY)


async def about_locks(world: World, office: str) -> None:
    """The desk lets somebody in again."""
    desk, person = await staff_of(world, "madoguchi", Role.FUND_DESK), await world.locked(office)
    await done(desk, m.ListLocks())
    await done(desk, m.Unlock(person.account, "本人から電話"))
    await done(desk, m.Initialise(person.account, "本人から電話"))
    await done(desk, m.SuspendOffice(office, "代表者からのご依頼"))
    await done(desk, m.ResumeOffice(office, "確認が済んだ"))


async def test_every_act_leaves_its_entry(world: World, hayashi: Person, mori: Person) -> None:
    admin = await about_oneself(world)
    a_minute_later(world)
    await about_users(await admin.sign_in())
    await about_staff(hayashi, mori)
    await about_locks(world, admin.office)
    clerk = await staff_of(world, "kubo", Role.FUND_CLERK)
    await done(clerk, m.ReadOffice(admin.office))
    await done(clerk, m.ChangeAdmin(admin.account, "梅田", "ウメダ シロウ", "u@example.jp", "変更届"))
    told_elsewhere = {m.BeginApp, m.ConfirmApp, m.DropApp}
    assert {row.shape for row in PEOPLE_MESSAGES if row.sites != {Site.ADMIN}} - DONE == told_elsewhere
