# SPDX-License-Identifier: Apache-2.0
"""Work goes on without its caller, ends before close() does, and fails for nobody else."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from renkei_blobs_s3.finishing import Finishing

from appliance.contracts.blobs import BlobError


@pytest.fixture
async def finishing() -> AsyncIterator[Finishing]:
    made = Finishing()
    await made.open()
    yield made
    await made.close()


async def answer(value: int = 7) -> int:
    await asyncio.sleep(0)
    return value


async def failure() -> int:
    await asyncio.sleep(0)
    raise ValueError("no")


async def test_results_and_errors_come_to_whoever_waits(finishing: Finishing) -> None:
    failing, other = finishing.begin(failure()), finishing.begin(answer())
    with pytest.raises(ValueError, match="no"):
        await failing
    assert await other == 7


async def test_an_error_that_nobody_waits_for_harms_nobody(finishing: Finishing) -> None:
    finishing.begin(failure())
    assert await finishing.begin(answer()) == 7


async def test_close_waits_for_what_was_begun(finishing: Finishing) -> None:
    done, release = list[str](), asyncio.Event()

    async def work() -> None:
        await release.wait()
        done.append("work")

    async def caller() -> None:
        await asyncio.shield(finishing.begin(work()))

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(caller())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert done == []
        release.set()
        await finishing.close()
    assert done == ["work"]


@pytest.mark.parametrize("turns", range(4))
async def test_a_cancelled_future_cancels_the_work_whenever_it_is(finishing: Finishing, turns: int) -> None:
    reached = list[str]()

    async def work() -> None:
        for _ in range(10):
            await asyncio.sleep(0)
        reached.append("the end")

    future = finishing.begin(work())
    for _ in range(turns):
        await asyncio.sleep(0)
    future.cancel()
    await finishing.close()
    assert reached == []


async def test_work_that_cancels_itself_is_cancelled(finishing: Finishing) -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    future = finishing.begin(work())
    await asyncio.wait([future])
    assert future.cancelled()


async def test_nothing_begins_when_it_is_closed() -> None:
    finishing = Finishing()
    for _ in range(2):
        with pytest.raises(BlobError, match="closed"):
            finishing.begin(answer())
        await finishing.close()
