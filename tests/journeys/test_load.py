# SPDX-License-Identifier: Apache-2.0
"""A hundred people download while somebody uploads the largest document, six times: all well, memory flat."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from appliance.link.messages import PART_SIZE
from appliance.model.words import Site
from tests.journeys.courier import Courier, Document, delivered
from tests.journeys.installation import Installation
from tests.pdf import around
from tests.story.story import sign_in
from tests.story.visitor import Visitor

USERS = 100
DOWNLOADS = 4
ROUNDS = 3  # in each of two halves
PARTS = 49  # a little less than the 400 MiB that one document may have
GROWTH = 1.2
LOOK_SECONDS = 0.1
DOCUMENT = Document.of(5, 1_000_000)
PART = bytes(range(256)) * (PART_SIZE // 256)


async def upload_largest(courier: Courier, round: int) -> None:
    """In parts, as the page's script does, without ever holding it."""
    command = f"command-of-round-{round}"
    upload, size = await courier.begin_named(f"largest-{round}.pdf", PARTS * PART_SIZE, command)
    assert size == PART_SIZE
    before, behind = around(PARTS * PART_SIZE)
    whole = hashlib.sha256()
    for number in range(PARTS):
        piece = before + PART[len(before) :] if number == 0 else PART
        piece = piece[: -len(behind)] + behind if number == PARTS - 1 else piece
        whole.update(piece)
        await courier.put_piece(upload, number, piece)
    await courier.deliver_hashed(upload, whole.hexdigest(), command)


async def download_again_and_again(user: Visitor, notice: str) -> None:
    """The same document several times. Every single one must be right."""
    for _ in range(DOWNLOADS):
        answer = await user.ask("GET", f"/notices/{notice}/file")
        assert (answer.status, answer.body == DOCUMENT.content) == (200, True)


def rss_anon(pid: int) -> int:
    """What a process holds for itself, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


@asynccontextmanager
async def peak_of(*pids: int) -> AsyncIterator[list[int]]:
    """The most that each process holds while the block runs, in KiB.

    What is left behind a round says less: the allocator gives back more at one time than at another.
    """
    peak = [rss_anon(pid) for pid in pids]

    async def look() -> None:
        while True:
            peak[:] = map(max, peak, map(rss_anon, pids))
            await asyncio.sleep(LOOK_SECONDS)

    async with asyncio.TaskGroup() as group:
        looking = group.create_task(look())
        yield peak
        looking.cancel()


def most(peaks: list[list[int]]) -> list[int]:
    """The most that each process held in any of these rounds."""
    return [max(of_one) for of_one in zip(*peaks, strict=True)]


@pytest.mark.lab
async def test_memory_stays_flat_while_a_hundred_download_and_one_uploads_the_largest(fund: Installation) -> None:
    fund.change("visit_minutes = 480", "visit_minutes = 480\nmax_upload_mib = 400")
    vault, web = fund.start("vault"), fund.start("web")
    notice = await delivered(fund, DOCUMENT)
    peaks: list[list[int]] = []
    async with AsyncExitStack() as stack:
        staff = await stack.enter_async_context(fund.visitor(Site.CONSOLE))
        user = await stack.enter_async_context(fund.visitor(Site.PORTAL))
        courier = await Courier.at(fund, staff)
        assert (await sign_in(user, fund.user)).path == "/"
        users = [user] * USERS  # a person has one visit, and as many windows as it likes
        for round in range(2 * ROUNDS):
            async with peak_of(vault.pid, web.pid) as peak:
                await one_round(courier, users, notice, round)
            peaks.append(peak)
    # Single rounds differ by chance, the first one most; what leaks is in each round of the second half.
    for first, second in zip(most(peaks[:ROUNDS]), most(peaks[ROUNDS:]), strict=True):
        assert second < GROWTH * first, peaks


async def one_round(courier: Courier, users: list[Visitor], notice: str, round: int) -> None:
    """Everybody at once."""
    async with asyncio.TaskGroup() as group:
        for user in users:
            group.create_task(download_again_and_again(user, notice))
        group.create_task(upload_largest(courier, round))
