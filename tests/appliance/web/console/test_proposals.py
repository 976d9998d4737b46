# SPDX-License-Identifier: Apache-2.0
"""What waits for another person, at the console, through the real vault."""

import pytest

from appliance.link import messages as m
from appliance.model.journal import Kind
from appliance.model.time import DAY
from appliance.model.words import Role
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader, staff_accounts

ADDING = m.AddStaff("hara", "原 次郎", "hara@fund.example.jp", Role.FUND_CLERK, "増員 <b>")


@pytest.fixture
async def action(hayashi: Person) -> str:
    """Where the yes or no to a proposal of one of systems goes."""
    return f"/proposals/{(await hayashi.ask(ADDING)).proposal}"


async def test_nothing_waits(reader: Reader, mori: Person) -> None:
    assert "承認を待っている操作はありません" in (await reader.be(mori.token).see("/proposals")).text


async def test_it_is_told_in_words(reader: Reader, mori: Person, action: str) -> None:
    page = await reader.be(mori.token).see("/proposals")
    for shown in ("職員の追加", "職員ID hara", "氏名 原 次郎", "役割 業務担当", "増員 <b>", "残り 24時間"):
        assert shown in page.text, shown
    assert action in page.page.actions


async def test_whoever_proposed_it_may_only_take_it_back(
    reader: Reader, world: World, hayashi: Person, action: str
) -> None:
    page = await reader.be(hayashi.token).see("/proposals")
    assert "取り下げる" in page.text and "承認して実行する" not in page.text
    forged = await reader.fill(page, action, choice="yes")
    assert forged.status == 403 and "ご自身の提案を承認することはできません" in forged.text
    sent = await reader.fill(page, action, choice="no")
    after = await reader.follow(sent)
    assert "提案を取りやめました" in after.text and "承認を待っている操作はありません" in after.text


async def test_a_no_of_another_ends_it(reader: Reader, world: World, mori: Person, action: str) -> None:
    page = await reader.be(mori.token).see("/proposals")
    assert (await reader.fill(page, action, choice="no")).to == "/proposals?declined=1"
    [entry] = await world.journal(Kind.PROPOSAL_DECIDED)
    assert entry.actor == mori.account and entry.reason.startswith("declined")


async def test_sent_twice_the_same_sheet_is_shown(reader: Reader, world: World, mori: Person, action: str) -> None:
    page = await reader.be(mori.token).see("/proposals")
    sheets = [await reader.fill(page, action, choice="yes") for _ in range(2)]
    assert sheets[0].page.secret == sheets[1].page.secret != ""
    assert sorted(await staff_accounts(world)) == ["hara", "hayashi", "mori"]


async def test_what_is_over_is_said_above_the_list(reader: Reader, world: World, mori: Person, action: str) -> None:
    page = await reader.be(mori.token).see("/proposals")
    world.clock.move(DAY)
    await mori.sign_in()
    late = await reader.be(mori.token).post(
        action, {**page.page.form(action).fields, "choice": "yes", "form": await form_of(reader)}
    )
    assert late.status == 409 and "この提案はもう決められません" in late.text
    assert "承認を待っている操作はありません" in late.text


async def form_of(reader: Reader) -> str:
    """The form token of whoever is there."""
    return (await reader.see("/proposals")).page.form("/sign-out").fields["form"]


@pytest.mark.parametrize("choice", ["", "maybe", "YES"])
async def test_neither_yes_nor_no_is_nothing(
    reader: Reader, world: World, mori: Person, action: str, choice: str
) -> None:
    page = await reader.be(mori.token).see("/proposals")
    assert (await reader.fill(page, action, choice=choice)).status == 422
    assert not await world.journal(Kind.PROPOSAL_DECIDED)


async def test_a_proposal_of_nobody(reader: Reader, mori: Person, action: str) -> None:
    page = await reader.be(mori.token).see("/proposals")
    fields = {**page.page.form(action).fields, "choice": "yes"}
    assert (await reader.post("/proposals/x", fields)).status == 404
    assert (await reader.post(f"/proposals/{'a' * 26}", fields)).status == 409


async def test_an_auditor_reads_and_decides_nothing(reader: Reader, world: World, action: str) -> None:
    auditor = await staff_of(world, "auditor", Role.FUND_AUDITOR)
    page = await reader.be(auditor.token).see("/proposals")
    assert "職員の追加" in page.text and action not in page.page.actions
    token = page.page.form("/sign-out").fields["form"]
    sent = await reader.post(action, {"form": token, "choice": "yes", "command": "c" * 26})
    assert sent.status == 403


async def test_an_act_that_makes_no_password_ends_at_the_list(
    reader: Reader, world: World, hayashi: Person, mori: Person
) -> None:
    other = await staff_of(world, "other")
    reply = await hayashi.ask(m.RemoveStaff(other.account, "退職"))
    page = await reader.be(mori.token).see("/proposals")
    assert "職員の削除" in page.text and "職員ID other" in page.text and "役割 システム担当" in page.text
    sent = await reader.fill(page, f"/proposals/{reply.proposal}", choice="yes")
    assert sent.to == "/staff?done=1"
    after = await reader.follow(sent)
    assert "実行しました" in after.text and "other@fund.example.jp" not in after.text
