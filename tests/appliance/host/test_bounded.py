# SPDX-License-Identifier: Apache-2.0
"""An await that ends: answers, time-outs, cancellations, and plugins that will not let go."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from appliance.host import bounded
from appliance.host.bounded import Abandoned, Bound, CancelledItself

SOON = 0.01


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "GRACE", SOON)


async def at_once() -> str:
    return "answer"


async def after_a_turn() -> str:
    await asyncio.sleep(0)
    return "answer"


async def fails() -> None:
    await asyncio.sleep(0)
    raise KeyError("its own")


async def hangs() -> None:
    await asyncio.Event().wait()


async def tidies_up(done: list[str]) -> None:
    try:
        await hangs()
    finally:
        await asyncio.sleep(0)
        done.append("tidy")


async def swallows_cancellation() -> None:
    while True:
        try:
            await hangs()
        except asyncio.CancelledError:
            continue


async def answers_when_cancelled() -> str:
    try:
        await hangs()
    except asyncio.CancelledError:
        return "late"
    return "never"


async def cancels_itself() -> None:
    raise asyncio.CancelledError


async def cancels_itself_later() -> None:
    await asyncio.sleep(0)
    raise asyncio.CancelledError


@pytest.mark.parametrize("work", [at_once, after_a_turn])
async def test_the_answer_comes_through(work: Any) -> None:
    assert await Bound(1, work()) == "answer"


async def test_its_error_comes_through() -> None:
    with pytest.raises(KeyError, match="its own"):
        await Bound(1, fails())


async def test_a_plugin_that_hangs_is_cancelled() -> None:
    with pytest.raises(TimeoutError, match=r"within 0\.01 s"):
        await Bound(SOON, hangs())
    await asyncio.sleep(0)  # the caller's task is as good as before


async def test_a_plugin_that_is_cancelled_may_tidy_up() -> None:
    done: list[str] = []
    with pytest.raises(TimeoutError):
        await Bound(SOON, tidies_up(done))
    assert done == ["tidy"]


async def test_a_plugin_that_answers_when_cancelled_has_answered() -> None:
    assert await Bound(SOON, answers_when_cancelled()) == "late"
    task = asyncio.current_task()
    assert task is not None and task.cancelling() == 0


async def test_a_plugin_that_swallows_cancellation_is_abandoned() -> None:
    with pytest.raises(Abandoned):
        await Bound(SOON, swallows_cancellation())
    await asyncio.sleep(0)


@pytest.mark.parametrize("work", [cancels_itself, cancels_itself_later])
async def test_a_plugin_that_cancels_itself_cancels_nobody_else(work: Any) -> None:
    with pytest.raises(CancelledItself):
        await Bound(1, work())
    task = asyncio.current_task()
    assert task is not None and task.cancelling() == 0


async def test_the_caller_can_be_cancelled() -> None:
    done: list[str] = []
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_await(Bound(60, tidies_up(done))))
        await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()
    assert done == ["tidy"]


async def test_a_caller_that_is_cancelled_while_it_runs_is_cancelled() -> None:
    """As by Ctrl-C, whose handler runs amid a step of the task."""

    async def caller() -> None:
        current = asyncio.current_task()
        assert current is not None
        current.cancel()
        await Bound(60, asyncio.Event().wait())

    with pytest.raises(asyncio.CancelledError):
        await asyncio.gather(caller())


async def test_the_caller_is_cancelled_although_the_plugin_swallows_it() -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_await(Bound(SOON, swallows_cancellation())))
        await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()


async def test_a_timeout_around_it_stays_in_force() -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(SOON):
            await Bound(60, hangs())
    assert "within" not in str(caught.value)


async def test_timeouts_and_groups_work_inside() -> None:
    async def plugin() -> str:
        await asyncio.sleep(0)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(after_a_turn())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SOON):
                await hangs()
        return task.result()

    assert await Bound(10, plugin()) == "answer"


async def test_time_that_is_ours_does_not_count() -> None:
    bound = Bound(SOON)

    async def plugin() -> str:
        bound.pause()
        await asyncio.sleep(5 * SOON)
        bound.go_on()
        return "answer"

    assert await bound.of(plugin()) == "answer"


async def test_after_ours_the_plugins_time_counts_again() -> None:
    bound = Bound(SOON)

    async def plugin() -> None:
        bound.pause()
        await asyncio.sleep(0)
        bound.go_on()
        await hangs()

    with pytest.raises(TimeoutError):
        await bound.of(plugin())


async def test_a_future_can_be_awaited_as_well() -> None:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, "answer")
    assert await Bound(1, future) == "answer"


NEVER_ENDS = """
import asyncio
from appliance.host import bounded

bounded.GRACE = 0.01

async def ignores_everything():
    while True:
        try:
            await asyncio.sleep(100)
        except BaseException:
            pass

async def main():
    try:
        await bounded.Bound(0.01, ignores_everything())
    except bounded.Abandoned:
        print("abandoned")

asyncio.run(main())
"""


def test_the_process_ends_although_a_plugin_ignores_everything() -> None:
    done = subprocess.run([sys.executable, "-c", NEVER_ENDS], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "abandoned\n", "")


async def _await(bound: Bound) -> Any:
    return await bound
