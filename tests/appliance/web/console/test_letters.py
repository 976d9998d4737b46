# SPDX-License-Identifier: Apache-2.0
"""「お知らせ印刷」 through the real vault: printed as a PDF that nothing keeps, confirmed, and reissued."""

import re
from functools import partial

import pytest

from appliance.model.journal import Kind
from appliance.model.time import DAY
from appliance.model.words import Role
from appliance.vault.issuing import letter_list
from appliance.vault.issuing.expiring import forget_letters
from appliance.vault.records.issuing_tables import LetterState, SealedLetter, letter_states, sealed_letters
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.people.folk import enter_console, staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Answer
from tests.appliance.web.whole import Reader, Seen

PLACE = "/letters"


@pytest.fixture
async def clerk(world: World) -> Person:
    """One of the fund's clerks."""
    return await staff_of(world, "hara", Role.FUND_CLERK)


async def printed(reader: Reader, page: Seen, *marked: SealedLetter) -> Answer:
    """Send the form that prints: all, or the marked ones."""
    fields = {"form": page.page.form("/letters/print").fields["form"]}
    fields |= {f"mark.{letter.id}": "on" for letter in marked} if marked else {"all": "on"}
    return await reader.browser.post("/letters/print", fields)


async def kept(world: World) -> list[SealedLetter]:
    """The letters that wait."""
    return await world.core.read(lambda snapshot: sealed_letters.scan(snapshot, "made"))


async def test_all_are_printed_confirmed_and_gone(reader: Reader, world: World, clerk: Person) -> None:
    for number in (1, 2):
        await new_office(world, number=number, office_name=f"事業所{number}号")
    page = await reader.be(clerk.token).see(PLACE)
    assert "事業所1号" in page.text and "まとめて印刷する（2 件）" in page.text and "未印刷" in page.text
    assert "印刷できました（" not in page.text
    answer = await printed(reader, page)
    assert answer.status == 200 and answer.body.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b(?!s)", answer.body)) == 2
    page = await reader.see(PLACE)
    assert "印刷できました（印刷済みの 2 件）" in page.text and "1 回目 2026年6月9日" in page.text
    page = await reader.follow(await reader.fill(page, "/letters/confirm"))
    assert (
        "2 件のお知らせの印刷を確認しました。" in page.text and "印刷を待っているお知らせはありません" in page.text
    )
    assert await kept(world) == []


async def test_a_print_lies_in_no_cache_and_runs_nothing(reader: Reader, world: World, clerk: Person) -> None:
    await new_office(world)
    answer = await printed(reader, await reader.be(clerk.token).see(PLACE))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("inline")


async def test_no_page_holds_a_secret(reader: Reader, world: World, clerk: Person) -> None:
    office, letter = await new_office(world)
    reader.be(clerk.token)
    for path in (PLACE, f"/offices/{office.id}/contract", f"/offices/{office.id}/reissue"):
        html = (await reader.see(path)).html
        assert letter.download_key not in html and letter.first_password not in html


async def test_chosen_ones_only(reader: Reader, world: World, clerk: Person) -> None:
    _, letter = await new_office(world, number=1)
    await new_office(world, number=2)
    page = await reader.be(clerk.token).see(PLACE)
    assert len(re.findall(rb"/Type /Page\b(?!s)", (await printed(reader, page, letter)).body)) == 1
    fields = {"form": page.page.form("/letters/print").fields["form"], "command": "c" * 20}
    page = await reader.follow(await reader.post("/letters/confirm", {**fields, f"mark.{letter.id}": "on"}))
    assert "1 件のお知らせの印刷を確認しました。" in page.text
    assert len(await kept(world)) == 1


async def test_nothing_marked_is_said(reader: Reader, world: World, clerk: Person) -> None:
    await new_office(world)
    page = await reader.be(clerk.token).see(PLACE)
    fields = {"form": page.page.form("/letters/print").fields["form"], "command": "c" * 20}
    for action in ("/letters/print", "/letters/confirm"):
        said = await reader.post(action, fields)
        assert said.status == 422 and "お知らせが選ばれていません。" in said.text


async def test_what_was_never_printed_is_not_confirmed(reader: Reader, world: World, clerk: Person) -> None:
    _, letter = await new_office(world)
    page = await reader.be(clerk.token).see(PLACE)
    fields = {"form": page.page.form("/letters/print").fields["form"], "command": "c" * 20}
    said = await reader.post("/letters/confirm", {**fields, f"mark.{letter.id}": "on"})
    assert said.status == 409 and "まだ印刷されていないお知らせ" in said.text
    assert await kept(world) == [letter]


async def test_a_letter_that_is_gone_says_so(reader: Reader, world: World, clerk: Person) -> None:
    _, letter = await new_office(world)
    page = await reader.be(clerk.token).see(PLACE)
    await world.core.commit(lambda txn: sealed_letters.delete(txn, letter.id))
    answer = await printed(reader, page, letter)
    assert answer.status == 409 and "このお知らせは印刷できません。" in answer.text


async def test_what_is_about_to_go_and_what_has_gone_is_told(reader: Reader, world: World, clerk: Person) -> None:
    await new_office(world, office_name="\U0003106c田𠮷商店")
    world.clock.move(6 * DAY)
    page = await reader.be((await enter_console(clerk)).token).see(PLACE)
    assert (
        "まもなく期限" in page.text and "「\U0003106c田𠮷商店」の \U0003106c (U+3106C) は印字できない" in page.text
    )
    assert "届け出のとおりに印字できない文字が、1 件のお知らせにあります。" in page.text
    world.clock.move(2 * DAY)
    await forget_letters(world.core)
    page = await reader.be((await enter_console(clerk)).token).see(PLACE)
    assert "再発行が必要な事業所" in page.text and "期限切れ" in page.text
    page = await reader.see(re.findall(r'href="(/offices/[a-z2-7]{26}/reissue)"', page.html)[0])
    assert page.status == 200 and "お知らせを再発行する" in page.text


async def test_all_who_need_a_reissue_are_reached(
    reader: Reader, world: World, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_list, "MOST_WANTING", 2)
    states = [LetterState((await new_office(world, number=n))[0].id, 1, asked_at=n) for n in range(1, 4)]
    for state in states:
        await world.core.commit(partial(letter_states.put, row=state))
    first = await reader.be(clerk.token).see(PLACE)
    [way] = re.findall(r'href="(/letters\?wanting=asked/[a-z2-7]{26})#wanting"', first.html)
    assert "最初の事業所へ" not in first.text
    second = await reader.see(way)
    offices = [re.findall(r'href="/offices/([a-z2-7]{26})/reissue"', page.html) for page in (first, second)]
    assert [len(found) for found in offices] == [2, 1] and len({*offices[0], *offices[1]}) == 3
    assert "/letters#wanting" in second.page.links and "次の事業所" not in second.text
    assert (await reader.see("/letters?wanting=%00")).status == 400


@pytest.mark.parametrize("role", [Role.FUND_DESK, Role.FUND_SYSTEM, Role.FUND_RELEASER])
async def test_it_is_the_clerks(reader: Reader, world: World, clerk: Person, role: Role) -> None:
    _, letter = await new_office(world)
    form = (await reader.be(clerk.token).see(PLACE)).page.form("/letters/print").fields["form"]
    other = await staff_of(world, "other", role)
    assert (await reader.be(other.token).see(PLACE)).status == 403
    answer = await reader.browser.post("/letters/print", {"form": form, "all": "on"})
    assert answer.status == 403 and b"%PDF" not in answer.body
    assert await kept(world) == [letter]


async def test_the_auditor_reads_and_prints_nothing(reader: Reader, world: World) -> None:
    await new_office(world)
    auditor = await staff_of(world, "audit", Role.FUND_AUDITOR)
    page = await reader.be(auditor.token).see(PLACE)
    assert page.status == 200 and "/letters/print" not in page.html
    assert await world.journal(Kind.LETTER_PRINTED) == []
