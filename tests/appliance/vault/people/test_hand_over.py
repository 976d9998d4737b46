# SPDX-License-Identifier: Apache-2.0
"""The admin hands over: nothing changes until the successor's address is proven, then all at once (R228, T24)."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.devices import SeatState
from appliance.model.journal import Kind
from appliance.model.time import DAY, date_in_japan
from appliance.model.words import AccountState, Role, Step
from appliance.vault.core import Core
from appliance.vault.issuing.sealed import letters_of
from appliance.vault.letters import LetterKind
from appliance.vault.people import hand_over
from appliance.vault.people.hand_over import LONGEST_AHEAD, hand_over_due
from appliance.vault.records.device_tables import seats
from appliance.vault.records.issuing_tables import HandOver as Kept
from appliance.vault.records.issuing_tables import hand_overs
from tests.appliance.vault.people.folk import (
    OWN,
    a_minute_later,
    first_user,
    registered_self,
    staff_of,
)
from tests.appliance.vault.world import Person, World


def successor(**changes: Any) -> m.NameSuccessor:
    """What the admin enters."""
    return replace(m.NameSuccessor("梅田 四郎", "ウメダ シロウ", "umeda@example.jp", password=OWN), **changes)


async def code_of(world: World, admin: Person) -> str:
    """The code of the latest letter to the successor."""
    *_, letter = await world.letters(admin.account, LetterKind.HAND_OVER_CODE)
    assert letter.to == "umeda@example.jp"
    return letter.fields["code"]


async def confirmed(world: World, admin: Person, **changes: Any) -> None:
    """Entered, and the address proven."""
    await admin.ask(successor(**changes))
    await admin.ask(m.ConfirmSuccessor(await code_of(world, admin)))


async def kept_step(admin: Person) -> str:
    """Where it stands, as the admin's page says."""
    return str((await admin.ask(m.ReadOwnIssued())).hand_over.step)


async def test_step_by_step_another_person_is_the_admin(world: World, admin: Person) -> None:
    assert await kept_step(admin) == ""
    await admin.ask(successor())
    assert await kept_step(admin) == "entered"
    assert (await world.account(admin)).name == "佐倉 花子"
    await admin.ask(m.ConfirmSuccessor(await code_of(world, admin)))
    assert await kept_step(admin) == "confirmed"
    done = await admin.ask(m.HandOver(OWN))
    assert (done.login, done.name) == (admin.login, "梅田 四郎") and done.password not in repr(done)
    await admin.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    account = await world.account(admin)
    assert (account.name, account.mail, account.state) == ("梅田 四郎", "umeda@example.jp", AccountState.FIRST)
    assert account.role is Role.OFFICE_ADMIN and account.mail_confirmed_at
    a_minute_later(world)
    admin.password = done.password
    await registered_self(await admin.sign_in(), "Umeda-2026x")
    assert await kept_step(admin) == ""


async def test_the_old_admin_is_nobody_any_more(world: World, admin: Person) -> None:
    user = await registered_self(await (await first_user(admin)).sign_in())
    await confirmed(world, admin)
    await admin.ask(m.HandOver(OWN))
    arrived = await admin.arrive()
    assert arrived.step is Step.CODE
    [told] = await world.letters(admin.account, LetterKind.HAND_OVER_DONE)
    assert told.to == "hana@example.jp"
    await user.ask(m.OpenMenu())
    kinds = [e.kind for e in await world.journal() if e.kind.value.startswith("hand_over")]
    assert kinds == [Kind.HAND_OVER_ASKED, Kind.HAND_OVER_CONFIRMED, Kind.HAND_OVER_DONE]


async def test_without_the_code_nothing_is_handed_over(world: World, admin: Person) -> None:
    assert (await admin.refused(Why.CONFLICT, m.HandOver(OWN))).text == "hand_over.none"
    assert (await admin.refused(Why.CONFLICT, m.ConfirmSuccessor("12345678"))).text == "hand_over.none"
    await admin.ask(successor())
    await admin.refused(Why.WRONG_SECRET, m.ConfirmSuccessor("00000000"))
    assert (await admin.refused(Why.CONFLICT, m.HandOver(OWN))).text == "hand_over.unconfirmed"
    assert (await world.account(admin)).state is AccountState.ACTIVE


async def test_another_successor_needs_another_code(world: World, admin: Person) -> None:
    await admin.ask(successor())
    old = await code_of(world, admin)
    a_minute_later(world)
    await admin.ask(successor(name="竹田 五郎"))
    fresh = await code_of(world, admin)
    assert fresh != old
    await admin.refused(Why.WRONG_SECRET, m.ConfirmSuccessor(old))
    await admin.ask(m.ConfirmSuccessor(fresh))
    assert (await admin.ask(m.ReadOwnIssued())).hand_over.name == "竹田 五郎"


async def test_a_stolen_visit_hands_nothing_over(world: World, admin: Person) -> None:
    await admin.refused(Why.WRONG_SECRET, successor(password="Wrong-2026x"))
    assert await kept_step(admin) == ""
    await confirmed(world, admin)
    await admin.refused(Why.WRONG_SECRET, m.HandOver("Wrong-2026x"))
    assert (await world.account(admin)).state is AccountState.ACTIVE


async def test_it_can_be_given_up(world: World, admin: Person) -> None:
    await confirmed(world, admin)
    await admin.ask(m.DropSuccessor())
    assert await kept_step(admin) == ""
    assert (await admin.refused(Why.CONFLICT, m.DropSuccessor())).text == "hand_over.none"
    assert (await admin.refused(Why.CONFLICT, m.HandOver(OWN))).text == "hand_over.none"


async def test_only_the_admin_hands_over(admin: Person) -> None:
    user = await registered_self(await (await first_user(admin)).sign_in())
    for message in (successor(), m.ConfirmSuccessor("1"), m.DropSuccessor(), m.HandOver(OWN)):
        assert (await user.refused(Why.NOT_ALLOWED, message)).text == "user.admin_only"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"name": ""}, "name.length"),
        ({"kana": "ウメダ"}, "kana.blank"),
        ({"mail": "umeda"}, "mail.form"),
        ({"on_day": "2026-06-08"}, "on_day.range"),
        ({"on_day": "2026-02-30"}, "on_day.range"),
        ({"on_day": "2027-06-09"}, "on_day.range"),
        ({"on_day": "あした"}, "on_day.range"),
    ],
)
async def test_what_cannot_be_is_refused(admin: Person, changes: dict[str, Any], text: str) -> None:
    assert (await admin.refused(Why.INVALID, successor(**changes))).text == text
    assert await kept_step(admin) == ""


async def test_on_the_day_it_is_done_by_itself_and_the_password_goes_by_letter(world: World, admin: Person) -> None:
    await confirmed(world, admin, on_day="2026-06-11")
    assert (await admin.refused(Why.CONFLICT, m.HandOver(OWN))).text == "hand_over.early"
    world.clock.move(DAY)
    await hand_over_due(world.core)
    assert (await world.account(admin)).name == "佐倉 花子"
    world.clock.move(DAY)
    await hand_over_due(world.core)
    account = await world.account(admin)
    assert (account.name, account.state) == ("梅田 四郎", AccountState.FIRST)
    [letter] = await world.core.read(lambda snapshot: letters_of(snapshot, admin.office))
    _, entry = await world.journal(Kind.HAND_OVER_DONE)
    assert (entry.actor, entry.office) == ("", admin.office)
    admin.password = letter.first_password
    await registered_self(await admin.sign_in(), "Umeda-2026x")
    await hand_over_due(world.core)
    assert len(await world.journal(Kind.HAND_OVER_DONE)) == 2


async def test_all_whose_day_has_come_are_done_whatever_becomes_of_the_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = [Kept(f"office{n}", f"nobody{n}", "", "", "", 1, "2026-06-09", confirmed_at=1) for n in range(5)]
    real = hand_over._do_by_itself

    async def failing(core: Core, kept: Kept) -> None:
        if kept == begun[0]:
            raise Refused(Why.CONFLICT, "hand_over.none")
        await real(core, kept)

    async def left() -> list[str]:
        return sorted(one.office for one in await world.core.read(lambda snapshot: hand_overs.walk(snapshot)))

    for one in begun:
        await world.core.commit(partial(hand_overs.put, row=one))
    monkeypatch.setattr(hand_over, "AT_ONCE", 2)
    monkeypatch.setattr(hand_over, "ROUNDS", 2)
    monkeypatch.setattr(hand_over, "_do_by_itself", failing)
    await hand_over_due(world.core)
    assert await left() == ["office0", "office4"], "one failed, and one had no turn"
    await hand_over_due(world.core)
    assert await left() == ["office0"]


async def test_a_day_that_came_unproven_changes_nothing(world: World, admin: Person) -> None:
    await admin.ask(successor(on_day="2026-06-10"))
    world.clock.move(3 * DAY)
    await hand_over_due(world.core)
    assert (await world.account(admin)).name == "佐倉 花子"


async def test_the_last_day_that_can_be_named(world: World, admin: Person) -> None:
    last = date_in_japan(world.clock.now()) + LONGEST_AHEAD
    await admin.ask(successor(on_day=last.isoformat()))
    assert await kept_step(admin) == "entered"


async def test_the_first_pc_goes_with_the_admin_if_so_wished(world: World, admin: Person) -> None:
    before = await world.core.read(lambda snapshot: seats.get(snapshot, admin.office, 1))
    await confirmed(world, admin, new_pc=True)
    await admin.ask(m.HandOver(OWN))
    after = await world.core.read(lambda snapshot: seats.get(snapshot, admin.office, 1))
    assert before is not None and after is not None and after.state is SeatState.READY


async def test_the_fund_stands_above_what_was_begun(world: World, admin: Person) -> None:
    await confirmed(world, admin, on_day="2026-06-20")
    clerk = await staff_of(world, "hara", Role.FUND_CLERK)
    await clerk.ask(m.ChangeAdmin(admin.account, "竹田 五郎", "タケダ ゴロウ", "takeda@example.jp", "退職"))
    assert await world.core.read(lambda snapshot: hand_overs.get(snapshot, admin.office)) is None
    [entry] = await world.journal(Kind.HAND_OVER_DROPPED)
    assert entry.actor == clerk.account
    world.clock.move(15 * DAY)
    await hand_over_due(world.core)
    assert (await world.account(admin)).name == "竹田 五郎"


async def test_a_password_from_the_desk_undoes_what_a_thief_has_begun(world: World, admin: Person) -> None:
    """Who knew password and visit has named somebody for a day to come; the reset must be the end of it."""
    await confirmed(world, admin, on_day="2026-06-20")
    desk = await staff_of(world, "hara", Role.FUND_DESK)
    given = await desk.ask(m.Initialise(admin.account, "パスワードを知られたと電話あり"))
    [entry] = await world.journal(Kind.HAND_OVER_DROPPED)
    assert (entry.actor, entry.office) == (desk.account, admin.office)
    a_minute_later(world)
    admin.password = given.password
    await registered_self(await admin.sign_in(), "Sakura-2026y")
    world.clock.move(15 * DAY)
    await hand_over_due(world.core)
    account = await world.account(admin)
    assert (account.name, account.mail) == ("佐倉 花子", "hana@example.jp")


async def test_so_does_a_letter_with_another_first_password(world: World, admin: Person) -> None:
    await confirmed(world, admin, on_day="2026-06-20")
    clerk = await staff_of(world, "hara", Role.FUND_CLERK)
    await clerk.ask(m.ReissueLetter(admin.office, True, False, "紛失"))
    assert await world.journal(Kind.HAND_OVER_DROPPED) == []
    await clerk.ask(m.ReissueLetter(admin.office, False, True, "紛失"))
    assert len(await world.journal(Kind.HAND_OVER_DROPPED)) == 1
    world.clock.move(15 * DAY)
    await hand_over_due(world.core)
    assert (await world.account(admin)).name == "佐倉 花子"
