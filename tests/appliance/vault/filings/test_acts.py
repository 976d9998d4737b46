# SPDX-License-Identifier: Apache-2.0
"""What is done with filings: by whom, in which order, and what the second of two is told."""

import asyncio
import dataclasses
from typing import Any

import pytest

from appliance.config.office_settings import Exchange
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED, Kind, Result
from appliance.model.time import DAY
from appliance.model.words import FilingState, Permission
from appliance.vault.documents.opening import opened
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import filings, offices
from appliance.vault.records.transaction import Transaction
from appliance.web.texts import Texts
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import NAME, delivered, kept, put_filing, sent
from tests.appliance.vault.world import Person, World

SHA256 = bytes(32)
OFFICE: tuple[type, ...] = (m.ApproveFiling, m.DeliverFiling, m.CancelFiling)
FUND: tuple[type, ...] = (m.ReceiveFiling, m.AcceptFiling, m.ReturnFiling, m.CompleteFiling)
HIDDEN = (FilingState.HELD, FilingState.REFUSED, FilingState.UPLOADED, FilingState.APPROVED, FilingState.CANCELLED)


def about(shape: type, filing: str, **changes: Any) -> Any:
    """A message about a filing whose bytes are known."""
    fields = {"filing": filing, "sha256": SHA256, "reason": "記入もれ", "command": "", **changes}
    named = {field.name for field in dataclasses.fields(shape)}
    return shape(**{name: value for name, value in fields.items() if name in named})


async def with_rules(world: World, office: str, **rules: bool) -> None:
    def put(txn: Transaction) -> None:
        found = offices.get(txn, office)
        assert found is not None
        offices.put(txn, dataclasses.replace(found, **rules))  # type: ignore[arg-type]

    await world.core.commit(put)


async def state_of(world: World, id: str) -> FilingState:
    return (await kept(world, id)).state


# --- the way ------------------------------------------------------------------------------------------------------


async def test_the_whole_way(world: World, sender: Person, clerk: Person) -> None:
    pdf = small_pdf(NAME)
    id = await sent(sender)
    before = len(await world.journal())
    steps = [
        (sender, m.ApproveFiling, FilingState.APPROVED, Kind.FILING_APPROVED),
        (sender, m.DeliverFiling, FilingState.DELIVERED, Kind.FILING_DELIVERED),
        (clerk, m.ReceiveFiling, FilingState.RECEIVED, Kind.FILING_RECEIVED),
        (clerk, m.AcceptFiling, FilingState.ACCEPTED, Kind.FILING_ACCEPTED),
        (clerk, m.CompleteFiling, FilingState.DONE, Kind.FILING_DONE),
    ]
    sha256 = (await kept(world, id)).sha256
    for who, shape, state, _ in steps:
        world.clock.move(1)
        assert await who.ask(about(shape, id, sha256=sha256)) == m.FilingNow(id, state)
    filing = await kept(world, id)
    assert [filing.approved_by, filing.delivered_by] == [sender.account] * 2
    assert [filing.received_by, filing.settled_by] == [clerk.account] * 2
    assert b"".join([piece async for piece in opened(world.core, filing)]) == pdf
    entries = (await world.journal())[before:]
    assert [entry.kind for entry in entries] == [kind for *_, kind in steps]
    assert {(entry.thing, entry.office, entry.sha256) for entry in entries} == {(id, sender.office, sha256.hex())}
    assert all(entry.personal["file_name"] == NAME for entry in entries)


async def test_approving_and_delivering_in_one_breath(world: World, sender: Person) -> None:
    id = await put_filing(world, sender.office, FilingState.UPLOADED)
    before = len(await world.journal())
    assert await sender.ask(about(m.ApproveFiling, id, deliver=True)) == m.FilingNow(id, FilingState.DELIVERED)
    entries = (await world.journal())[before:]
    assert [entry.kind for entry in entries] == [Kind.FILING_APPROVED, Kind.FILING_DELIVERED]
    assert len({entry.salt for entry in entries}) == 2


async def test_an_office_may_want_that_approving_delivers(world: World, sender: Person, colleague: Person) -> None:
    await with_rules(world, sender.office, deliver_on_approve=True)
    id = await put_filing(world, sender.office, FilingState.UPLOADED)
    assert (await sender.ask(about(m.ApproveFiling, id))).state is FilingState.DELIVERED
    await world.take_permission(colleague, Permission.DELIVER)
    id = await put_filing(world, sender.office, FilingState.UPLOADED)
    assert (await colleague.ask(about(m.ApproveFiling, id))).state is FilingState.APPROVED


async def test_who_may_not_deliver_does_neither(world: World, sender: Person, colleague: Person) -> None:
    await world.take_permission(colleague, Permission.DELIVER)
    id = await put_filing(world, sender.office, FilingState.UPLOADED)
    await colleague.refused(Why.NOT_ALLOWED, about(m.ApproveFiling, id, deliver=True))
    assert await state_of(world, id) is FilingState.UPLOADED
    assert (await world.last()).result is Result.REFUSED


@pytest.mark.parametrize("together", [True, False])
async def test_how_long_it_is_kept_counts_from_the_delivery(world: World, sender: Person, together: bool) -> None:
    id = await sent(sender)
    first = await kept(world, id)
    world.clock.move(400 * DAY)
    await sender.sign_in()
    await sender.ask(m.ApproveFiling(id, first.sha256, "", deliver=together))
    if not together:
        await sender.ask(m.DeliverFiling(id, first.sha256, ""))
    filing = await kept(world, id)
    assert (first.purge_month, filing.purge_month) == ("2034-07", "2035-07")
    assert filing.wrapped_key != first.wrapped_key
    assert b"".join([piece async for piece in opened(world.core, filing)]) == small_pdf(NAME)


async def test_a_key_that_cannot_be_moved_delivers_nothing(world: World, sender: Person) -> None:
    id = await put_filing(world, sender.office, FilingState.APPROVED, approved_sha256=SHA256, purge_month="2033-01")
    await sender.refused(Why.BROKEN, about(m.DeliverFiling, id))
    assert await state_of(world, id) is FilingState.APPROVED


async def test_a_return_says_why_in_several_lines(world: World, sender: Person, clerk: Person) -> None:
    id = await put_filing(world, sender.office, FilingState.RECEIVED)
    await clerk.ask(about(m.ReturnFiling, id, reason=" 生年月日\r\n\u202eが\x00空です \n"))
    filing, last = await kept(world, id), await world.last()
    assert filing.reason == last.personal[TYPED] == "生年月日\nが空です" and last.reason == ""


@pytest.mark.parametrize("reason", ["", " \n\u3000", "\x00\u200b", "x" * 1_001, "x" * 100_000])
async def test_a_return_without_a_fitting_reason_is_none(
    world: World, sender: Person, clerk: Person, reason: str
) -> None:
    id = await put_filing(world, sender.office, FilingState.RECEIVED)
    refused = await clerk.refused(Why.INVALID, about(m.ReturnFiling, id, reason=reason))
    assert (refused.text, refused.values) == ("filing.reason", {"max": "1000"})
    assert await state_of(world, id) is FilingState.RECEIVED


async def test_the_answer_is_a_notice_to_the_same_office(
    world: World, sender: Person, clerk: Person, stranger: Person
) -> None:
    id = await put_filing(world, sender.office, FilingState.RECEIVED)
    own, others = await clerk.deliver(sender.office), await clerk.deliver(stranger.office)
    gone = await clerk.deliver(sender.office, small_pdf("gone"))
    await clerk.ask(m.CancelNotice(gone, "誤配信", ""))
    for decision in (others, gone, "a" * 26, "x" * 5_000):
        refused = await clerk.refused(Why.INVALID, about(m.CompleteFiling, id, decision=decision))
        assert refused.text == "filing.decision"
    await clerk.ask(about(m.CompleteFiling, id, decision=own))
    assert (await kept(world, id)).decision == own


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [m.ApproveFiling, m.DeliverFiling], ids=lambda shape: shape.__name__)
async def test_a_labour_consultant_never_gets_it_to_the_fund(
    world: World, sender: Person, consultant: Person, shape: type
) -> None:
    """T20: refused, and in the journal."""
    id = await sent(consultant)
    sha256 = (await kept(world, id)).sha256
    await consultant.refused(Why.NOT_ALLOWED, about(shape, id, sha256=sha256))
    entry = await world.last()
    assert (entry.actor, entry.result, entry.thing) == (consultant.account, Result.REFUSED, id)
    assert entry.kind is m.BY_SHAPE[shape].journal and "permission" in entry.reason
    assert await state_of(world, id) is FilingState.UPLOADED


async def test_four_eyes(world: World, sender: Person, colleague: Person) -> None:
    await with_rules(world, sender.office, four_eyes=True)
    id = await put_filing(world, sender.office, FilingState.UPLOADED, uploaded_by=sender.account)
    for deliver in (False, True):
        refused = await sender.refused(Why.NOT_ALLOWED, about(m.ApproveFiling, id, deliver=deliver))
        assert refused.text == "filing.four_eyes"
    assert (await world.last()).reason == "whoever uploaded it does not approve it"
    assert (await colleague.ask(about(m.ApproveFiling, id))).state is FilingState.APPROVED
    assert (await sender.ask(about(m.DeliverFiling, id))).state is FilingState.DELIVERED


async def test_taking_back_ones_own_or_by_permission(world: World, sender: Person, colleague: Person) -> None:
    await world.take_permission(colleague, Permission.CANCEL)
    own = await put_filing(world, sender.office, FilingState.APPROVED, uploaded_by=colleague.account)
    others = await put_filing(world, sender.office, FilingState.UPLOADED, uploaded_by=sender.account)
    refused = await colleague.refused(Why.NOT_ALLOWED, about(m.CancelFiling, others))
    assert refused.text == "filing.not_yours"
    assert (await colleague.ask(about(m.CancelFiling, own))).state is FilingState.CANCELLED
    assert (await sender.ask(about(m.CancelFiling, others))).state is FilingState.CANCELLED


async def test_what_is_taken_back_is_gone(world: World, sender: Person) -> None:
    id = await sent(sender)
    assert len(await world.blobs.ids()) == 1
    await sender.ask(about(m.CancelFiling, id))
    assert await world.blobs.ids() == []
    filing = await kept(world, id)
    assert (filing.parts, filing.wrapped_key, filing.file_name) == ((), b"", NAME)


async def test_a_store_that_cannot_delete_leaves_it_to_the_sweep(world: World, sender: Person) -> None:
    id = await sent(sender)
    world.blobs.broken = "the disk is gone"
    assert (await sender.ask(about(m.CancelFiling, id))).state is FilingState.CANCELLED


@pytest.mark.parametrize("shape", OFFICE, ids=lambda shape: shape.__name__)
@pytest.mark.parametrize("state", list(FilingState))
async def test_another_offices_filing_is_not_there(
    world: World, sender: Person, stranger: Person, shape: type, state: FilingState
) -> None:
    id = await put_filing(world, sender.office, state, approved_sha256=SHA256)
    row = await kept(world, id)
    for filing in (id, "a" * 26, "", "x" * 5_000):
        await stranger.refused(Why.NOT_FOUND, about(shape, filing))
    assert await kept(world, id) == row


@pytest.mark.parametrize("shape", FUND, ids=lambda shape: shape.__name__)
async def test_the_fund_knows_nothing_before_the_delivery(
    world: World, sender: Person, clerk: Person, shape: type
) -> None:
    for state in HIDDEN:
        id = await put_filing(world, sender.office, state)
        await clerk.refused(Why.NOT_FOUND, about(shape, id))
        assert await state_of(world, id) is state


# --- two people ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(FilingState))
def test_what_a_filing_has_become_is_told_in_words(state: FilingState) -> None:
    said = Texts.load().explain(f"filing.now_{state}", {"by": "山田 太郎", "done_at": "1780966800000"})
    assert all(sentence.endswith("。") for sentence in (said.what, said.why, said.next))


@pytest.mark.parametrize(
    ("state", "shape", "text", "by"),
    [
        (FilingState.APPROVED, m.ApproveFiling, "now_approved", "利用者Tanaka03"),
        (FilingState.CANCELLED, m.ApproveFiling, "now_cancelled", "利用者Tanaka03"),
        (FilingState.DELIVERED, m.CancelFiling, "now_delivered", "利用者Tanaka03"),
        (FilingState.RECEIVED, m.CancelFiling, "now_received", "基金"),
        (FilingState.RETURNED, m.DeliverFiling, "now_returned", "基金"),
        (FilingState.UPLOADED, m.DeliverFiling, "now_uploaded", "利用者Tanaka03"),
        (FilingState.HELD, m.ApproveFiling, "now_held", "利用者Tanaka03"),
        (FilingState.REFUSED, m.ApproveFiling, "now_refused", ""),
    ],
)
async def test_who_comes_too_late_is_told_what_happened(
    world: World,
    sender: Person,
    colleague: Person,
    clerk: Person,
    state: FilingState,
    shape: type,
    text: str,
    by: str,
) -> None:
    office = ("uploaded", "approved", "delivered")
    names = dict.fromkeys([f"{step}_by" for step in office], colleague.account)
    settled = {FilingState.CANCELLED: colleague.account, FilingState.REFUSED: ""}.get(state, clerk.account)
    names |= {"received_by": clerk.account, "settled_by": settled}
    times = {f"{step}_at": world.clock.now() for step in (*office, "received", "settled")}
    id = await put_filing(world, sender.office, state, **names, **times)
    refused = await sender.refused(Why.CONFLICT, about(shape, id))
    assert (refused.text, refused.values) == (f"filing.{text}", {"by": by, "done_at": str(world.clock.now())})
    assert (await world.last()).result is Result.REFUSED


async def test_the_fund_is_not_told_who_of_the_office(world: World, sender: Person, clerk: Person) -> None:
    id = await put_filing(world, sender.office, FilingState.DELIVERED, delivered_by=sender.account)
    refused = await clerk.refused(Why.CONFLICT, about(m.AcceptFiling, id))
    assert (refused.text, refused.values["by"]) == ("filing.now_delivered", "")


@pytest.mark.parametrize(
    ("one", "other", "states"),
    [
        (m.ApproveFiling, m.ApproveFiling, {FilingState.APPROVED}),
        (m.ApproveFiling, m.CancelFiling, {FilingState.CANCELLED}),
        (m.CancelFiling, m.CancelFiling, {FilingState.CANCELLED}),
    ],
)
async def test_two_at_once_do_it_once(
    world: World, sender: Person, colleague: Person, one: type, other: type, states: set[FilingState]
) -> None:
    for _ in range(10):
        id = await put_filing(world, sender.office, FilingState.UPLOADED, uploaded_by=sender.account)
        answers = await asyncio.gather(
            world.outcome(sender.site, about(one, id), token=sender.token),
            world.outcome(colleague.site, about(other, id), token=colleague.token),
        )
        assert await state_of(world, id) in states
        done = [answer for answer in answers if isinstance(answer, m.FilingNow)]
        assert len(done) == 1 if one is other else 1 <= len(done) <= 2
        assert set(answers) - set(done) <= {Why.CONFLICT}


async def test_nobody_approves_other_bytes_than_they_saw(world: World, sender: Person) -> None:
    id = await put_filing(world, sender.office, FilingState.UPLOADED)
    for sha256 in (b"", b"x" * 32, SHA256 + b"\0"):
        for deliver in (False, True):
            refused = await sender.refused(Why.CONFLICT, about(m.ApproveFiling, id, sha256=sha256, deliver=deliver))
            assert refused.text == "filing.other_bytes"
    await sender.ask(about(m.ApproveFiling, id))
    refused = await sender.refused(Why.CONFLICT, about(m.DeliverFiling, id, sha256=b"x" * 32))
    assert refused.text == "filing.other_bytes"
    assert await state_of(world, id) is FilingState.APPROVED


async def test_a_filing_whose_bytes_were_replaced_is_not_delivered(world: World, sender: Person) -> None:
    id = await put_filing(world, sender.office, FilingState.APPROVED, approved_sha256=SHA256)
    replaced = dataclasses.replace(await kept(world, id), sha256=b"x" * 32)
    await world.core.commit(lambda txn: filings.put(txn, replaced))
    for sha256 in (SHA256, b"x" * 32):
        with pytest.raises(Refused):
            await sender.ask(about(m.DeliverFiling, id, sha256=sha256))
    assert await state_of(world, id) is FilingState.APPROVED


async def test_a_command_that_comes_twice_is_done_once(world: World, sender: Person) -> None:
    id = await put_filing(world, sender.office, FilingState.UPLOADED)
    message = about(m.ApproveFiling, id, command="c" * 16)
    first = await sender.ask(message)
    size = len(await world.journal())
    await sender.ask(about(m.DeliverFiling, id))
    assert await sender.ask(message) == first
    assert await state_of(world, id) is FilingState.DELIVERED
    assert len(await world.journal()) == size + 1


# --- letters ------------------------------------------------------------------------------------------------------


async def test_a_receipt_is_told_to_the_uploader(
    world: World, sender: Person, consultant: Person, clerk: Person
) -> None:
    id = await put_filing(world, sender.office, FilingState.DELIVERED, uploaded_by=consultant.account)
    await clerk.ask(about(m.ReceiveFiling, id))
    [letter] = await world.letters(consultant.account, LetterKind.FILING_RECEIVED)
    assert (letter.about, letter.fields) == (id, {})
    assert await world.letters(sender.account, LetterKind.FILING_RECEIVED) == []


async def test_a_return_is_told_to_the_uploader_and_the_admin(
    world: World, sender: Person, colleague: Person, consultant: Person, clerk: Person
) -> None:
    await put_filing(world, sender.office, FilingState.RECEIVED)
    id = await put_filing(world, sender.office, FilingState.RECEIVED, uploaded_by=consultant.account)
    await clerk.ask(about(m.ReturnFiling, id))
    told = {
        person.login: len(await world.letters(person.account, LetterKind.FILING_RETURNED))
        for person in (sender, colleague, consultant)
    }
    assert told == {sender.login: 1, colleague.login: 0, consultant.login: 1}


async def test_who_wants_no_mail_gets_none(world: World, sender: Person, clerk: Person) -> None:
    await world.take_permission(sender, Permission.MAIL_NOTICE)
    id = await put_filing(world, sender.office, FilingState.DELIVERED, uploaded_by=sender.account)
    await clerk.ask(about(m.ReceiveFiling, id))
    await clerk.ask(about(m.ReturnFiling, id))
    for kind in LetterKind:
        if kind is not LetterKind.ONE_TIME_CODE:
            assert await world.letters(sender.account, kind) == []


# --- the switch ---------------------------------------------------------------------------------------------------


async def test_where_no_filings_are_taken_nothing_is_done(world: World, sender: Person, clerk: Person) -> None:
    uploaded = await put_filing(world, sender.office, FilingState.UPLOADED)
    id = await put_filing(world, sender.office, FilingState.DELIVERED)
    world.core.settings = dataclasses.replace(world.settings, exchange=Exchange(filings_enabled=False))
    for who, filing, shapes in ((sender, uploaded, OFFICE), (clerk, id, FUND)):
        for shape in shapes:
            assert (await who.refused(Why.NOT_ALLOWED, about(shape, filing))).text == "filing.disabled"


async def test_a_delivered_filing_is_still_there_after_a_restart(
    world: World, sender: Person, clerk: Person
) -> None:
    id = await delivered(world, sender)
    await world.restart()
    assert (await clerk.ask(about(m.ReceiveFiling, id))).state is FilingState.RECEIVED
