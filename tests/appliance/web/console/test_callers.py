# SPDX-License-Identifier: Apache-2.0
"""電話対応 at the console, through the real vault: who calls is found, and the card says what to do next."""

from dataclasses import replace

import pytest

from appliance.model.devices import Bond, Seat, SeatState
from appliance.model.diagnosis_file import FIRST_LINE, MOST_BYTES
from appliance.model.journal import Kind
from appliance.model.things import MailState
from appliance.model.time import HOUR
from appliance.model.tunnels import Cause, SessionState
from appliance.model.words import MailOutcome, Role
from appliance.vault.letters import LetterKind
from appliance.vault.records.device_tables import seats
from appliance.vault.records.tables import mail_states
from tests.appliance.vault.people.folk import admin_of, staff_of
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.tunnels.test_listing import put
from tests.appliance.vault.world import Person, World
from tests.appliance.web.console.connections import pc, sakura, tunnels
from tests.appliance.web.whole import Reader, Seen

__all__ = ["pc", "sakura", "tunnels"]
GOOD = f"{FIRST_LINE}\ncontract: 123456-0000001\nos: Windows 7\nother-vpn: yes (<b>VPN</b>)\n".encode()


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office, registered and in."""
    return await admin_of(world)


async def put_seat(world: World, office: str, state: SeatState, told: str = "") -> None:
    """The office's first PC is in this state."""
    seat = Seat(office, 1, state, world.clock.now(), "x", told=told, promised_on="2999-01-01")
    await world.core.commit(lambda txn: seats.put(txn, seat))


async def judged(reader: Reader, admin: Person, content: bytes | None) -> Seen:
    """A file sent from the card."""
    page = await reader.see(f"/calls/{admin.office}")
    action = f"/calls/{admin.office}/diagnosis"
    fields = {name: page.page.form(action).fields[name] for name in ("form", "command")}
    return await reader.send(action, fields, content, "診断ファイル.txt")


@pytest.mark.parametrize("typed", ["123456-0000001", "１２３４５６－０００００01", "1", "さくら"])
async def test_who_calls_is_found_as_people_say_it(reader: Reader, desk: Person, admin: Person, typed: str) -> None:
    page = await reader.be(desk.token).see(f"/calls?find={typed}")
    assert (page.status, page.to) == (303, f"/calls/{admin.office}")


async def test_several_are_offered_and_none_is_said(
    reader: Reader, world: World, desk: Person, admin: Person
) -> None:
    other = await world.office(2)
    assert other
    page = await reader.be(desk.token).see("/calls?find=123456")
    none = await reader.see("/calls?find=どこにもない名前")
    assert "当てはまる事業所がありません" in none.text
    assert page.status in (200, 303)


async def test_the_ready_answers_are_searched(reader: Reader, desk: Person) -> None:
    whole = await reader.be(desk.token).see("/calls")
    found = await reader.see("/calls?q=メール 届かない")
    assert "よくあるご質問" in whole.text and "電話での案内" in whole.text
    assert "ワンタイムパスワードのメールが届かない" in found.text
    assert len(found.html) < len(whole.html)


async def test_the_card_says_what_to_say(reader: Reader, world: World, desk: Person, admin: Person) -> None:
    await put_seat(world, admin.office, SeatState.FAILED, "別の端末です")
    page = await reader.be(desk.token).see(f"/calls/{admin.office}")
    for said in ("次にお伝えすること", "さくら商事", "123456-0000001", "別の端末です", "要確認", "佐倉 花子"):
        assert said in page.text, said
    assert "h…@example.jp" in page.text and "hana@example.jp" not in page.text
    assert "さくら商事\nご担当者様" in page.html.replace("\r", "")
    assert [entry.office for entry in await world.journal(Kind.CALLER_READ)] == [admin.office]


async def test_what_the_mail_server_said_is_text_and_nothing_else(
    reader: Reader, world: World, desk: Person, admin: Person
) -> None:
    said = "550 <script>alert(1)</script>"
    state = MailState(
        admin.account, LetterKind.NOTICE_DELIVERED, "l", world.clock.now(), MailOutcome.RETURNED, said
    )
    await world.core.commit(lambda txn: mail_states.put(txn, state))
    page = await reader.be(desk.token).see(f"/calls/{admin.office}")
    assert said in page.text and "<script>alert" not in page.html


async def test_a_test_mail_is_sent_and_told(reader: Reader, world: World, desk: Person, admin: Person) -> None:
    page = await reader.be(desk.token).see(f"/calls/{admin.office}")
    told = await reader.follow(await reader.fill(page, f"/calls/{admin.office}/test-mail"))
    assert "確認メールを送ります" in told.text
    assert len(await world.letters(admin.account, LetterKind.TEST_MAIL)) == 1
    again = await reader.fill(told, f"/calls/{admin.office}/test-mail")
    assert again.status == 409 and "10 分以内" in again.text


async def test_the_last_letter_goes_once_more_where_that_is_safe(
    reader: Reader, world: World, desk: Person, admin: Person
) -> None:
    at = world.clock.now() + HOUR
    state = MailState(admin.account, LetterKind.NOTICE_DELIVERED, "l", at, MailOutcome.RETURNED, "550")
    await world.core.commit(lambda txn: mail_states.put(txn, state))
    page = await reader.be(desk.token).see(f"/calls/{admin.office}")
    world.clock.move(2 * HOUR)
    await reader.follow(await reader.fill(page, f"/calls/{admin.office}/again"))
    assert len(await world.letters(admin.account, LetterKind.NOTICE_DELIVERED)) == 1


async def test_the_lights_of_a_file(reader: Reader, desk: Person, admin: Person) -> None:
    page = await judged(reader.be(desk.token), admin, GOOD)
    assert page.status == 200
    for said in ("診断ファイルの結果", "Windows 7", "使えない", "確かめる", "分からない", "<b>VPN</b>"):
        assert said in page.text, said
    assert "この事業所の契約番号ではありません" not in page.text


async def test_a_file_of_another_contract_is_told(reader: Reader, desk: Person, admin: Person) -> None:
    page = await judged(reader.be(desk.token), admin, GOOD.replace(b"0000001", b"0000002"))
    assert "この事業所の契約番号ではありません" in page.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "ファイルに何も書かれていません"),
        (b"MZ" + bytes(200), "診断ファイルを読み取れません"),
        (b"x" * (MOST_BYTES + 1), "16 KB まで"),
        (b"x" * 1_000_000, "16 KB まで"),
    ],
)
async def test_what_is_no_such_file_is_told(
    reader: Reader, desk: Person, admin: Person, content: bytes | None, said: str
) -> None:
    page = await judged(reader.be(desk.token), admin, content)
    assert page.status == 422 and said in page.text and "次にお伝えすること" in page.text


async def test_an_auditor_reads_and_sends_nothing(reader: Reader, world: World, admin: Person) -> None:
    auditor = await staff_of(world, "auditor", Role.FUND_AUDITOR)
    page = await reader.be(auditor.token).see(f"/calls/{admin.office}")
    assert page.status == 200 and "確認メールを送る" not in page.text


@pytest.mark.parametrize("role", [Role.FUND_SYSTEM, Role.FUND_RELEASER])
async def test_whoever_does_not_answer_the_telephone_sees_no_card(
    reader: Reader, world: World, admin: Person, role: Role
) -> None:
    person = await staff_of(world, "somebody", role)
    assert (await reader.be(person.token).see(f"/calls/{admin.office}")).status == 403


async def test_the_desk_opens_no_document(reader: Reader, world: World, desk: Person, admin: Person) -> None:
    page = await reader.be(desk.token).see(f"/calls/{admin.office}")
    assert not any(link.startswith(("/filings", "/notices")) and "/document" in link for link in page.page.links)
    assert (await reader.see("/filings/" + "f" * 26 + "/document")).status in (403, 404)


async def test_an_office_that_there_is_not(reader: Reader, desk: Person) -> None:
    for office in ("f" * 26, "nonsense", "%00"):
        assert (await reader.be(desk.token).see(f"/calls/{office}")).status in (400, 404)


async def test_why_offices_call_is_counted_without_their_names(reader: Reader, desk: Person, admin: Person) -> None:
    assert "お問い合わせの理由" not in (await reader.be(desk.token).see("/calls")).text
    await reader.see(f"/calls/{admin.office}")
    page = await reader.see("/calls")
    assert "お問い合わせの理由" in page.text and "さくら商事" not in page.text


async def test_why_the_last_connection_ended_and_what_to_say_then(
    reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond
) -> None:
    row, place = await tunnels.opened(pc), f"/calls/{pc.office}"
    tunnels.gate.vanish(row.engine_session)
    await tunnels.round()
    page = await reader.be(desk.token).see(place)
    for said in (
        "最後の接続",
        "終了: 端末側の切断",
        "端末の側で切れました",
        "もう一度「VPN接続を開始」を押してください",
    ):
        assert said in page.text, said
    assert f"/tunnels/past?office={pc.office}" in page.page.links
    assert 'data-live="next"' in page.html and 'data-live="seats"' in page.html
    later = row.appeared_at + HOUR
    await put(
        tunnels,
        replace(row, id="r" * 26, appeared_at=later, ends_at=0, state=SessionState.ENDED, cause=Cause.CLOSED),
    )
    assert "拒否: 利用時間外" in (await reader.see(place)).text
