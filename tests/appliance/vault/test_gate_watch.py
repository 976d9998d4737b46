# SPDX-License-Identifier: Apache-2.0
"""The vault's eye on the gate: what it shows while the gate is there, gone, silent or mad."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.gate.service import GateService
from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.envelope import Call, Reply, frame
from appliance.link.messages import GATE_MESSAGES, BarSeats, GateDone, GateReport, LiveSession, Nothing
from appliance.link.refusals import Refused
from appliance.link.server import LinkServer
from appliance.model.tunnels import Cause
from appliance.model.words import Tier
from appliance.vault.gate_watch import FIRST_PAUSE, LONGEST_PAUSE, GateWatch

ONE = LiveSession("softether", "s1", "seat-1", 10)
TWO = LiveSession("softether", "s2", "seat-2", 20)


class Sleeper:
    """A sleep that ends when the test says so, or at once."""

    def __init__(self, at_once: int = 0) -> None:
        """The first at_once sleeps take no time."""
        self.slept: list[float] = []
        self.asleep = asyncio.Event()
        self._at_once = at_once

    async def __call__(self, seconds: float) -> None:
        """Remember, and sleep for ever when all short sleeps are used up."""
        self.slept.append(seconds)
        await asyncio.sleep(0)
        if len(self.slept) > self._at_once:
            self.asleep.set()
            await asyncio.Event().wait()


@asynccontextmanager
async def watching(watch: GateWatch) -> AsyncIterator[None]:
    """run() in the background."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch.run())
        yield
        task.cancel()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[LinkClient]:
    """A client of the gate at its usual place, that loses patience soon."""
    made = LinkClient(UnixTarget(tmp_path / "gate" / "vault.sock"), table=GATE_MESSAGES, stall=0.2)
    yield made
    await made.close()


@asynccontextmanager
async def gate_saying(run: Path, stream: Callable[[], AsyncIterator[bytes]]) -> AsyncIterator[None]:
    """A gate whose reports are these bytes."""

    async def answer(call: Call) -> Reply:
        return Reply(Nothing(), 0, stream=stream())

    server = LinkServer(answer, now=lambda: 0, table={row.name: row for row in GATE_MESSAGES})
    await server.listen_unix(run / "gate" / "vault.sock", Tier.VAULT)
    yield
    await server.close(drain=0.01)


async def until(watch: GateWatch, condition: Callable[[], bool]) -> None:
    """Return when the condition holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the watch tells nobody when it has changed
            await asyncio.sleep(0)


async def test_it_shows_what_the_gate_reports(client: LinkClient, tmp_path: Path) -> None:
    go_on = asyncio.Event()

    async def stream() -> AsyncIterator[bytes]:
        yield frame(GateReport(("softether",), (ONE,)))
        await go_on.wait()
        yield frame(GateReport(("softether",), (ONE, TWO)))
        await asyncio.Event().wait()

    heard: list[GateReport] = []
    watch = GateWatch(client, heard=heard.append, sleep=Sleeper())
    async with gate_saying(tmp_path, stream), watching(watch):
        await until(watch, lambda: watch.connected)
        assert watch.report.live == (ONE,)
        go_on.set()
        await until(watch, lambda: len(watch.report.live) == 2)
        assert [len(report.live) for report in heard] == [1, 2]


async def test_ten_thousand_sessions_stand_in_one_report(client: LinkClient, tmp_path: Path) -> None:
    live = tuple(LiveSession("softether", f"SID-{'a' * 26}-{number}", "a" * 26, 1.5) for number in range(10_000))

    async def stream() -> AsyncIterator[bytes]:
        yield frame(GateReport(("softether",), live))
        await asyncio.Event().wait()

    watch = GateWatch(client, sleep=Sleeper())
    async with gate_saying(tmp_path, stream), watching(watch):
        await until(watch, lambda: watch.connected)
        assert len(watch.report.live) == 10_000


async def test_whoever_asked_is_told_when_nothing_more_comes(client: LinkClient, tmp_path: Path) -> None:
    lost = asyncio.Event()

    async def stream() -> AsyncIterator[bytes]:
        yield frame(GateReport(("softether",), (ONE, TWO)))

    watch = GateWatch(client, lost=lost.set, sleep=Sleeper())
    assert (watch.connected, watch.report) == (False, GateReport((), ()))
    async with gate_saying(tmp_path, stream), watching(watch):
        await lost.wait()
        assert (watch.connected, len(watch.report.live)) == (False, 2)


async def test_the_gate_is_told_what_is_to_be_done(client: LinkClient, tmp_path: Path) -> None:
    told: list[object] = []

    async def answer(call: Call) -> Reply:
        told.append(call.message)
        return Reply(GateDone(failed=("softether",)), 0)

    watch = GateWatch(client)
    server = LinkServer(answer, now=lambda: 0, table={row.name: row for row in GATE_MESSAGES})
    await server.listen_unix(tmp_path / "gate" / "vault.sock", Tier.VAULT)
    assert await watch.tell(BarSeats(("seat-1",), Cause.BLOCKED)) == GateDone(failed=("softether",))
    assert told == [BarSeats(("seat-1",), Cause.BLOCKED)]
    await server.close(drain=0.01)
    with pytest.raises(Refused):
        await watch.tell(BarSeats(("seat-1",), Cause.BLOCKED))


async def test_the_real_gate_is_watched_and_found_again(client: LinkClient, tmp_path: Path) -> None:
    sleeper = Sleeper(at_once=1_000_000)
    watch = GateWatch(client, sleep=sleeper)
    gate = GateService(now=lambda: 0, report_seconds=0.001)
    async with watching(watch):
        for _ in range(3):
            gate = GateService(now=lambda: 0, report_seconds=0.001)
            await gate.listen_unix(tmp_path)
            await until(watch, lambda: watch.connected)
            await gate.close()
            await until(watch, lambda: not watch.connected)


async def test_pauses_grow_while_the_gate_is_away(client: LinkClient) -> None:
    sleeper = Sleeper(at_once=8)
    watch = GateWatch(client, sleep=sleeper)
    async with watching(watch):
        await sleeper.asleep.wait()
    assert sleeper.slept[:4] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE, 8 * FIRST_PAUSE]
    assert sleeper.slept[-2:] == [LONGEST_PAUSE] * 2
    assert not watch.connected


async def test_a_report_makes_the_pause_short_again(client: LinkClient, tmp_path: Path) -> None:
    turn = 0

    async def stream() -> AsyncIterator[bytes]:
        nonlocal turn
        turn += 1
        if turn == 3:
            yield frame(GateReport((), (ONE,)))

    sleeper = Sleeper(at_once=3)
    watch = GateWatch(client, sleep=sleeper)
    async with gate_saying(tmp_path, stream), watching(watch):
        await sleeper.asleep.wait()
    assert sleeper.slept == [FIRST_PAUSE, 2 * FIRST_PAUSE, FIRST_PAUSE, 2 * FIRST_PAUSE]
    assert (watch.connected, watch.report.live) == (False, (ONE,))


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x00\x00\x00\x03\xc1\xc1\xc1",
        frame({"engines": "no"}),
        b"\xff\xff\xff\xff",
        frame(GateReport((), ()))[:-1],
    ],
)
async def test_a_mad_gate_is_a_gone_one(
    client: LinkClient, tmp_path: Path, nonsense: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield frame(GateReport((), (ONE,)))
        yield nonsense

    sleeper = Sleeper()
    watch = GateWatch(client, sleep=sleeper)
    async with gate_saying(tmp_path, stream), watching(watch):
        await sleeper.asleep.wait()
        assert (watch.connected, watch.report.live) == (False, (ONE,))
    assert "cannot be watched" in caplog.text


async def test_a_silent_gate_is_a_gone_one(client: LinkClient, tmp_path: Path) -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield frame(GateReport((), ()))
        await asyncio.Event().wait()

    sleeper = Sleeper()
    watch = GateWatch(client, sleep=sleeper)
    async with gate_saying(tmp_path, stream), watching(watch):
        await sleeper.asleep.wait()
        assert not watch.connected


async def test_whoever_stops_it_is_not_held_up(client: LinkClient, tmp_path: Path) -> None:
    closed = asyncio.Event()

    async def stream() -> AsyncIterator[bytes]:
        try:
            yield frame(GateReport((), ()))
            await asyncio.Event().wait()
        finally:
            closed.set()

    watch = GateWatch(client, sleep=Sleeper())
    async with gate_saying(tmp_path, stream):
        async with watching(watch):
            await until(watch, lambda: watch.connected)
        assert not watch.connected
        await closed.wait()
