# SPDX-License-Identifier: Apache-2.0
"""The gate reports at once and again and again, to the vault and to nobody else."""

import asyncio
import stat
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from appliance.gate import gate as gate_module
from appliance.gate import service as service_module
from appliance.gate.engine import Pace
from appliance.gate.gate import Gate
from appliance.gate.kernel import Place
from appliance.gate.memory_kernel import MemoryKernel
from appliance.gate.service import GateService
from appliance.host.system import SystemClock
from appliance.link.client import LinkClient
from appliance.link.dialling import TlsTarget, UnixTarget
from appliance.link.messages import (
    GATE_MESSAGES,
    AdmitSeats,
    BarSeats,
    EndSessions,
    GateDone,
    GateMessage,
    GateReport,
    Nothing,
    OpenMenu,
    OpenSessions,
    TellSeats,
    WatchSessions,
)
from appliance.link.refusals import Refused, Why
from appliance.link.streams import frames
from appliance.link.tls import client_context, server_context
from appliance.model.tunnels import Cause
from appliance.model.words import Tier
from appliance.testing.memory_tunnel import MemoryEngine, memory_seat
from tests.appliance.gate.gates import ONE, SEATS, admitted, to_end, to_open, when
from tests.appliance.link.authority import Authority
from tests.appliance.link.both_ends import NOW


@pytest.fixture
async def gate() -> AsyncIterator[GateService]:
    """A gate in a hurry."""
    made = GateService(now=lambda: NOW, report_seconds=0.001)
    yield made
    await made.close()


def watcher(path: Path) -> LinkClient:
    """A vault that dials the gate."""
    return LinkClient(UnixTarget(path), table=GATE_MESSAGES)


async def reports(client: LinkClient, count: int) -> list[GateReport]:
    """The first reports of a new watch."""
    got: list[GateReport] = []
    async with client.fetch(WatchSessions()) as fetched:
        assert fetched.answered.reply == Nothing()
        assert fetched.answered.now == NOW
        async for packed in frames(fetched.chunks()):
            got.append(msgspec.msgpack.decode(packed, type=GateReport))
            if len(got) == count:
                break
    return got


async def test_without_an_engine_nothing_lives(gate: GateService, tmp_path: Path) -> None:
    path = await gate.listen_unix(tmp_path)
    client = watcher(path)
    assert gate.report().live == ()
    assert await reports(client, 3) == [GateReport((), ())] * 3
    await client.close()


async def test_the_socket_is_the_vaults(gate: GateService, tmp_path: Path) -> None:
    path = await gate.listen_unix(tmp_path)
    assert path == tmp_path / "gate" / "vault.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


async def test_the_socket_may_belong_to_a_group(gate: GateService, tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        await gate.listen_unix(tmp_path, group="renkei-nobody")


async def test_the_first_report_does_not_wait(tmp_path: Path) -> None:
    gate = GateService(now=lambda: NOW, report_seconds=1_000_000.0)
    client = watcher(await gate.listen_unix(tmp_path))
    assert len(await reports(client, 1)) == 1
    await client.close()
    await gate.close()


async def test_stopping_ends_the_reports_cleanly_and_at_once(tmp_path: Path) -> None:
    gate = GateService(now=lambda: NOW, report_seconds=1_000_000.0)
    client = watcher(await gate.listen_unix(tmp_path))
    async with client.fetch(WatchSessions()) as fetched:
        stream = fetched.chunks()
        await anext(stream)
        await gate.close(drain=60.0)
        assert [piece async for piece in stream] == []
    await client.close()


async def test_there_is_no_other_message(gate: GateService, tmp_path: Path) -> None:
    path = await gate.listen_unix(tmp_path)
    table = (GateMessage(OpenMenu, Nothing),)
    client = LinkClient(UnixTarget(path), table=table)
    with pytest.raises(Refused) as refused:
        await client.ask(OpenMenu())
    assert refused.value.why is Why.INVALID
    await client.close()


async def test_watches_are_few(gate: GateService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await gate.listen_unix(tmp_path)
    client = watcher(path)
    held, release, refused = 0, asyncio.Event(), []

    async def hold() -> None:
        nonlocal held
        async with client.fetch(WatchSessions()):
            held += 1
            await release.wait()

    async with asyncio.TaskGroup() as group:
        for _ in range(service_module.WATCHES):
            group.create_task(hold())
        while held < service_module.WATCHES:  # noqa: ASYNC110 - any of them may be the last
            await asyncio.sleep(0)
        with pytest.raises(Refused) as busy:
            await reports(client, 1)
        refused.append(busy.value.why)
        release.set()
    assert refused == [Why.BUSY]
    await client.close()


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ("renkei://tier/vault", None),
        ("renkei://tier/gate", Why.NOT_HERE),
        ("renkei://site/portal", Why.NOT_HERE),
        ("renkei://site/admin", Why.NOT_HERE),
    ],
)
async def test_on_two_hosts_only_the_vault_may_watch(
    gate: GateService, tmp_path: Path, shown: str, why: Why | None
) -> None:
    authority = Authority(tmp_path)
    own, dialler = authority.issue("renkei://tier/gate"), authority.issue(shown)
    address = await gate.listen_tls("127.0.0.1", 0, server_context(authority.certificate, own.certificate, own.key))
    context = client_context(authority.certificate, dialler.certificate, dialler.key)
    client = LinkClient(TlsTarget(*address, context, Tier.GATE), table=GATE_MESSAGES)
    if why is None:
        assert await reports(client, 2) == [GateReport((), ())] * 2
    else:
        with pytest.raises(Refused) as refused:
            await reports(client, 1)
        assert refused.value.why is why
    await client.close()


# --- with an engine -----------------------------------------------------------------------------------------------


class Served:
    """A gate with an engine, over its socket, as the vault sees it."""

    def __init__(self, report_seconds: float = 0.002) -> None:
        clock = SystemClock()
        self.engine = MemoryEngine(clock)
        self.kernel = MemoryKernel(clock)
        pace = Pace(usual=report_seconds, quick=0.001, least=0.0, first_pause=0.001)
        self.gate = Gate({"memory": self.engine}, self.kernel, clock, run="run-1", pace=pace, bare=False)
        self.gate.has_kernel = False
        self.service = GateService(now=lambda: NOW, report_seconds=report_seconds, gate=self.gate)


@asynccontextmanager
async def served(folder: Path, report_seconds: float = 0.002) -> AsyncIterator[tuple[Served, LinkClient]]:
    """It attends to its engine, and the vault has told it all seats."""
    made = Served(report_seconds)
    client = watcher(await made.service.listen_unix(folder))
    async with asyncio.TaskGroup() as group:
        await made.service.start(group)
        told = TellSeats(tuple(map(admitted, SEATS)), first=True, last=True)
        assert (await client.ask(told)).reply == Nothing()
        await when(lambda: made.engine.prepared)
        yield made, client
        await client.close()
        await made.service.close(0.1)


async def test_the_whole_way_of_a_session(tmp_path: Path) -> None:
    async with served(tmp_path) as (made, client), client.fetch(WatchSessions()) as fetched:
        seen = decoded(fetched.chunks())
        made.engine.connect(ONE)
        [live] = (await following(seen, lambda report: bool(report.live))).live
        assert (await client.ask(OpenSessions((to_open(live),)))).reply == GateDone()
        assert made.kernel.passes(Place("rk-mem0", live.address))
        opened = await following(seen, lambda report: report.live[0].open_seconds > 0)
        assert (opened.run, opened.told, opened.table) == ("run-1", True, "")
        assert (await client.ask(EndSessions((to_end(live),), Cause.SIGNED_OUT))).reply == GateDone()
        assert not (await following(seen, lambda report: not report.live)).live
        assert (await client.ask(BarSeats((ONE.name,), Cause.BLOCKED))).reply == GateDone()
        assert made.engine.connect(ONE) == ""
        assert (await client.ask(AdmitSeats((admitted(ONE),)))).reply == GateDone()
        assert made.engine.connect(ONE)


async def test_what_changed_is_reported_at_once(tmp_path: Path) -> None:
    """Promise 7: nobody waits for the next one."""
    async with served(tmp_path, 1000.0) as (made, client), client.fetch(WatchSessions()) as fetched:
        seen = decoded(fetched.chunks())
        await following(seen, lambda report: report.engines == ("memory",))
        made.engine.connect(ONE)
        made.gate.hurry()
        assert (await following(seen, lambda report: bool(report.live))).live[0].seat == ONE.name


async def test_an_order_is_done_to_its_end_when_the_vault_goes_away(tmp_path: Path) -> None:
    """Promise 13."""
    async with served(tmp_path) as (made, client):
        made.engine.connect(ONE)
        await when(lambda: made.gate.report().live)
        made.engine.hang()
        with pytest.raises(Refused) as late:
            await client.ask(BarSeats((ONE.name,), Cause.SEAT), timeout=0.01)
        assert late.value.why is Why.LATE
        assert made.engine.connected == [ONE.name]
        made.engine.go_on()
        await when(lambda: not made.engine.connected)


async def test_an_order_that_breaks_is_the_vaults_to_know_and_the_gate_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(gate: Gate, told: object) -> object:
        raise RuntimeError("a bug")

    monkeypatch.setitem(service_module.ORDERS, BarSeats, broken)
    async with served(tmp_path) as (made, client):
        with pytest.raises(Refused) as refused:
            await client.ask(BarSeats((ONE.name,), Cause.SEAT))
        assert refused.value.why is Why.BROKEN
        assert made.engine.connect(ONE)
        await when(lambda: made.gate.report().live)


async def test_stopping_deletes_nothing(tmp_path: Path) -> None:
    """Promise 6."""
    async with served(tmp_path) as (made, client):
        session = made.engine.connect(ONE)
        await when(lambda: made.gate.report().live)
        [live] = made.gate.report().live
        await client.ask(OpenSessions((to_open(live),)))
    assert made.kernel.passes(Place("rk-mem0", live.address))
    assert made.engine.connected == [ONE.name] and session


async def test_whom_the_vault_does_not_confirm_is_ended_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 10."""
    monkeypatch.setattr(gate_module, "CONFIRM_SECONDS", 0.05)
    async with served(tmp_path) as (made, client), client.fetch(WatchSessions()) as fetched:
        seen = decoded(fetched.chunks())
        made.engine.connect(ONE)
        await following(seen, lambda report: bool(report.live))
        await following(seen, lambda report: not report.live)
        assert (made.engine.connected, made.service.unconfirmed) == ([], 1)
        assert made.engine.connect(ONE)


async def test_a_table_that_is_harmed_is_mended_by_itself(tmp_path: Path) -> None:
    async with served(tmp_path) as (made, _):
        made.kernel.refuses = "gone"
        await when(lambda: made.service.report().table)
        made.kernel.refuses = ""
        await when(lambda: not made.service.report().table)
        assert made.kernel.prepared > 1


async def test_ten_thousand_sessions_stand_in_one_report(tmp_path: Path) -> None:
    async with served(tmp_path) as (made, client), client.fetch(WatchSessions()) as fetched:
        seen = decoded(fetched.chunks())
        made.engine.seats = {seat.name: seat for seat in map(memory_seat, range(10_000))}
        for seat in made.engine.seats.values():
            made.engine.connect(seat)
        assert (await following(seen, lambda report: len(report.live) == 10_000)).engines == ("memory",)


async def decoded(chunks: AsyncIterable[bytes]) -> AsyncIterator[GateReport]:
    """The reports of a stream."""
    async for packed in frames(chunks, 16 * 1024 * 1024):
        yield msgspec.msgpack.decode(packed, type=GateReport)


async def following(seen: AsyncIterator[GateReport], so: Callable[[GateReport], bool]) -> GateReport:
    """The first report in which it is so."""
    async for report in seen:
        if so(report):
            return report
    raise AssertionError("the reports ended")
