# SPDX-License-Identifier: Apache-2.0
"""Two offices file 200 ZIPs at the same time; each filing has its own bytes, and is its own office's (lesson 6)."""

import asyncio
from collections.abc import Iterator

import pytest

from appliance.model.words import Site
from tests.journeys.filer import Filer, Package
from tests.journeys.installation import Installation
from tests.story.visitor import Visitor

WINDOWS = 50
Made = dict[str, Package]


async def file_all(filer: Filer, waiting: Iterator[Package], made: Made) -> None:
    """One of many windows of one office."""
    for package in waiting:
        filing = await filer.file(package, f"command-of-package-{package.number}")
        assert filing not in made
        made[filing] = package


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.lab)])
async def test_many_at_once_mix_nothing(fund: Installation, count: int) -> None:
    fund.start()
    made: dict[int, Made] = {1: {}, 2: {}}
    async with fund.visitor(Site.PORTAL) as first, fund.visitor(Site.PORTAL) as second:
        filers = {1: await Filer.at(first, fund.user), 2: await Filer.at(second, fund.other)}
        async with asyncio.TaskGroup() as group:
            for office, filer in filers.items():
                # Numbers of the offices alternate, so that neighbours in time are of different offices.
                packages = [Package(2 * number + office, 50_000 + number, office) for number in range(count // 2)]
                waiting = iter(packages)
                for _ in range(WINDOWS):
                    group.create_task(file_all(filer, waiting, made[office]))
        for office, visitor in ((1, first), (2, second)):
            await each_opens_with_its_own_bytes(visitor, made[office], made[3 - office])


async def each_opens_with_its_own_bytes(
    visitor: Visitor, own: dict[str, Package], others: dict[str, Package]
) -> None:
    """Every single one, and none of the other office."""
    assert own and not own.keys() & others.keys()
    for filing, package in own.items():
        answer = await visitor.ask("GET", f"/filings/{filing}/file")
        assert (answer.status, answer.body == package.inside) == (200, True), package.number
    for filing in others:
        assert (await visitor.ask("GET", f"/filings/{filing}/file")).status == 404
