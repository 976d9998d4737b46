# SPDX-License-Identifier: Apache-2.0
"""The process that makes workers is there when it is needed, and leaves nothing when it is not."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from appliance.host.refused import StartRefused
from appliance.link.refusals import Refused, Why
from appliance.vault.doorman import frames
from appliance.vault.doorman.asked import Answer
from appliance.vault.doorman.workers import Workers
from tests.appliance.vault.doorman.making import NAME, aes_zip, asked_of, small_pdf
from tests.appliance.vault.doorman.processes import children_of, is_gone, misbehaving, open_files, until

PACKAGE = aes_zip({NAME: small_pdf()})


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    made = Workers()
    await made.start()
    yield made
    await made.close()


def test_the_vault_itself_has_nothing_that_reads_workbooks() -> None:
    """Lesson 6; and it starts a tenth of a second sooner."""
    look = "import sys, appliance.vault.doorman.doorman; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


async def exactly(job: socket.socket, size: int) -> bytes:
    body = b""
    while len(body) < size:
        piece = await asyncio.get_running_loop().sock_recv(job, size - len(body))
        assert piece
        body += piece
    return body


async def answer_of(job: socket.socket) -> Answer:
    await asyncio.get_running_loop().sock_sendall(job, frames.packed(asked_of(PACKAGE)) + PACKAGE)
    head = await exactly(job, frames.LENGTH.size)
    return frames.unpacked(await exactly(job, frames.length_of(head)), Answer)


async def test_one_worker_after_another(workers: Workers) -> None:
    for _ in range(3):
        with workers.one() as job:
            assert (await answer_of(job)).problems == ()


async def test_a_worker_ends_with_its_context_and_is_buried(workers: Workers) -> None:
    with workers.one():
        await until(lambda: len(children_of(workers.pid)) == 1)
        [worker] = children_of(workers.pid)
    await until(lambda: children_of(workers.pid) == [])
    assert is_gone(worker.pid)


async def test_one_that_has_done_its_work_is_buried_at_once(workers: Workers) -> None:
    with workers.one() as job:
        answer = await answer_of(job)
        await exactly(job, answer.documents[0].size)
        await until(lambda: children_of(workers.pid) == [])


async def test_nothing_is_left_open(workers: Workers) -> None:
    assert workers.pid is not None
    before, theirs = open_files(), psutil.Process(workers.pid).num_fds()
    for _ in range(20):
        with workers.one() as job:
            await answer_of(job)
    await until(lambda: children_of(workers.pid) == [])
    assert open_files() == before
    assert psutil.Process(workers.pid).num_fds() == theirs


async def test_it_has_no_file_of_ours_no_environment_and_no_key(workers: Workers) -> None:
    assert workers.pid is not None
    process = psutil.Process(workers.pid)
    assert process.environ() == {} and process.open_files() == [] and process.cwd() == "/"
    with workers.one():
        await until(lambda: len(children_of(workers.pid)) == 1)
        [worker] = children_of(workers.pid)
        await until(lambda: worker.num_fds() == 3)


async def test_one_that_is_gone_is_noticed_and_started_again(
    workers: Workers, caplog: pytest.LogCaptureFixture
) -> None:
    first = workers.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: workers.pid is None)
    await workers.start()
    assert workers.pid not in (None, first)
    assert "was gone (-9)" in caplog.text
    with workers.one() as job:
        assert (await answer_of(job)).problems == ()


async def test_who_asks_just_when_it_goes_is_refused(workers: Workers) -> None:
    assert workers.pid is not None
    process = psutil.Process(workers.pid)
    process.kill()
    await until(lambda: workers.pid is None)
    for _ in range(2):
        with pytest.raises(Refused) as caught, workers.one():
            pass
        assert caught.value.why is Why.BROKEN


async def test_workers_end_with_the_process_that_made_them(workers: Workers) -> None:
    with workers.one():
        await until(lambda: len(children_of(workers.pid)) == 1)
        [worker] = children_of(workers.pid)
        assert workers.pid is not None
        os.kill(workers.pid, signal.SIGKILL)
        await until(lambda: is_gone(worker.pid))


async def test_closing_ends_everything(workers: Workers) -> None:
    before = open_files()
    with workers.one():
        await until(lambda: len(children_of(workers.pid)) == 1)
        [worker] = children_of(workers.pid)
        first = workers.pid
        await workers.close()
        assert first is not None and not psutil.pid_exists(first)
        await until(lambda: is_gone(worker.pid))
    assert open_files() < before
    await workers.close()


async def test_it_is_started_once_for_all_who_ask() -> None:
    workers = Workers()
    await asyncio.gather(*(workers.start() for _ in range(10)))
    assert len([child for child in children_of(os.getpid()) if child.pid == workers.pid]) == 1
    await workers.close()
    assert workers.pid is None


@pytest.mark.parametrize(
    "code", ["raise SystemExit(1)", "import os; os.write(0, b'other')", "import os; os.close(0)"]
)
async def test_one_that_does_not_come_up_is_said_at_the_start(code: str) -> None:
    before = open_files()
    workers = Workers(("-c", code))
    with pytest.raises(StartRefused, match="opens ZIPs"):
        await workers.start()
    assert workers.pid is None and open_files() == before


async def test_a_start_that_is_cut_short_leaves_nothing() -> None:
    before = open_files()
    workers = Workers(("-c", "import signal; signal.pause()"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await workers.start()
    assert workers.pid is None and open_files() == before


async def test_one_that_takes_no_orders_any_more_is_ended() -> None:
    deaf = Workers(("-c", "import os, signal; os.write(0, b'ready'); signal.pause()"))
    await deaf.start()
    first = deaf.pid
    with pytest.raises(Refused) as caught:
        for _ in range(10_000):
            with deaf.one():
                pass
    assert caught.value.why is Why.BROKEN
    assert first is not None and not psutil.pid_exists(first)


async def test_no_worker_can_be_made(tmp_path: Path) -> None:
    """The machine has no process left: the file is not to blame, and the answer is a frame without a body."""
    workers = Workers(misbehaving(tmp_path, "return None", fork="fail()"))
    await workers.start()
    with workers.one() as job:
        assert frames.length_of(await exactly(job, frames.LENGTH.size)) == 0
    with workers.one() as job:
        assert frames.length_of(await exactly(job, frames.LENGTH.size)) == 0
    await workers.close()
