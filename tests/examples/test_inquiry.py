# SPDX-License-Identifier: Apache-2.0
"""The second worked example: its two halves together, without a vault and without a site."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from renkei_inquiry import Settings, web, words
from renkei_inquiry.vault import Inquiries, waited

from appliance.config.decode import ConfigError
from appliance.contracts.action import Action, ActionAnswer, ActionNotFound, Thing
from appliance.contracts.jobs import Job
from appliance.contracts.pages import Form, Link, Page, PageAnswer, Quote, Table
from appliance.contracts.plugin import Services
from appliance.host.page_answers import wrong_page
from appliance.model.calendar import Calendar, Holidays
from appliance.model.documents import Direction
from appliance.model.time import DAY, JST, instant
from appliance.model.words import Role, Site, Tier
from appliance.testing.acting import Actor
from appliance.testing.clock import FakeClock
from appliance.testing.hosting import hosted
from appliance.testing.plugin_suites import ActionSuite, JobsSuite, PagesSuite
from appliance.testing.services import FakeRecords, fake_services
from tests.examples.installed import EXAMPLES, installed

NOTICE = Thing("n" * 26, Direction.TO_OFFICE, "office-1", "決定通知書", "2026-06")


class Fund:
    """The vault's half, and people who act through it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.services: Services = fake_services(clock=self.clock)
        self.plugin = Inquiries(Settings(), self.services)
        self.actions = self.plugin.register_action()

    def at_office(self, number: int = 1, **more: Any) -> Actor:
        return Actor(self.actions, self.clock, office=f"office-{number}", things={NOTICE.id: NOTICE}, **more)

    def of_fund(self, role: Role = Role.FUND_CLERK) -> Actor:
        return Actor(self.actions, self.clock, Site.CONSOLE, role, "", "", "佐藤 受子")

    @property
    def kept(self) -> dict[str, bytes]:
        assert isinstance(self.services.records, FakeRecords)
        return self.services.records.kept


@pytest.fixture
def fund() -> Fund:
    return Fund()


async def asked(actor: Actor, subject: str = "算定基礎届", text: str = "いつまでですか。") -> str:
    """The id of a question, sent with the form."""
    answer = await web.send_new(actor.request(subject=subject, text=text))
    assert wrong_page(answer) == ""
    return answer.go_to.removeprefix("/x/inquiry/").removesuffix("?said=sent")


def parts(answer: PageAnswer, kind: type) -> list[Any]:
    assert wrong_page(answer) == ""
    return [part for part in answer.parts if isinstance(part, kind)]


def rows(answer: PageAnswer) -> Any:
    [table] = parts(answer, Table)
    return table.rows


# --- the suites ---------------------------------------------------------------------------------------------------


class TestActions(ActionSuite):
    id = ""

    async def make(self) -> Sequence[Action]:
        fund = Fund()
        self.id = await asked(fund.at_office())
        return fund.actions

    def fields(self, action: Action) -> Mapping[str, str]:
        good = {"id": self.id, "text": "こたえ", "subject": "件名", "which": "all", "after": ""}
        return {name: good[name] for name in action.fields}


class TestPages(PagesSuite):
    async def make(self) -> Sequence[Page]:
        return web.InquiryPages(Settings(), fake_services()).register_pages()

    async def acted(self, name: str, fields: Mapping[str, str], thing: str = "") -> ActionAnswer:
        fund = Fund()
        row = (await fund.at_office().look("inquiry.read", {"id": await asked(fund.at_office())})).fields
        return ActionAnswer({**row, "after": "", "count": "1", "about": "届"}, (row,))


class TestJobs(JobsSuite):
    async def make(self) -> Sequence[Job]:
        return Fund().plugin.register_jobs()


# --- a question and its answer ------------------------------------------------------------------------------------


async def test_a_question_is_asked_answered_and_confirmed(fund: Fund) -> None:
    office, clerk = fund.at_office(), fund.of_fund()
    id = await asked(office, "算定基礎届　について", "一行目\r\n二行目")
    assert await web.waiting(clerk.request()) == 1
    assert [row[1:4] for row in rows(await web.show_waiting(clerk.request()))] == [
        ("さくら株式会社", "受付", "0 営業日")
    ]
    done = await web.answer(clerk.request({"id": id}, text="7月10日までです。"))
    assert done.go_to == f"/x/inquiry/{id}?said=answered"
    assert (await web.waiting(clerk.request()), await web.waiting(office.request())) == (0, 1)
    shown = await web.show_one(office.request({"id": id}))
    assert shown.title == "算定基礎届 について"
    assert [part.text for part in parts(shown, Quote)] == ["一行目\n二行目", "7月10日までです。"]
    [form] = parts(shown, Form)
    assert form.button == "回答を確認しました"
    assert (await web.confirm(office.request({"id": id}))).go_to == "/x/inquiry"
    assert await web.waiting(office.request()) == 0
    assert parts(await web.show_one(office.request({"id": id})), Form) == []
    assert [row[1] for row in rows(await web.show_own(office.request()))] == ["回答済"]


async def test_an_office_is_not_told_who_of_the_fund_has_answered(fund: Fund) -> None:
    id = await asked(fund.at_office())
    await web.answer(fund.of_fund().request({"id": id}, text="はい。"))
    assert "佐藤" not in repr(await web.show_one(fund.at_office().request({"id": id})))
    assert "佐藤" in repr(await web.show_one(fund.of_fund(Role.FUND_AUDITOR).request({"id": id})))


async def test_the_second_answer_comes_too_late_and_says_so(fund: Fund) -> None:
    id = await asked(fund.at_office())
    clerk, desk = fund.of_fund(), fund.of_fund(Role.FUND_DESK)
    await web.answer(desk.request({"id": id}, text="一つ目"))
    shown = await web.answer(clerk.request({"id": id}, text="二つ目"))
    assert "すでに回答があります" in repr(shown) and "二つ目" not in repr(shown)


async def test_a_question_about_a_notice_says_which(fund: Fund) -> None:
    office = fund.at_office()
    assert "決定通知書（2026-06）" in repr(await web.show_new(office.request(query={"about": NOTICE.id})))
    await web.send_new(office.request(subject="a", text="b", about=NOTICE.id))
    [row] = (await office.look("inquiry.list", {})).rows
    assert row["about"] == "決定通知書（2026-06）"
    with pytest.raises(ActionNotFound):
        await web.show_new(office.request(query={"about": "x" * 26}))


@pytest.mark.parametrize(
    ("typed", "name", "error"),
    [
        ({}, "subject", "件名を入力してください。"),
        ({"subject": " 　\n", "text": "a"}, "subject", "件名を入力してください。"),
        ({"subject": "a" * 101, "text": "a"}, "subject", "件名は 100 文字以内で入力してください。"),
        ({"subject": "a", "text": "\0\x07"}, "text", "内容を入力してください。"),
        ({"subject": "a", "text": "𠮷" * 2001}, "text", "内容は 2000 文字以内で入力してください。"),
    ],
)
async def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    fund: Fund, typed: dict[str, str], name: str, error: str
) -> None:
    [form] = parts(await web.send_new(fund.at_office().request({}, {}, **typed)), Form)
    faults = {one.name: one.error for one in form.fields if one.error}
    assert faults == {name: error}
    assert {one.name: one.value for one in form.fields if one.value} == {k: v for k, v in typed.items() if v}
    assert fund.kept == {}


async def test_an_empty_answer_stands_at_its_field(fund: Fund) -> None:
    id = await asked(fund.at_office())
    [form] = parts(await web.answer(fund.of_fund().request({"id": id}, text=" ")), Form)
    assert [one.error for one in form.fields] == ["回答を入力してください。"]


# --- who may ------------------------------------------------------------------------------------------------------


async def test_another_office_finds_nothing(fund: Fund) -> None:
    id = await asked(fund.at_office(1))
    other = fund.at_office(2)
    for page in (web.show_one, web.confirm):
        with pytest.raises(ActionNotFound):
            await page(other.request({"id": id}))
    assert rows(await web.show_own(other.request())) == ()
    assert await web.waiting(other.request()) == 0
    for wrong in ("", "x", "../q", "a" * 500, f"{id}/"):
        with pytest.raises(ActionNotFound):
            await web.show_one(fund.at_office(1).request({"id": wrong}))


async def test_the_fund_reads_by_role_and_answers_by_role(fund: Fund) -> None:
    id = await asked(fund.at_office())
    auditor, system = fund.of_fund(Role.FUND_AUDITOR), fund.of_fund(Role.FUND_SYSTEM)
    assert parts(await web.show_one(auditor.request({"id": id})), Form) == []
    for who, page in ((auditor, web.answer), (system, web.show_one), (system, web.show_waiting)):
        with pytest.raises(PermissionError):
            await page(who.request({"id": id}, text="a"))
    with pytest.raises(LookupError):
        await web.send_new(fund.of_fund().request(subject="a", text="b"))


async def test_keys_name_nobody(fund: Fund) -> None:
    await asked(fund.at_office(), "山田の件", "秘密")
    for key in fund.kept:
        assert re.fullmatch(r"(q|w|o/office-1|n/office-1)/\d{13}-[a-z2-7]{26}", key), key


# --- lists --------------------------------------------------------------------------------------------------------


async def test_lists_turn_pages_in_their_order(fund: Fund) -> None:
    office, clerk = fund.at_office(), fund.of_fund()
    for number in range(120):
        fund.clock.move(1)
        await asked(office, f"{number:03d}")
    newest = [f"{number:03d}" for number in reversed(range(120))]
    for actor, page, query, order in (
        (office, web.show_own, {}, newest),
        (clerk, web.show_waiting, {}, newest[::-1]),
        (clerk, web.show_waiting, {"which": "all"}, newest),
    ):
        found: list[str] = []
        after = dict(query)
        while True:
            answer = await page(actor.request(query=after))
            found += [row[0].text for row in rows(answer)]
            turns = [one for one in parts(answer, Link) if one.text == "次のページ"]
            if not turns:
                break
            after = dict(pair.split("=") for pair in turns[0].path.partition("?")[2].split("&"))
        assert found == order
    assert await web.waiting(clerk.request()) == 100


def test_waiting_counts_business_days() -> None:
    day = dt.date(2026, 6, 9)
    calendar = Calendar(Holidays(frozenset({dt.date(2026, 6, 11)}), 2026, 2026))
    since = instant(dt.datetime(2026, 6, 9, 23, 59, tzinfo=JST))
    found = [waited(calendar, since, since + days * DAY) for days in range(8)]
    assert (day.weekday(), found) == (1, [0, 1, 1, 2, 2, 2, 3, 4])
    assert waited(calendar, since, since + 4000 * DAY) == 99


async def test_what_is_old_is_forgotten_with_all_its_keys(fund: Fund) -> None:
    old = await asked(fund.at_office())
    fund.clock.move(8 * 366 * DAY)
    new = await asked(fund.at_office())
    await fund.plugin.forget()
    assert {key.rpartition("/")[2] for key in fund.kept} == {new} != {old}


# --- in English, and in the host ----------------------------------------------------------------------------------


async def test_every_word_of_the_pages_has_an_english_one(fund: Fund) -> None:
    source = "".join(path.read_text("utf-8") for path in (EXAMPLES / "inquiry").rglob("*.py"))
    japanese = set(re.findall(r'"([^"\n{]*[ぁ-んァ-ヶ一-龠][^"\n{]*)"', source))
    assert {text for text in japanese if text not in words.ENGLISH and text.endswith("。")} == set()
    office = fund.at_office(language="en", name="Yamada", office_name="Sakura")
    id = await asked(office, "subject", "text")
    for page in (web.show_own, web.show_new, web.show_one):
        shown = await page(office.request({"id": id}))
        assert re.findall(r"[ぁ-んァ-ヶ一-龠]+", repr(shown)) == []
    refused = await web.send_new(office.request())
    assert "Write a subject." in repr(refused)


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(installed("inquiry", tmp_path / "site")))


async def test_both_halves_start_in_their_tiers(tmp_path: Path, on_path: None) -> None:
    for tier, family, count in ((Tier.VAULT, "action", 7), (Tier.WEB, "pages", 8)):
        async with hosted(tmp_path, {"inquiry": {"keep_years": 10}}, tier=tier) as host:
            assert len([one for one in host.all(family) if one.plugin == "inquiry"]) == count


@pytest.mark.parametrize(
    ("table", "sentence"),
    [({"keep_years": 0}, "`keep_years` must be from 1 to 30"), ({"keep_year": 7}, "did you mean `keep_years`?")],
)
async def test_a_mistake_in_its_table_stops_the_start(
    tmp_path: Path, on_path: None, table: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        async with hosted(tmp_path, {"inquiry": table}):
            pytest.fail("it started")
