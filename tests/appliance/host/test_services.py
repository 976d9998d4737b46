# SPDX-License-Identifier: Apache-2.0
"""What a plugin is given: its thread, its figures, its secrets; and nothing where there is nothing."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from appliance.config.credentials import Credentials
from appliance.config.decode import ConfigError
from appliance.contracts.plugin import PluginError, Services
from appliance.host.services import WorkerThread, plugin_services
from appliance.metrics.registry import Metrics
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.services import FakeRecords


def services(metrics: Metrics, **more: object) -> Services:
    return plugin_services(
        "mine",
        clock=FakeClock(),
        random=FakeRandom(),
        metrics=metrics,
        credentials=Credentials(None),
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def thread() -> Iterator[WorkerThread]:
    made = WorkerThread("test")
    yield made
    made.close()


async def test_figures_and_log_bear_the_plugins_name() -> None:
    metrics = Metrics(process=False)
    given = services(metrics)
    given.metrics.count("letters")
    assert b"renkei_plugin_mine_letters_total 1.0" in metrics.text()
    assert given.log.name == "renkei.plugin.mine"


async def test_a_secret_comes_from_the_credentials() -> None:
    with pytest.raises(ConfigError, match="`token` is needed"):
        services(Metrics(process=False)).credential("token")


async def test_outside_of_the_vault_there_are_neither_records_nor_answers() -> None:
    given = services(Metrics(process=False))
    for act in (
        given.records.get("k"),
        given.records.put("k", b"v"),
        given.records.delete("k"),
        given.records.scan(),
    ):
        with pytest.raises(PluginError, match="only plugins of the vault keep records"):
            await act
    with pytest.raises(PluginError, match="only plugins of the vault ask"):
        await given.ask("anything")


async def test_in_the_vault_records_and_answers_are_those_given() -> None:
    async def ask(message: object) -> object:
        return ("answer", message)

    records = FakeRecords()
    given = services(Metrics(process=False), records=records, ask=ask)
    assert given.records is records
    assert await given.ask(1) == ("answer", 1)


async def test_a_function_runs_beside_the_loop(thread: WorkerThread) -> None:
    assert await thread(threading.get_ident) not in (0, threading.get_ident())
    assert await thread(max, 1, 3, 2) == 3


async def test_functions_run_one_after_another_in_one_thread(thread: WorkerThread) -> None:
    idents = await asyncio.gather(*(thread(threading.get_ident) for _ in range(20)))
    assert len(set(idents)) == 1


@pytest.mark.parametrize("error", [KeyError("oh"), SystemExit(1)])
async def test_what_a_function_raises_comes_to_the_caller(thread: WorkerThread, error: BaseException) -> None:
    def fails() -> None:
        raise error

    with pytest.raises(type(error)):
        await thread(fails)
    assert await thread(int) == 0


async def test_a_caller_that_does_not_wait_disturbs_nobody(thread: WorkerThread) -> None:
    begun, go_on = threading.Event(), threading.Event()
    ran: list[str] = []

    def blocks() -> None:
        begun.set()
        go_on.wait(10)

    async with asyncio.TaskGroup() as group:
        first, second = group.create_task(thread(blocks)), group.create_task(thread(ran.append, "second"))
        await asyncio.to_thread(begun.wait, 10)
        first.cancel()
        second.cancel()
    go_on.set()
    assert await thread(int) == 0
    assert ran == []  # cancelled before its turn came, it never ran


async def test_once_closed_nothing_runs(thread: WorkerThread) -> None:
    thread.close()
    with pytest.raises(PluginError, match="has been stopped"):
        await thread(int)


def test_a_function_that_outlives_the_loop_is_no_disaster(caplog: pytest.LogCaptureFixture) -> None:
    thread, begun, go_on = WorkerThread("test"), threading.Event(), threading.Event()

    def blocks() -> None:
        begun.set()
        go_on.wait(10)

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(thread(blocks))
            await asyncio.to_thread(begun.wait, 10)
            task.cancel()

    asyncio.run(main())
    thread.close()
    go_on.set()
    assert thread._thread is not None
    thread._thread.join(10)
    assert "ended after the loop did" in caplog.text
