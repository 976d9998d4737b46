# SPDX-License-Identifier: Apache-2.0
"""A vault that is killed while people work keeps what it has acknowledged, and nothing by halves."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp
import pytest

from appliance.model.journal import Kind, Result
from appliance.model.things import Notice
from appliance.model.time import DAY
from appliance.model.words import Site
from appliance.vault.core import Core
from appliance.vault.housekeeping import sweep_orphans, sweep_uploads
from appliance.vault.records.tables import notices, uploads
from tests.journeys.afterwards import entries, opened
from tests.journeys.courier import Courier, Document
from tests.journeys.installation import Installation, Process
from tests.story.story import sign_in
from tests.story.visitor import Visitor

SEED = 20260609
AT_ONCE = 6
SMALL, LARGE = 40_000, 8 * 1024 * 1024 + 40_000
LARGE_EVERY = 60


@dataclass
class Work:
    """What has been acknowledged so far, and at which counts the vault is to be killed."""

    count: int
    waiting: Iterator[int]
    thresholds: list[int]
    acknowledged: dict[int, str] = field(default_factory=dict)
    grown: asyncio.Condition = field(default_factory=asyncio.Condition)
    downloads: Counter[str] = field(default_factory=Counter)

    async def acknowledge(self, number: int, notice: str) -> None:
        """The site has said that the document is delivered."""
        async with self.grown:
            self.acknowledged[number] = notice
            self.grown.notify_all()

    async def reached(self, count: int) -> None:
        """Wait until so many are acknowledged."""
        async with self.grown:
            await self.grown.wait_for(lambda: len(self.acknowledged) >= count)


def document(number: int) -> Document:
    """Some have several parts."""
    return Document.of(number, LARGE if number % LARGE_EVERY == 0 else SMALL + number)


async def carry_all(courier: Courier, work: Work) -> None:
    """One of several windows of the same clerk."""
    for number in work.waiting:
        await work.acknowledge(number, await courier.carry(document(number), f"command-number-{number}"))


async def kill_again_and_again(vault: Process, work: Work) -> None:
    """Each time at some moment shortly after a certain number of deliveries."""
    chance = random.Random(SEED)
    for count in work.thresholds:
        await work.reached(count)
        await asyncio.sleep(chance.uniform(0.0, 0.02))
        await asyncio.to_thread(vault.kill)
        await asyncio.to_thread(vault.start)


async def download_all_the_time(user: Visitor, work: Work) -> None:
    """What comes whole is right; all else is a cut, or a page that says that it is not ready."""
    chance = random.Random(SEED + 1)
    await work.reached(1)
    while len(work.acknowledged) < work.count:
        number, notice = chance.choice(list(work.acknowledged.items()))
        try:
            answer = await user.ask("GET", f"/notices/{notice}/file")
        except aiohttp.ClientError:
            work.downloads["cut"] += 1
            continue
        if answer.status == 200:
            assert answer.body == document(number).content
        else:
            assert answer.status == 503
            await asyncio.sleep(0.02)
        work.downloads[str(answer.status)] += 1


@pytest.mark.parametrize(("count", "kills"), [(40, 2), pytest.param(300, 8, marks=pytest.mark.lab)])
async def test_a_vault_killed_amid_deliveries_loses_nothing_and_shows_nothing_by_halves(
    fund: Installation, count: int, kills: int
) -> None:
    vault = fund.start("vault")
    fund.start("web")
    chance = random.Random(SEED + 2)
    work = Work(count, iter(range(count)), sorted(chance.sample(range(10, count - 10), kills)))
    async with AsyncExitStack() as stack:
        staff = await stack.enter_async_context(fund.visitor(Site.CONSOLE))
        user = await stack.enter_async_context(fund.visitor(Site.PORTAL))
        courier = await Courier.at(fund, staff)
        await sign_in(user, fund.user)
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(carry_all(courier, work))
            group.create_task(kill_again_and_again(vault, work))
            group.create_task(download_all_the_time(user, work))
        await everything_can_be_downloaded(user, work)
    verdict = json.loads(await fund.renkei("journal", "verify", "--json"))
    assert verdict["ok"] and verdict["first_bad"] is None
    assert work.downloads["200"] > 0
    fund.end()
    await what_is_kept_is_what_was_acknowledged(fund, work)


async def everything_can_be_downloaded(user: Visitor, work: Work) -> None:
    """Each acknowledged document, byte for byte."""
    for number, notice in work.acknowledged.items():
        assert (await user.ask("GET", f"/notices/{notice}/file")).body == document(number).content


async def what_is_kept_is_what_was_acknowledged(fund: Installation, work: Work) -> None:
    """One notice a command, one entry a notice, and after two days not one blob that nobody names."""
    async with opened(fund, 2 * DAY) as core:
        kept = await core.read(lambda snapshot: notices.scan(snapshot, "all", limit=2 * work.count))
        assert Counter(notice.id for notice in kept) == Counter(work.acknowledged.values())
        assert {notice.file_name for notice in kept} == {document(number).name for number in work.acknowledged}
        assert await entries_of_deliveries(core) == Counter(work.acknowledged.values())
        await sweep_uploads(core)
        await sweep_orphans(core)
        assert await core.read(lambda snapshot: uploads.scan(snapshot, "begun")) == []
        assert await blobs_of(core) == named_blobs(kept)


async def entries_of_deliveries(core: Core) -> Counter[str]:
    """How often the journal says of each notice that it was delivered."""
    done = (entry for entry in await entries(core) if entry.result is Result.DONE)
    return Counter(entry.thing for entry in done if entry.kind is Kind.NOTICE_DELIVERED)


async def blobs_of(core: Core) -> set[str]:
    """All blobs that are older than a day; a younger one is the store's own proof that it can write."""
    found: set[str] = set()
    after = ""
    while some := await core.blobs.ids(after):
        found |= {info.id for info in some if info.saved_at < core.clock.now() - DAY}
        after = some[-1].id
    return found


def named_blobs(kept: list[Notice]) -> set[str]:
    """All blobs that there should be."""
    return {part.blob for notice in kept for part in notice.parts}
