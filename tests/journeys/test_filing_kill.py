# SPDX-License-Identifier: Apache-2.0
"""A vault that is killed while an office files keeps what it has acknowledged: whole, once, with its own bytes."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from appliance.model.journal import Kind, Result
from appliance.model.time import DAY
from appliance.model.words import FilingState, Site
from appliance.vault.core import Core
from appliance.vault.housekeeping import sweep_orphans, sweep_uploads
from appliance.vault.records.tables import filings, uploads
from tests.journeys.afterwards import entries, opened
from tests.journeys.filer import Filer, Package
from tests.journeys.installation import Installation, Process
from tests.journeys.test_kill import blobs_of
from tests.story.visitor import Visitor

SEED = 20260610
WINDOWS = 6
SMALL, LARGE = 40_000, 8 * 1024 * 1024 + 40_000
LARGE_EVERY = 40


@dataclass
class Work:
    """What is sent, what has been acknowledged so far, and at which counts the vault is to be killed."""

    packages: list[Package]
    waiting: Iterator[int]
    thresholds: list[int]
    acknowledged: dict[int, str] = field(default_factory=dict)
    grown: asyncio.Condition = field(default_factory=asyncio.Condition)

    @classmethod
    def of(cls, count: int, kills: int) -> "Work":
        """So many filings, some of several parts; so many kills, spread evenly."""
        sizes = [LARGE if number % LARGE_EVERY == 3 else SMALL + number for number in range(count)]
        packages = [Package(number, size) for number, size in enumerate(sizes)]
        return cls(packages, iter(range(count)), [count * kill // kills for kill in range(kills)])

    async def acknowledge(self, number: int, filing: str) -> None:
        """The site has said that it is there."""
        async with self.grown:
            self.acknowledged[number] = filing
            self.grown.notify_all()

    async def reached(self, count: int) -> None:
        """Wait until so many are acknowledged."""
        async with self.grown:
            await self.grown.wait_for(lambda: len(self.acknowledged) >= count)


async def file_all(filer: Filer, work: Work) -> None:
    """One of several windows of the same user."""
    for number in work.waiting:
        filing = await filer.file(work.packages[number], f"command-of-number-{number}")
        await work.acknowledge(number, filing)


async def kill_again_and_again(vault: Process, work: Work) -> None:
    """Each time at some moment of a filing's way, shortly after a certain number of them."""
    chance = random.Random(SEED)
    for count in work.thresholds:
        await work.reached(count)
        await asyncio.sleep(chance.uniform(0.0, 0.1))
        await asyncio.to_thread(vault.kill)
        await asyncio.to_thread(vault.start)


@pytest.mark.lab  # `test_kill.py` has a shorter one for every day
@pytest.mark.parametrize(("count", "kills"), [(200, 12)])
async def test_a_vault_killed_amid_filings_loses_nothing_and_mixes_nothing(
    fund: Installation, count: int, kills: int
) -> None:
    vault = fund.start("vault")
    fund.start("web")
    work = Work.of(count, kills)
    async with fund.visitor(Site.PORTAL) as user:
        filer = await Filer.at(user, fund.user)
        async with asyncio.TaskGroup() as group:
            for _ in range(WINDOWS):
                group.create_task(file_all(filer, work))
            group.create_task(kill_again_and_again(vault, work))
        await each_opens_with_its_own_bytes(user, work)
    verdict = json.loads(await fund.renkei("journal", "verify", "--json"))
    assert verdict["ok"] and verdict["first_bad"] is None
    fund.end()
    await what_is_kept_is_what_was_acknowledged(fund, work)


async def each_opens_with_its_own_bytes(user: Visitor, work: Work) -> None:
    """All of them."""
    for number, filing in work.acknowledged.items():
        answer = await user.ask("GET", f"/filings/{filing}/file")
        assert (answer.status, answer.body == work.packages[number].inside) == (200, True), number


async def what_is_kept_is_what_was_acknowledged(fund: Installation, work: Work) -> None:
    """One filing a command, one entry a filing, and after two days not one blob that nobody names."""
    async with opened(fund, 2 * DAY) as core:
        kept = await core.read(
            lambda snapshot: filings.scan(snapshot, "office_state", limit=2 * len(work.packages))
        )
        assert Counter(filing.id for filing in kept) == Counter(work.acknowledged.values())
        assert {filing.state for filing in kept} == {FilingState.UPLOADED}
        assert await uploaded(core) == Counter(work.acknowledged.values())
        await sweep_uploads(core)
        await sweep_orphans(core)
        assert await core.read(lambda snapshot: uploads.scan(snapshot, "begun")) == []
        assert await blobs_of(core) == {part.blob for filing in kept for part in filing.parts}


async def uploaded(core: Core) -> Counter[str]:
    """How often the journal says of each filing that it was uploaded."""
    done = (entry for entry in await entries(core) if entry.result is Result.DONE)
    return Counter(entry.thing for entry in done if entry.kind is Kind.FILING_UPLOADED)
