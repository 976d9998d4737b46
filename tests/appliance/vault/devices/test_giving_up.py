# SPDX-License-Identifier: Apache-2.0
"""The admin gives up a PC: replaced, lost, returned; with password and code (A37, A38, A41)."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.devices import Ended, SeatState
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.model.words import Role
from appliance.vault.letters import LetterKind
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.world import Person


async def code_of(scene: Scene, admin: Person, number: int = 1) -> str:
    """The code that came by mail."""
    scene.world.clock.move(60_000)
    await admin.ask(m.AskSeatCode(number))
    return (await scene.world.letters(admin.account, LetterKind.OWN_CODE))[-1].fields["code"]


async def give_up(scene: Scene, admin: Person, number: int, why: Ended) -> None:
    """All of it."""
    code = await code_of(scene, admin, number)
    await admin.ask(m.GiveUpSeat(number, why, admin.password, code))


@pytest.mark.parametrize("why", [Ended.REPLACED, Ended.LOST])
async def test_the_seat_is_open_for_the_next_pc(scene: Scene, sakura: Office, why: Ended) -> None:
    await scene.activated(sakura)
    before, admin = await scene.seat(sakura), await scene.admin(sakura)
    await give_up(scene, admin, 1, why)
    seat, [bond] = await scene.seat(sakura), await scene.bonds(sakura)
    assert (seat.state, seat.activated_at, bond.ended) == (SeatState.READY, before.activated_at, why)
    assert seat.kit not in ("", before.kit)
    [entry] = await scene.world.journal(Kind.SEAT_REVOKED)
    assert (entry.actor, entry.office, entry.reason) == (admin.account, sakura.id, f"seat 1: {why}")
    assert await scene.world.letters(admin.account, LetterKind.SEAT_ENDED)


@pytest.mark.parametrize("was_active", [True, False])
async def test_a_seat_is_returned(scene: Scene, sakura: Office, was_active: bool) -> None:
    if was_active:
        await scene.activated(sakura, 2)
    await give_up(scene, await scene.admin(sakura), 2, Ended.RETURNED)
    assert await scene.state(sakura, 2) is SeatState.CLOSED
    assert (await scene.seat(sakura, 2)).activated_at == 0
    assert len(await scene.world.journal(Kind.SEAT_REVOKED)) == int(was_active)
    assert len(await scene.world.journal(Kind.SEAT_CLOSED)) == 1


async def test_a_seat_that_was_overridden_is_opened_again(scene: Scene, sakura: Office) -> None:
    await scene.activated(sakura)
    await scene.override(sakura)
    await give_up(scene, await scene.admin(sakura), 1, Ended.REPLACED)
    assert await scene.state(sakura) is SeatState.READY


async def test_neither_proof_is_enough(scene: Scene, sakura: Office) -> None:
    await scene.activated(sakura)
    admin = await scene.admin(sakura)
    code = await code_of(scene, admin)
    await admin.refused(Why.WRONG_SECRET, m.GiveUpSeat(1, Ended.LOST, "wrong", code))
    await admin.refused(Why.WRONG_SECRET, m.GiveUpSeat(1, Ended.LOST, admin.password, "00000000"))
    assert await scene.state(sakura) is SeatState.ACTIVE


@pytest.mark.parametrize(
    ("number", "why", "text"),
    [
        (1, Ended.RETURNED, "seat.first_stays"),
        (1, Ended.WITHDRAWN, "seat.not_by_office"),
        (2, Ended.LOST, "seat.now_ready"),
        (2, Ended.REPLACED, "seat.now_ready"),
        (3, Ended.LOST, "refused.not_found"),
        (10**20, Ended.LOST, "refused.not_found"),
    ],
)
async def test_what_cannot_be_is_refused_before_a_code_is_spent(
    scene: Scene, sakura: Office, number: int, why: Ended, text: str
) -> None:
    await scene.activated(sakura)
    admin = await scene.admin(sakura)
    with pytest.raises(Refused) as caught:
        await admin.ask(m.GiveUpSeat(number, why, "wrong", "wrong"))
    assert caught.value.text == text
    assert (await scene.world.secret(admin)).lock.failures == 0


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "seat.now_ready"), (2, "seat.now_closed"), (9, "refused.not_found"), (0, "refused.not_found")],
)
async def test_no_code_is_sent_where_there_is_nothing_to_give_up(
    scene: Scene, sakura: Office, number: int, text: str
) -> None:
    admin = await scene.admin(sakura)
    await give_up(scene, admin, 2, Ended.RETURNED)
    sent = await scene.world.letters(admin.account, LetterKind.OWN_CODE)
    scene.world.clock.move(60_000)
    with pytest.raises(Refused) as caught:
        await admin.ask(m.AskSeatCode(number))
    assert caught.value.text == text
    assert await scene.world.letters(admin.account, LetterKind.OWN_CODE) == sent


async def test_the_mail_says_what_the_number_is_for(scene: Scene, sakura: Office) -> None:
    admin = await scene.admin(sakura)
    await code_of(scene, admin, 2)
    (letter,) = await scene.world.letters(admin.account, LetterKind.OWN_CODE)
    assert letter.fields["what"] == "端末の入れ替え・紛失・返却"
    assert await scene.world.letters(admin.account, LetterKind.ONE_TIME_CODE) == []


async def test_only_the_admin_does_it(scene: Scene, sakura: Office) -> None:
    user = await scene.world.visitor(sakura.id, "Tanaka02", Role.OFFICE_STAFF)
    for message in (m.AskSeatCode(1), m.GiveUpSeat(1, Ended.LOST, user.password, "12345678")):
        assert (await user.refused(Why.NOT_ALLOWED, message)).text == "user.admin_only"
