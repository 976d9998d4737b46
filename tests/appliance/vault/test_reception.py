# SPDX-License-Identifier: Apache-2.0
"""Every message passes the reception: nothing is done that was not admitted, judged and journaled."""

import asyncio
import dataclasses
import logging
from typing import Any

import pytest

from appliance.contracts.action import Action, ActionAnswer, ActionRequest
from appliance.contracts.policy import ABSTAIN, Decision, PolicyRequest, Verdict
from appliance.contracts.records import StoreError
from appliance.link import messages as m
from appliance.link.messages import MESSAGES, Message
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.tunnels import SessionState, TunnelSession
from appliance.model.words import FilingState, Site
from appliance.vault.records.tunnel_tables import tunnel_sessions
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.grouping.hand import delegated_by
from tests.appliance.vault.providers import Judge
from tests.appliance.vault.world import CONTENT, Person, World, delivery, stream_of

ACTIONS = [row for row in MESSAGES if row.action and row.visit]
# What these do is told where their rooms are tested; that they are guarded is told here.
ROOMS: tuple[str, ...] = ("own", "people", "live", "staff", "filings", "banners", "registration", "issuing")
ROOMS += ("fetching", "devices", "grouping", "calling", "manuals", "kit_clients", "tunnels")
ELSEWHERE = {f"appliance.link.messages.{name}" for name in ROOMS}
OF_DOCUMENTS = {m.DeliverCopies, m.CancelNotice, m.DownloadNotices}
DONE_HERE = [row for row in ACTIONS if row.shape.__module__ not in ELSEWHERE and row.shape not in OF_DOCUMENTS]
COMMAND = "c" * 16
# Not that of the notice which the office has already.
NEXT = "2026-07"


class Cast:
    """People and things for every message there is."""

    def __init__(self, user: Person, clerk: Person) -> None:
        self.user, self.clerk = user, clerk
        self.upload = self.notice = self.download = self.locked = self.filing = self.own_upload = ""
        self.request = ""

    async def prepare(self) -> "Cast":
        office = self.user.office
        self.notice = await self.clerk.deliver(office)
        self.upload = await self.clerk.upload(office)
        self.download = (await self.user.download(self.notice))[0].download
        self.locked = (await self.clerk.world.locked(office)).account
        self.filing = await put_filing(self.clerk.world, office, FilingState.DELIVERED)
        self.own_upload = await self.user.begin("")
        [self.delegation] = await delegated_by(self.clerk, await self.clerk.world.office(77), office)
        self.request = await Scene(self.clerk.world).waiting(office)
        self.session = await connected(self.clerk.world, office)
        return self

    def who(self, row: Message) -> Person:
        at_console = Site.CONSOLE in row.sites and row.shape is not m.DownloadFinished
        return self.clerk if at_console else self.user

    def example(self, row: Message) -> Any:
        """A message of this row that would be done."""
        examples: dict[type, Any] = {
            m.BeginUpload: m.BeginUpload(self.user.office, "a.pdf", 5, COMMAND),
            m.PutPart: m.PutPart(self.upload, 0),
            m.DeliverNotice: delivery(self.upload, period=NEXT),
            m.ReadNotice: m.ReadNotice(self.notice),
            m.DownloadNotice: m.DownloadNotice(self.notice),
            m.DownloadFinished: m.DownloadFinished(self.download, len(CONTENT)),
            m.DeliverCopies: m.DeliverCopies(self.notice, (self.user.office,), COMMAND),
            m.CancelNotice: m.CancelNotice(self.notice, "誤配信", COMMAND),
            m.DownloadNotices: m.DownloadNotices((self.notice,)),
            m.Act: m.Act("test.note", {}),
            m.Look: m.Look("test.look", {}),
            m.Unlock: m.Unlock(self.locked, "本人に確認した"),
            m.Initialise: m.Initialise(self.locked, "本人に確認した"),
        }
        if row not in DONE_HERE and row.shape not in OF_DOCUMENTS:
            whose = self.clerk if row.shape.__module__.endswith("staff") else self.user
            office = self.user.office
            named = {"filing": self.filing, "upload": self.own_upload, "after": "", "delegation": self.delegation}
            seat: dict[str, object] = {"request": self.request, "number": 1, "session": self.session}
            seat["which"] = m.Which(m.Scope.OFFICE, office)
            return bare(row.shape, account=whose.account, office=office, **named, **seat)
        return examples.get(row.shape) or row.shape()

    def how(self, row: Message) -> dict[str, Any]:
        return {"stream": stream_of(b"%PDF-")} if row.carries is m.Carries.BYTES_UP else {}


async def connected(world: World, office: str) -> str:
    """A VPN session of an office; its id."""
    id, now = world.core.new_id(), world.clock.now()
    row = TunnelSession(
        id, office, 1, "bond", "softether", "S1", "10.0.0.100", "", SessionState.OPEN, now, now, now
    )
    await world.core.commit(lambda txn: tunnel_sessions.put(txn, row))
    return id


def bare(shape: type, **named: object) -> Any:
    """A message that says nothing but whose thing it is about."""
    message: Any = object.__new__(shape)
    for name in named.keys() & {field.name for field in dataclasses.fields(shape)}:
        object.__setattr__(message, name, named[name])
    return message


@pytest.fixture
async def cast(user: Person, clerk: Person) -> Cast:
    return await Cast(user, clerk).prepare()


# --- policies -----------------------------------------------------------------------------------------------------


async def test_a_denial_changes_nothing_and_is_journaled(
    world: World, cast: Cast, subtests: pytest.Subtests
) -> None:
    for row in ACTIONS:
        with subtests.test(row.name):
            await is_denied(world, cast, row)


async def is_denied(world: World, cast: Cast, row: Message) -> None:
    """The policy of rights says no to this one."""
    world.rights.denied = {row.action}
    before, size = await world.rows(), len(await world.journal())
    who, blobs = cast.who(row), await world.blobs.ids()
    refused = await who.refused(Why.NOT_ALLOWED, cast.example(row), **cast.how(row))
    assert "says no" not in f"{refused} {refused.values}"
    assert await world.rows() == before
    assert await world.blobs.ids() == blobs
    (entry,) = (await world.journal())[size:]
    assert (entry.kind, entry.result, entry.reason) == (row.journal, Result.REFUSED, "the test says no")
    assert (entry.actor, entry.office, entry.site) == (who.account, who.office, who.site.value)


async def test_a_denial_names_whom_it_was_about(world: World, cast: Cast, clerk: Person) -> None:
    world.rights.denied.update({"lock.release", "staff.change"})
    for message in (m.Unlock(cast.user.account, "why"), m.RemoveStaff(clerk.account, "why")):
        await clerk.refused(Why.NOT_ALLOWED, message)
        assert (await world.last()).thing == message.account
    await clerk.refused(Why.NOT_FOUND, m.Unlock("no id", "why"))
    assert (await world.last()).thing == "", "what was typed is no id and is written nowhere"


async def test_a_denial_names_the_request_or_the_manual(world: World, cast: Cast, clerk: Person) -> None:
    world.rights.denied.update({"activation.decide", "manual.change"})
    manual = world.core.new_id()
    for message, thing in (
        (m.RefuseActivation(cast.request, "why"), cast.request),
        (m.WithdrawManual(manual), manual),
    ):
        await clerk.refused(Why.NOT_ALLOWED, message)
        assert (await world.last()).thing == thing


async def test_a_denial_names_the_visit_or_the_office(world: World, cast: Cast, clerk: Person) -> None:
    world.rights.denied.update({"own.change", "served.switch", "office.suspend", "seats.change"})
    visit, office = world.core.new_id(), cast.user.office
    for who, message, thing in (
        (cast.user, m.EndVisit(visit), visit),
        (cast.user, m.SwitchOffice(office), office),
        (clerk, m.SuspendOffice(office, "why"), office),
        (clerk, m.ChangeSeats(office, 2), office),
    ):
        await who.refused(Why.NOT_ALLOWED, message)
        assert (await world.last()).thing == thing


async def test_one_policy_that_denies_is_enough(world: World, cast: Cast, subtests: pytest.Subtests) -> None:
    async def closed(request: PolicyRequest) -> Verdict:
        return Verdict(Decision.DENY, f"no {request.action} now")

    world.plugins.add("policy", Judge(closed))
    for row in ACTIONS:
        with subtests.test(row.name):
            await cast.who(row).refused(Why.NOT_ALLOWED, cast.example(row), **cast.how(row))
            assert (await world.last()).reason == f"no {row.action} now"


@pytest.mark.parametrize("row", DONE_HERE, ids=lambda row: row.name)
async def test_what_is_done_leaves_the_entry_that_its_row_names(world: World, cast: Cast, row: Message) -> None:
    who, message, how = cast.who(row), cast.example(row), cast.how(row)
    if row.carries is m.Carries.BYTES_UP:
        message, how = m.PutPart(await who.begin(cast.user.office), 0), {"stream": stream_of(CONTENT)}
    if row.shape in (m.Act, m.Look):
        world.plugins.add("action", noting(), "test")
        world.plugins.add("action", dataclasses.replace(noting(), name="test.look", reads=True), "test")
    size = len(await world.journal())
    await who.ask(message, **how)
    (entry,) = (await world.journal())[size:]
    assert (entry.kind, entry.result, entry.actor) == (row.journal, Result.DONE, who.account)


def noting() -> Action:
    """An act that does nothing but be journaled."""

    async def note(request: ActionRequest) -> ActionAnswer:
        return ActionAnswer({})

    return Action("test.note", frozenset({Site.CONSOLE, Site.PORTAL}), frozenset(), None, note)


async def test_signing_out_is_always_possible(world: World, user: Person) -> None:
    world.plugins.given["policy"] = []
    await user.ask(m.SignOut())


async def test_the_policies_are_told_whose_thing_it_is(world: World, cast: Cast) -> None:
    await cast.clerk.ask(m.ListNotices(cast.user.office))
    assert (world.rights.asked[-1].action, world.rights.asked[-1].thing_office) == ("notice.list", cast.user.office)
    await cast.user.ask(m.ListNotices())
    asked = world.rights.asked[-1]
    assert (asked.thing_office, asked.account_office) == (cast.user.office, cast.user.office)


# --- facts that move ----------------------------------------------------------------------------------------------


async def test_a_visit_that_ends_while_the_policies_think_does_nothing(world: World, cast: Cast) -> None:
    async def sign_out_meanwhile(request: PolicyRequest) -> Verdict:
        if request.action == "notice.deliver":
            await cast.clerk.ask(m.SignOut())
        return ABSTAIN

    world.plugins.add("policy", Judge(sign_out_meanwhile))
    await cast.clerk.refused(Why.NOT_SIGNED_IN, delivery(cast.upload, period=NEXT))
    assert await world.notice(cast.upload) is None
    assert len(await world.journal(Kind.NOTICE_DELIVERED)) == 2, "the first notice, and the refusal"


async def test_facts_that_never_rest_mean_busy(world: World, cast: Cast) -> None:
    asked = []

    async def touch(request: PolicyRequest) -> Verdict:
        asked.append(request.action)
        await world.touch_account(cast.clerk)
        return ABSTAIN

    world.plugins.add("policy", Judge(touch))
    before = len(await world.journal())
    await cast.clerk.refused(Why.BUSY, delivery(cast.upload, period=NEXT))
    assert asked == ["notice.deliver"] * 3
    assert await world.notice(cast.upload) is None
    assert len(await world.journal()) == before


async def test_facts_that_rest_in_the_end_are_judged_anew(world: World, cast: Cast) -> None:
    asked = []

    async def touch_twice(request: PolicyRequest) -> Verdict:
        asked.append(request.action)
        if len(asked) < 3:
            await world.touch_account(cast.clerk)
        return ABSTAIN

    world.plugins.add("policy", Judge(touch_twice))
    await cast.clerk.ask(delivery(cast.upload, period=NEXT))
    assert len(asked) == 3
    assert len(await world.journal(Kind.NOTICE_DELIVERED)) == 2


async def test_what_is_answered_while_nothing_moves_is_asked_once(world: World, cast: Cast) -> None:
    before = len(world.rights.asked)
    await cast.clerk.ask(delivery(cast.upload, period=NEXT))
    assert len(world.rights.asked) == before + 1


# --- commands -----------------------------------------------------------------------------------------------------


async def test_a_repeated_command_gets_the_first_reply(world: World, cast: Cast) -> None:
    message = delivery(cast.upload, period=NEXT, command=COMMAND)
    first = await cast.clerk.ask(message)
    size = len(await world.journal())
    world.rights.denied.add("notice.deliver")
    assert await cast.clerk.ask(message) == first
    assert len(await world.journal()) == size


async def test_a_command_that_comes_twice_at_once_is_done_once(world: World, cast: Cast) -> None:
    message = m.BeginUpload(cast.user.office, "a.pdf", 5, COMMAND)
    begun = len(await world.journal(Kind.UPLOAD_BEGUN))
    replies = await asyncio.gather(*(cast.clerk.ask(message) for _ in range(10)))
    assert len({reply.upload for reply in replies}) == 1
    assert len(await world.journal(Kind.UPLOAD_BEGUN)) == begun + 1


async def test_a_command_of_another_message_is_a_conflict(world: World, cast: Cast) -> None:
    await cast.clerk.ask(m.BeginUpload(cast.user.office, "a.pdf", 5, COMMAND))
    before = await world.rows()
    await cast.clerk.refused(Why.CONFLICT, delivery(cast.upload, period=NEXT, command=COMMAND))
    assert await world.rows() == before
    assert (await world.last()).result is Result.REFUSED


@pytest.mark.parametrize("command", ["short", "c" * 65, "c" * 15 + "\0", "c" * 15 + "/", "c" * 16 + "\n"])
async def test_a_command_id_without_form_is_refused(world: World, clerk: Person, office: str, command: str) -> None:
    before = await world.rows()
    await clerk.refused(Why.INVALID, m.BeginUpload(office, "a.pdf", 5, command))
    assert await world.rows() == before


async def test_a_command_is_that_of_its_visit(world: World, office: str, clerk: Person) -> None:
    other = await (await world.staff("second")).sign_in()
    message = m.BeginUpload(office, "a.pdf", 5, COMMAND)
    assert await clerk.ask(message) != await other.ask(message)


# --- refusals -----------------------------------------------------------------------------------------------------


async def test_anothers_notice_is_as_good_as_none(world: World, cast: Cast, stranger: Person) -> None:
    there_is = await stranger.refused(Why.NOT_FOUND, m.DownloadNotice(cast.notice))
    entry = await world.last()
    assert (entry.kind, entry.result, entry.actor) == (
        Kind.NOTICE_DOWNLOAD_STARTED,
        Result.REFUSED,
        stranger.account,
    )
    assert (entry.office, entry.thing) == (stranger.office, cast.notice)
    there_is_not = await stranger.refused(Why.NOT_FOUND, m.DownloadNotice("a" * 26))
    assert (there_is.text, there_is.values) == (there_is_not.text, there_is_not.values)
    assert world.rights.asked[-1].account != stranger.account or world.rights.asked[-1].action == "sign_in"


async def test_what_is_no_id_is_not_written_down(world: World, user: Person) -> None:
    for notice in ("", "../../etc/passwd", "a" * 100_000, "A" * 26, "a\0" * 13):
        await user.refused(Why.NOT_FOUND, m.DownloadNotice(notice))
        assert (await world.last()).thing == ""


async def test_strangers_are_counted_by_source_and_minute(world: World, user: Person) -> None:
    before = len(await world.journal())
    for source in ["192.0.2.7"] * 50 + ["192.0.2.8"]:
        await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu(), token="x", source=source)
    entries = (await world.journal())[before:]
    assert [(entry.personal["source"], entry.count) for entry in entries] == [("192.0.2.7", 1), ("192.0.2.8", 1)]
    world.clock.move(60_000)
    await world.core.refusals.flush()
    last = await world.last()
    assert (last.personal["source"], last.count, last.reason) == ("192.0.2.7", 49, "unknown token")


async def test_a_message_from_the_wrong_site_is_journaled(world: World) -> None:
    await world.reception.wrong_site(Site.PUBLIC, "DeliverNotice", "wrong site")
    last = await world.last()
    assert (last.kind, last.site, last.reason) == (Kind.REQUEST_REFUSED, "public", "wrong site: DeliverNotice")


async def test_a_refusal_stands_even_if_it_cannot_be_journaled(
    world: World, user: Person, caplog: pytest.LogCaptureFixture
) -> None:
    world.store.fail_next(StoreError("broken"))
    with caplog.at_level(logging.ERROR):
        await user.refused(Why.NOT_FOUND, m.DownloadNotice("a" * 26))
    assert "could not be journaled" in caplog.text


async def test_what_is_nobodys_fault_is_not_journaled(world: World, user: Person) -> None:
    before = len(await world.journal())
    world.store.fail_next(StoreError("broken"))
    await user.refused(Why.BROKEN, m.OpenMenu())
    assert len(await world.journal()) == before


async def test_a_reply_shows_the_vaults_clock_and_no_visitor_before_sign_in(world: World, user: Person) -> None:
    reply = await world.answer(Site.PORTAL, user.sign_in_message)
    assert (reply.now, reply.demo, reply.visitor, reply.stream) == (world.clock.now(), False, None, None)
