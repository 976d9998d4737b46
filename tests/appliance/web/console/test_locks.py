# SPDX-License-Identifier: Apache-2.0
"""Locks of people and of download passwords at the console, through the real vault."""

import pytest

from appliance.link import messages as m
from appliance.model.journal import Kind
from appliance.model.time import HOUR
from appliance.model.words import LockState, Role, Site
from tests.appliance.vault.fetching.letters import Holder, holder_of
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

REASON = "お電話をかけ直して確認した"


async def state(world: World, person: Person) -> LockState:
    """Of the lock."""
    secret = await world.secret(person)
    lock: LockState = secret.lock.state
    return lock


@pytest.fixture
async def locked(world: World) -> Person:
    """A user who has typed six wrong passwords."""
    return await world.locked(await world.office(1))


@pytest.fixture
async def blocked(world: World) -> Person:
    """A user who has done so three times."""
    return await world.locked(await world.office(2), "Blocked1", locks=3)


async def test_nobody_is_locked_and_the_page_says_what_would_be_there(reader: Reader, desk: Person) -> None:
    page = await reader.be(desk.token).see("/locks")
    assert "ログインが止まっている利用者はいません" in page.text


async def test_the_list_names_who_is_locked_and_until_when(
    reader: Reader, desk: Person, blocked: Person, locked: Person
) -> None:
    page = await reader.be(desk.token).see("/locks")
    for shown in ("停止中", "閉塞", "Locked01", "Blocked1", "事業所1", "123456-0000002", "管理者"):
        assert shown in page.text, shown
    assert f"/locks/{locked.account}/unlock" in page.page.links
    assert f"/locks/{blocked.account}/unlock" not in page.page.links
    assert f"/offices/{blocked.office}/users/{blocked.account}/initialise" in page.page.links


@pytest.mark.parametrize("role", [Role.FUND_SYSTEM, Role.FUND_AUDITOR])
async def test_who_may_only_look_sees_no_buttons(reader: Reader, world: World, locked: Person, role: Role) -> None:
    other = await staff_of(world, "other", role)
    page = await reader.be(other.token).see("/locks")
    assert "Locked01" in page.text and not [link for link in page.page.links if "unlock" in link]
    form = await reader.see(f"/locks/{locked.account}/unlock")
    sent = await reader.fill(form, f"/locks/{locked.account}/unlock", reason=REASON)
    assert sent.status == 403
    assert await state(world, locked) is LockState.LOCKED


async def test_a_clerk_does_not_even_see_the_list(reader: Reader, world: World) -> None:
    clerk = await staff_of(world, "clerk", Role.FUND_CLERK)
    assert (await reader.be(clerk.token).see("/locks")).status == 403
    assert "/locks" not in (await reader.see("/")).page.links


async def test_the_desk_unlocks_with_a_reason(reader: Reader, world: World, desk: Person, locked: Person) -> None:
    action = f"/locks/{locked.account}/unlock"
    form = await reader.be(desk.token).see(action)
    assert form.page.form(action).fields["name"] == "利用者Locked01"
    sent = await reader.fill(form, action, reason=REASON)
    assert (sent.status, sent.to) == (303, "/locks?unlocked=1")
    after = await reader.follow(sent)
    assert "ログインの停止を解除しました" in after.text and "Locked01" not in after.text
    [entry] = await world.journal(Kind.ACCOUNT_UNLOCKED)
    assert (entry.actor, entry.thing, entry.personal["typed"]) == (desk.account, locked.account, REASON)
    assert f"Locked01、利用者Locked01、{REASON}" in (await reader.see("/history")).text


async def test_sent_twice_it_is_done_once(reader: Reader, world: World, desk: Person, locked: Person) -> None:
    action = f"/locks/{locked.account}/unlock"
    fields = {**(await reader.be(desk.token).see(action)).page.form(action).fields, "reason": REASON}
    assert [(await reader.post(action, fields)).status for _ in range(2)] == [303, 303]
    assert len(await world.journal(Kind.ACCOUNT_UNLOCKED)) == 1


@pytest.mark.parametrize("reason", ["", "   ", "\u3000", "あ" * 301])
async def test_without_a_reason_nothing_is_done_and_the_page_says_so(
    reader: Reader, world: World, desk: Person, locked: Person, reason: str
) -> None:
    action = f"/locks/{locked.account}/unlock"
    form = await reader.be(desk.token).see(action)
    sent = await reader.post(action, {**form.page.form(action).fields, "reason": reason})
    assert sent.status == 422
    assert "理由" in sent.text and 'id="reason-fault"' in sent.html
    assert sent.page.form(action).fields["name"] == "利用者Locked01"
    assert await state(world, locked) is LockState.LOCKED


async def test_a_lock_that_is_over_is_not_there_any_more(
    reader: Reader, world: World, desk: Person, locked: Person
) -> None:
    world.clock.move(HOUR)
    page = await reader.be(desk.token).see(f"/locks/{locked.account}/unlock")
    assert page.status == 409 and "ログインは止まっていません" in page.text


async def test_who_is_blocked_is_not_merely_unlocked(
    reader: Reader, world: World, desk: Person, blocked: Person
) -> None:
    action = f"/locks/{blocked.account}/unlock"
    form = await reader.be(desk.token).see(action)
    sent = await reader.fill(form, action, reason=REASON)
    assert sent.status == 409 and "初期化が必要です" in sent.text
    assert await state(world, blocked) is LockState.BLOCKED


@pytest.mark.parametrize(("account", "status"), [("x", 404), ("A" * 26, 404), ("a" * 26, 409)])
async def test_somebody_who_is_not_there(reader: Reader, desk: Person, account: str, status: int) -> None:
    assert (await reader.be(desk.token).see(f"/locks/{account}/unlock")).status == status


async def test_staff_who_are_locked_are_unlocked_here_but_begin_anew_elsewhere(
    reader: Reader, world: World, desk: Person, mori: Person
) -> None:
    for _ in range(6):
        await world.outcome(Site.CONSOLE, m.ArriveStaff(mori.login, "wrong"))
    page = await reader.be(desk.token).see("/locks")
    assert f"/locks/{mori.account}/unlock" in page.page.links
    assert not [link for link in page.page.links if link.endswith("/initialise")]


# --- download passwords -------------------------------------------------------------------------------------------


@pytest.fixture
async def stopped(world: World) -> Holder:
    """An office whose download password was wrong six times."""
    holder = await holder_of(world)
    for _ in range(6):
        await holder.wrong()
    return holder


async def test_without_any_the_page_has_no_second_table(reader: Reader, desk: Person) -> None:
    assert "ダウンロードと有効化" not in (await reader.be(desk.token).see("/locks")).text


async def test_the_desk_sees_it_and_ends_it(reader: Reader, desk: Person, stopped: Holder) -> None:
    place = f"/offices/{stopped.office.id}/unlock-download"
    page = await reader.be(desk.token).see("/locks")
    assert stopped.office.name in page.text and place in page.page.links
    form = await reader.see(place)
    assert stopped.office.contract_number in form.html
    assert (await reader.fill(form, place, reason=" ")).status == 422
    sent = await reader.fill(form, place, reason=REASON)
    assert sent.to == "/locks?opened=1"
    assert "停止を解除しました" in (await reader.see("/locks?opened=1")).text
    assert (await stopped.lock()).state is LockState.OPEN
    again = await reader.see(place)
    assert again.status == 409 and "ダウンロード画面は止まっていません" in again.text


async def test_the_desk_ends_a_block_too_and_a_new_letter_is_near(
    reader: Reader, desk: Person, world: World
) -> None:
    holder = await holder_of(world)
    for _ in range(3):
        for _ in range(6):
            await holder.wrong()
        world.clock.move(3_600_000)
    place = f"/offices/{holder.office.id}/unlock-download"
    page = await reader.be(desk.token).see("/locks")
    assert "閉塞" in page.text and f"/offices/{holder.office.id}/contract" in page.page.links
    assert place in page.page.links
    assert (await reader.fill(await reader.see(place), place, reason=REASON)).to == "/locks?opened=1"
    assert (await holder.open()).token


async def test_who_may_only_look_ends_no_block(reader: Reader, world: World, stopped: Holder) -> None:
    auditor = await staff_of(world, "auditor", Role.FUND_AUDITOR)
    page = await reader.be(auditor.token).see("/locks")
    assert stopped.office.name in page.text
    assert not [link for link in page.page.links if "unlock" in link]
