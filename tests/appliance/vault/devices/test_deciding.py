# SPDX-License-Identifier: Apache-2.0
"""The desk approves and refuses: T19, A9, A39, R184, and the second one who is too late."""

import asyncio
from collections.abc import Sequence

import pytest

from appliance.contracts.device import Recognised
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Bond, Claim, Ended, Finding, Hint, RequestState, SeatState
from appliance.model.journal import TYPED, Kind
from appliance.model.things import Office
from appliance.vault.letters import LetterKind
from tests.appliance.vault.devices.scene import Scene

ALL = tuple(Finding)
COMMAND = "c" * 20


async def test_what_is_approved_may_connect(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura, hints=[Hint.VIRTUAL_MACHINE])
    desk, request = await scene.desk(), await scene.request(sakura)
    for _ in range(2):
        await desk.ask(m.ApproveActivation(request.id, request.findings, command=COMMAND))
    seat, [bond] = await scene.seat(sakura), await scene.bonds(sakura)
    assert (seat.state, seat.bond, bond.bound_by) == (SeatState.ACTIVE, bond.id, desk.account)
    assert (bond.binder, bond.claim) == ("device_code", request.claim)
    [decided] = await scene.requests(sakura)
    assert (decided.state, decided.decided_by) == (RequestState.APPROVED, desk.account)
    [letter] = await scene.world.letters(scene.admins[sakura.id].account, LetterKind.ACTIVATION_DONE)
    assert letter.fields["seat"] == "1" and "ログイン" in letter.fields["next"]
    [entry] = await scene.world.journal(Kind.ACTIVATION_APPROVED)
    assert (entry.actor, entry.office, entry.thing) == (desk.account, sakura.id, bond.id)


async def test_the_second_approval_is_refused_kindly(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura)
    desk, request = await scene.desk(), await scene.request(sakura)
    await desk.ask(m.ApproveActivation(request.id))
    for message in (m.ApproveActivation(request.id), m.RefuseActivation(request.id, "理由")):
        late = await desk.refused(Why.CONFLICT, message)
        assert (late.text, late.values["by"]) == ("activation.now_approved", "基金desk")
        assert late.values["done_at"] == str(scene.world.clock.now())
    assert len(await scene.bonds(sakura)) == 1


async def test_two_at_the_desk_at_once(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura)
    desk, request = await scene.desk(), await scene.request(sakura)
    messages = (*(m.ApproveActivation(request.id) for _ in range(3)), m.RefuseActivation(request.id, "理由"))
    done = await asyncio.gather(
        *(scene.world.outcome(desk.site, message, token=desk.token) for message in messages)
    )
    assert sorted(isinstance(one, m.Nothing) for one in done) == [False, False, False, True]
    assert len(await scene.bonds(sakura)) <= 1


async def test_the_same_pc_at_another_seat_ends_the_first(scene: Scene, sakura: Office) -> None:
    """T19."""
    first = await scene.activated(sakura, 1)
    await scene.ask(sakura, 2, key="key-2")
    await scene.approve(sakura, 2)
    assert (await scene.state(sakura, 1), await scene.state(sakura, 2)) == (
        SeatState.OVERRIDDEN,
        SeatState.ACTIVE,
    )
    ended = next(bond for bond in await scene.bonds(sakura) if bond.id == first.id)
    assert (ended.ended, ended.ended_at) == (Ended.OVERRIDDEN, scene.world.clock.now())
    admin = scene.admins[sakura.id].account
    [told] = await scene.world.letters(admin, LetterKind.SEAT_ENDED)
    assert told.fields == {"seat": "1", "why": "同じパソコンでの別の端末の有効化"}
    assert len(await scene.world.letters(admin, LetterKind.ACTIVATION_DONE)) == 2
    [entry] = await scene.world.journal(Kind.SEAT_OVERRIDDEN)
    assert (entry.thing, entry.reason) == (first.id, "seat 1")


async def test_a_request_that_waits_at_the_overridden_seat_is_of_no_use(scene: Scene, sakura: Office) -> None:
    await scene.activated(sakura, 1)
    await scene.ask(sakura, 1, pc="pc-9", key="key-9")
    waiting = await scene.request(sakura, 1)
    await scene.ask(sakura, 2, key="key-2")
    await scene.approve(sakura, 2)
    desk = await scene.desk()
    assert (await desk.refused(Why.CONFLICT, m.ApproveActivation(waiting.id, ALL))).text == (
        "activation.now_superseded"
    )


@pytest.mark.parametrize("end_others", [False, True])
async def test_across_offices_only_a_person_ends_a_seat(scene: Scene, sakura: Office, end_others: bool) -> None:
    """T19, A9."""
    other = await scene.office(2)
    await scene.activated(other)
    await scene.ask(sakura, key="key-2")
    await scene.approve(sakura, end_others=end_others)
    assert await scene.state(sakura) is SeatState.ACTIVE
    assert await scene.state(other) is (SeatState.OVERRIDDEN if end_others else SeatState.ACTIVE)
    told = await scene.world.letters(scene.admins[other.id].account, LetterKind.SEAT_ENDED)
    assert len(told) == int(end_others)
    entries = await scene.world.journal(Kind.SEAT_OVERRIDDEN)
    assert [entry.office for entry in entries] == [other.id] * int(end_others)


async def test_more_than_the_page_showed_stops_it(scene: Scene, sakura: Office) -> None:
    """Another seat was activated with the same PC since the desk looked."""
    await scene.ask(sakura, 1)
    request = await scene.request(sakura, 1)
    await scene.activated(sakura, 2, key="key-2")
    desk = await scene.desk()
    refused = await desk.refused(Why.CONFLICT, m.ApproveActivation(request.id, request.findings))
    assert refused.text == "activation.found_more"
    row = await desk.ask(m.ReadActivation(request.id))
    assert row.findings == (Finding.SAME_PC_SEAT,)
    assert [(one.seat, one.office_name, one.is_active) for one in row.same] == [(2, "事業所1", True)]
    await desk.ask(m.ApproveActivation(request.id, row.findings))
    assert await scene.state(sakura, 2) is SeatState.OVERRIDDEN


async def test_what_was_decided_meanwhile_stays_as_it_was(
    scene: Scene, sakura: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague refuses it while the binder is asked."""
    await scene.ask(sakura, 1)
    request = await scene.request(sakura, 1)
    await scene.activated(sakura, 2, key="key-2")
    desk, asked = await scene.desk(), scene.binder.recognise

    async def slowly(claim: Claim, bonds: Sequence[Bond]) -> Recognised:
        await desk.ask(m.RefuseActivation(request.id, "電話で確かめました。"))
        return await asked(claim, bonds)

    monkeypatch.setattr(scene.binder, "recognise", slowly)
    refused = await desk.refused(Why.CONFLICT, m.ApproveActivation(request.id, request.findings))
    assert refused.text == "activation.now_refused"
    assert (await desk.ask(m.ReadActivation(request.id))).findings == request.findings


async def test_another_pc_takes_the_seat_over_once_it_is_approved(scene: Scene, sakura: Office) -> None:
    first = await scene.activated(sakura)
    await scene.ask(sakura, pc="pc-2", key="key-2")
    await scene.approve(sakura)
    bonds = {bond.id: bond.ended for bond in await scene.bonds(sakura)}
    assert bonds.pop(first.id) is Ended.REPLACED and list(bonds.values()) == [None]


async def test_a_refusal_says_why(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura)
    desk, request = await scene.desk(), await scene.request(sakura)
    await desk.ask(m.RefuseActivation(request.id, "  仮想環境ではご利用になれません。 "))
    seat = await scene.seat(sakura)
    assert (seat.state, seat.told, seat.request) == (SeatState.FAILED, "仮想環境ではご利用になれません。", "")
    [letter] = await scene.world.letters(scene.admins[sakura.id].account, LetterKind.ACTIVATION_REFUSED)
    assert letter.fields == {"what": "1台目の端末", "reason": "仮想環境ではご利用になれません。"}
    [entry] = await scene.world.journal(Kind.ACTIVATION_REFUSED)
    assert (entry.thing, entry.personal[TYPED]) == (request.id, "仮想環境ではご利用になれません。")
    assert (await scene.ask(sakura, key="key-2")).taken is m.Taken.WAITING, "the office sends another one"


async def test_a_refusal_leaves_the_pc_that_holds_the_seat(scene: Scene, sakura: Office) -> None:
    bond = await scene.activated(sakura)
    await scene.ask(sakura, pc="pc-2", key="key-2")
    await (await scene.desk()).ask(m.RefuseActivation((await scene.request(sakura)).id, "別のパソコンです"))
    seat = await scene.seat(sakura)
    assert (seat.state, seat.bond, seat.told) == (SeatState.ACTIVE, bond.id, "別のパソコンです")


@pytest.mark.parametrize(("reason", "text"), [("", "reason.length"), ("あ" * 101, "reason.length")])
async def test_a_reason_is_a_line_of_a_letter(scene: Scene, sakura: Office, reason: str, text: str) -> None:
    await scene.ask(sakura)
    desk, request = await scene.desk(), await scene.request(sakura)
    assert (await desk.refused(Why.INVALID, m.RefuseActivation(request.id, reason))).text == text


async def test_what_is_of_another_contract_is_only_spoken_about(scene: Scene, sakura: Office) -> None:
    """A39: it cannot be approved, and its letter names nothing of the other contract."""
    other = await scene.office(2)
    await scene.send(sakura, await scene.evidence(other, 2))
    [request] = await scene.requests(sakura)
    desk = await scene.desk()
    assert (await desk.refused(Why.CONFLICT, m.ApproveActivation(request.id, ALL))).text == "activation.foreign"
    await desk.ask(m.RefuseActivation(request.id, "ご連絡しました"))
    [letter] = await scene.world.letters(scene.admins[sakura.id].account, LetterKind.ACTIVATION_REFUSED)
    assert letter.fields == {"what": "お送りいただいた確認コード", "reason": "ご連絡しました"}
    assert await scene.state(sakura, 2) is await scene.state(other, 2) is SeatState.READY


async def test_without_a_binder_nothing_is_approved(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura)
    request, desk = await scene.request(sakura), await scene.desk()
    scene.binder.away = "gone"
    assert (await desk.refused(Why.AWAY, m.ApproveActivation(request.id))).text == "activation.binder_away"
    await desk.ask(m.RefuseActivation(request.id, "理由"))


@pytest.mark.parametrize("request_id", ["", "x", "a" * 26, "a" * 9000])
async def test_a_request_that_there_is_not(scene: Scene, request_id: str) -> None:
    desk = await scene.desk()
    for message in (
        m.ReadActivation(request_id),
        m.ApproveActivation(request_id),
        m.RefuseActivation(request_id, "理由"),
    ):
        await desk.refused(Why.NOT_FOUND, message)
