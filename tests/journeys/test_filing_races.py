# SPDX-License-Identifier: Apache-2.0
"""Two people of an office act on one filing at the same moment: one is first, the other is told what happened."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from appliance.model.journal import Kind, Result
from appliance.model.words import Role, Site
from appliance.vault.records.tables import accounts
from tests.journeys.afterwards import journal, opened
from tests.journeys.filer import Filer, Package, page_of, press
from tests.journeys.installation import CONTRACT, Installation
from tests.ready import ready_person
from tests.story.page import Page
from tests.story.stage import Login
from tests.story.story import sign_in
from tests.story.visitor import Answer, Visitor

ROUNDS = 12
DONE, TOO_LATE = 200, 409


async def colleague(fund: Installation) -> Login:
    """A second admin of the first office."""
    async with opened(fund) as core:
        people = await core.read(lambda snapshot: accounts.scan(snapshot, "office"))
        office = next(person.office for person in people if person.login == fund.user.user)
        made = await ready_person(core, office, "user0003", Role.OFFICE_ADMIN, name="試験 次郎")
    return Login(CONTRACT, "user0003", made.password)


@asynccontextmanager
async def two_of_an_office(fund: Installation) -> AsyncIterator[tuple[Filer, Visitor]]:
    """Both signed in, the service running."""
    login = await colleague(fund)
    fund.start()
    async with fund.visitor(Site.PORTAL) as first, fund.visitor(Site.PORTAL) as second:
        filer = await Filer.at(first, fund.user)
        assert (await sign_in(second, login)).path == "/"
        yield filer, second


async def both(filer: Filer, other: Visitor, filing: str, mine: str, theirs: str) -> tuple[Answer, Answer]:
    """Both have the page before them, and press at the same time."""
    seen = await page_of(filer.visitor, filing), await page_of(other, filing)
    asking = (await other.get(f"/filings/{filing}/cancel")).page if theirs == "cancel" else seen[1]
    return await asyncio.gather(press(filer.visitor, filing, mine, seen[0]), press(other, filing, theirs, asking))


def state_of(page: Page) -> str:
    """Which state the page tells, of those that these tests know."""
    head = page.text.partition("届書の一覧へ")[0]
    return next(word for word in ("取消済", "配信済", "配信待ち", "承認待ち") if f"加入者資格取得届 {word}" in head)


async def test_of_two_who_approve_one_has_and_the_other_is_told(fund: Installation) -> None:
    async with two_of_an_office(fund) as (filer, other):
        for number in range(ROUNDS):
            filing = await filer.file(Package(number, 3_000), f"command-of-round-{number}")
            answers = await both(filer, other, filing, "approve", "approve")
            assert sorted(answer.status for answer in answers) == [DONE, TOO_LATE]
            late = next(answer for answer in answers if answer.status == TOO_LATE)
            assert "今の状態は" in late.page.text and state_of(late.page) == "配信済"
    fund.end()
    done = Counter((entry.kind, entry.thing) for entry in await journal(fund) if entry.result is Result.DONE)
    for kind in (Kind.FILING_APPROVED, Kind.FILING_DELIVERED):
        assert sorted(count for (one, _), count in done.items() if one is kind) == [1] * ROUNDS


@pytest.mark.lab
async def test_of_one_who_approves_and_one_who_takes_back_one_has(fund: Installation) -> None:
    async with two_of_an_office(fund) as (filer, other):
        for number in range(ROUNDS):
            package = Package(number, 3_000)
            filing = await filer.file(package, f"command-of-round-{number}")
            approved, cancelled = await both(filer, other, filing, "approve", "cancel")
            assert sorted((approved.status, cancelled.status)) == [DONE, TOO_LATE]
            page = await page_of(other, filing)
            file = await other.ask("GET", f"/filings/{filing}/file")
            if approved.status == DONE:
                assert state_of(page) == "配信済" and file.body == package.inside
            else:
                assert state_of(page) == "取消済" and file.status != DONE


@pytest.mark.lab
async def test_a_clerk_in_two_windows_receives_once(fund: Installation) -> None:
    async with two_of_an_office(fund) as (filer, _), fund.visitor(Site.CONSOLE) as staff:
        filing = await filer.file(Package(1, 3_000), "command-of-the-one")
        assert (await press(filer.visitor, filing, "approve")).status == DONE
        await sign_in(staff, fund.staff)
        seen = await page_of(staff, filing), await page_of(staff, filing)
        answers = await asyncio.gather(*(press(staff, filing, "receive", page) for page in seen))
        assert sorted(answer.status for answer in answers) == [DONE, TOO_LATE]


async def test_a_double_click_is_one_act(fund: Installation) -> None:
    async with two_of_an_office(fund) as (filer, _):
        filing = await filer.file(Package(1, 3_000), "command-of-the-one")
        page = await page_of(filer.visitor, filing)
        answers = await asyncio.gather(*(press(filer.visitor, filing, "approve", page) for _ in range(4)))
        assert [answer.status for answer in answers] == [DONE] * 4
    fund.end()
    kinds = Counter(entry.kind for entry in await journal(fund) if entry.result is Result.DONE)
    assert (kinds[Kind.FILING_APPROVED], kinds[Kind.FILING_DELIVERED]) == (1, 1)
