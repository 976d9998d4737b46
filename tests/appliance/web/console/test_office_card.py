# SPDX-License-Identifier: Apache-2.0
"""An office and its people at the console, and what the fund does for them, through the real vault."""

import pytest

from appliance.link import messages as m
from appliance.model.devices import Bond
from appliance.model.journal import Kind
from appliance.model.things import MailState
from appliance.model.time import HOUR
from appliance.model.words import AccountState, MailOutcome, Role
from appliance.vault.letters.kinds import LetterKind
from appliance.vault.records.tables import mail_states
from appliance.web.japanese import clock
from tests.appliance.vault.people.folk import a_minute_later, admin_of, first_user, registered_self, staff_of
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import Person, World
from tests.appliance.web.console.connections import pc, sakura, tunnels
from tests.appliance.web.whole import Reader

__all__ = ["pc", "sakura", "tunnels"]

REASON = "お電話をかけ直して確認した"
FILED = {
    "name": "梅田 四郎",
    "kana": "ウメダ シロウ",
    "mail": "umeda@example.jp",
    "reason": "管理者情報変更届",
}


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office, registered and in."""
    return await admin_of(world)


@pytest.fixture
async def clerk(world: World) -> Person:
    """One of the fund's clerks."""
    return await staff_of(world, "hara", Role.FUND_CLERK)


def initialising(person: Person) -> str:
    """Where a new first password is asked for."""
    return f"/offices/{person.office}/users/{person.account}/initialise"


async def test_the_card_tells_who_is_there_and_what_stops_them(
    reader: Reader, world: World, desk: Person, admin: Person
) -> None:
    await first_user(admin)
    page = await reader.be(desk.token).see(f"/offices/{admin.office}")
    for shown in ("さくら商事", "123456-0000001", "2 人（3 人まで）", "田中 一郎", "初回ログイン待ち", "未確認"):
        assert shown in page.text, shown
    assert "管理者" in page.text and "hana@example.jp" in page.text
    assert initialising(admin) in page.page.links


async def test_which_pcs_are_connected_is_marked_and_led_to(
    reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond
) -> None:
    place = f"/offices/{pc.office}"
    page = await reader.be(desk.token).see(place)
    assert "接続中の端末はありません" in page.text and 'data-live="facts"' in page.html
    row = await tunnels.opened(pc)
    page = await reader.see(place)
    assert f"1台目（管理者用） 接続中（{clock(row.ends_at)} まで）" in page.text and "接続停止" not in page.text
    assert {f"/tunnels?office={pc.office}", f"/tunnels/past?office={pc.office}"} <= set(page.page.links)
    await tunnels.block(pc)
    await tunnels.round()
    page = await reader.see(place)
    assert "1台目（管理者用） 接続停止" in page.text and "接続中" not in page.text


async def test_who_sees_no_sessions_is_not_led_to_them(reader: Reader, world: World, pc: Bond) -> None:
    releaser = await staff_of(world, "oka", Role.FUND_RELEASER)
    page = await reader.be(releaser.token).see(f"/offices/{pc.office}")
    assert not [link for link in page.page.links if link.startswith("/tunnels")]


async def test_what_became_of_letters_is_told_in_words(
    reader: Reader, world: World, desk: Person, admin: Person
) -> None:
    said = "550 5.1.1 no such <mailbox>"
    state = MailState(
        admin.account, LetterKind.ONE_TIME_CODE, "letter", world.clock.now(), MailOutcome.FAILED, said
    )
    await world.core.commit(lambda txn: mail_states.put(txn, state))
    page = await reader.be(desk.token).see(f"/offices/{admin.office}")
    for shown in ("最後に送ったメール", "ワンタイムパスワード", "送れません", said):
        assert shown in page.text, shown


async def test_the_list_of_offices_leads_to_it(reader: Reader, world: World, desk: Person, admin: Person) -> None:
    assert f"/offices/{admin.office}" in (await reader.be(desk.token).see("/offices")).page.links


async def test_who_may_not_read_it_is_not_led_there(reader: Reader, world: World, admin: Person) -> None:
    releaser = await staff_of(world, "releaser", Role.FUND_RELEASER)
    page = await reader.be(releaser.token).see("/offices")
    assert "さくら商事" in page.text and f"/offices/{admin.office}" not in page.page.links
    assert (await reader.see(f"/offices/{admin.office}")).status == 403


async def test_an_auditor_reads_and_has_no_buttons(reader: Reader, world: World, admin: Person) -> None:
    auditor = await staff_of(world, "auditor", Role.FUND_AUDITOR)
    page = await reader.be(auditor.token).see(f"/offices/{admin.office}")
    assert "さくら商事" in page.text and initialising(admin) not in page.page.links
    sent = await reader.fill(await reader.see(initialising(admin)), initialising(admin), reason=REASON)
    assert sent.status == 403


@pytest.mark.parametrize("office", ["x", "A" * 26, "a" * 26])
async def test_an_office_of_nobody(reader: Reader, desk: Person, office: str) -> None:
    for path in ("", "/admin", f"/users/{'a' * 26}/initialise"):
        assert (await reader.be(desk.token).see(f"/offices/{office}{path}")).status == 404


async def test_the_desk_gives_a_new_first_password_with_a_reason(
    reader: Reader, world: World, desk: Person, admin: Person
) -> None:
    form = await reader.be(desk.token).see(initialising(admin))
    assert form.page.form(initialising(admin)).fields["office"] == "さくら商事（123456-0000001）"
    sheet = await reader.fill(form, initialising(admin), reason=REASON)
    for shown in ("さくら商事", "123456-0000001", "Sakura01", "佐倉 花子", "ワンタイムパスワード発行サイト"):
        assert shown in sheet.text, shown
    assert (await world.account(admin)).state is AccountState.FIRST
    a_minute_later(world)
    admin.password = sheet.page.secret
    await registered_self(await admin.sign_in())
    [entry] = await world.journal(Kind.ACCOUNT_INITIALISED)
    assert (entry.actor, entry.office, entry.personal["typed"]) == (desk.account, admin.office, REASON)


async def test_who_is_blocked_begins_anew(reader: Reader, world: World, desk: Person) -> None:
    blocked = await world.locked(await world.office(2), "Blocked1", locks=3)
    page = await reader.be(desk.token).see(f"/offices/{blocked.office}")
    assert "閉塞" in page.text and f"/locks/{blocked.account}/unlock" not in page.page.links
    sheet = await reader.fill(await reader.see(initialising(blocked)), initialising(blocked), reason=REASON)
    blocked.password = sheet.page.secret
    await blocked.sign_in()
    assert "Blocked1" not in (await reader.see("/locks")).text


async def test_a_reload_of_the_sheet_shows_the_same_password(
    reader: Reader, world: World, desk: Person, admin: Person
) -> None:
    fields = (await reader.be(desk.token).see(initialising(admin))).page.form(initialising(admin)).fields
    sheets = [await reader.post(initialising(admin), {**fields, "reason": REASON}) for _ in range(2)]
    assert sheets[0].page.secret == sheets[1].page.secret != ""
    assert len(await world.journal(Kind.ACCOUNT_INITIALISED)) == 1


@pytest.mark.parametrize("reason", ["", "\u3000", "あ" * 301])
async def test_without_a_reason_nothing_is_done(
    reader: Reader, world: World, desk: Person, admin: Person, reason: str
) -> None:
    form = await reader.be(desk.token).see(initialising(admin))
    sent = await reader.fill(form, initialising(admin), reason=reason)
    assert sent.status == 422 and 'id="reason-fault"' in sent.html
    assert sent.page.form(initialising(admin)).fields["login"] == "Sakura01"
    assert (await world.account(admin)).state is AccountState.ACTIVE


async def test_a_user_of_another_office_is_not_found_here(
    reader: Reader, world: World, desk: Person, admin: Person
) -> None:
    other = await world.office(2)
    assert (await reader.be(desk.token).see(f"/offices/{other}/users/{admin.account}/initialise")).status == 404


async def test_a_clerk_enters_another_admin_as_filed(
    reader: Reader, world: World, clerk: Person, admin: Person
) -> None:
    action = f"/offices/{admin.office}/admin"
    page = await reader.be(clerk.token).see(f"/offices/{admin.office}")
    assert action in page.page.links and initialising(admin) not in page.page.links
    form = await reader.see(action)
    assert form.page.form(action).fields["mail"] == "hana@example.jp"
    sheet = await reader.fill(form, action, **FILED)
    for shown in ("梅田 四郎", "Sakura01"):
        assert shown in sheet.text, shown
    account = await world.account(admin)
    assert (account.name, account.mail, account.state) == ("梅田 四郎", "umeda@example.jp", AccountState.FIRST)
    assert sheet.page.secret not in ("", admin.password)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("kana", "梅田"),
        ("kana", "ウメダシロウ"),
        ("mail", "umeda"),
        ("mail", "ｕｍｅｄａ@"),
        ("reason", " "),
    ],
)
async def test_what_is_wrong_with_it_is_said_and_nothing_typed_is_lost(
    reader: Reader, world: World, clerk: Person, admin: Person, field: str, typed: str
) -> None:
    action = f"/offices/{admin.office}/admin"
    wanted = {**FILED, field: typed}
    sent = await reader.fill(await reader.be(clerk.token).see(action), action, **wanted)
    assert sent.status == 422 and f'id="{field}-fault"' in sent.html
    kept = sent.page.form(action).fields
    assert {name: kept[name] for name in wanted} == wanted and kept["login"] == "Sakura01"
    assert (await world.account(admin)).name == "佐倉 花子"


async def test_the_desk_does_not_change_admins(reader: Reader, world: World, desk: Person, admin: Person) -> None:
    action = f"/offices/{admin.office}/admin"
    form = await reader.be(desk.token).see(action)
    assert (await reader.fill(form, action, **FILED)).status == 403
    assert await admin.ask(m.ReadOwn())


async def test_an_office_without_an_admin_has_none_to_change(reader: Reader, world: World, clerk: Person) -> None:
    office = await world.office(3)
    assert (await reader.be(clerk.token).see(f"/offices/{office}")).status == 200
    assert (await reader.see(f"/offices/{office}/admin")).status == 404


async def test_who_comes_too_late_is_led_back(reader: Reader, world: World, desk: Person, admin: Person) -> None:
    world.clock.move(9 * HOUR)
    ended = await reader.be(desk.token).see(initialising(admin))
    assert ended.to == f"/sign-in?ended=1&to={initialising(admin)}"
