# SPDX-License-Identifier: Apache-2.0
"""What it costs gate and vault to look after sessions that are as they were, by how many are connected."""

import gc
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from appliance.contracts.tunnel import EngineSession
from appliance.gate import orders
from appliance.gate.gate import Gate
from appliance.gate.nft import NftKernel
from appliance.gate.service import GateService
from appliance.host.system import SystemClock
from appliance.link.envelope import frame
from appliance.link.messages import GateReport, LiveSession, OpenSessions, TellSeats
from appliance.model.time import MINUTE
from appliance.model.tunnels import SessionState, TunnelSession
from appliance.testing.memory_tunnel import MemoryEngine, memory_seat
from bench.measure import Row, Spread
from tests.appliance.gate.gates import admitted, to_open
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import World, opened
from tests.servers.netns import machine, resident

ROUNDS = 20
GATE_ROUNDS = 5
ENGINE = "tunnel_softether"
SIZES = ((1_000, "≤ 20"), (10_000, "≤ 200"))
NINETY = 90 * MINUTE
PORTAL = "10.0.0.10"
OPENING_SECONDS = 60
_decoder = msgspec.msgpack.Decoder(GateReport)


def _row(number: int, now: int) -> TunnelSession:
    """A session that is open; no two are of one seat."""
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    since = now - number % NINETY
    return TunnelSession(
        f"{number:026d}",
        f"office-{number // 3}",
        number % 3 + 1,
        f"bond-{number}",
        ENGINE,
        f"SID-{number}",
        address,
        "198.51.100.7",
        SessionState.OPEN,
        since,
        since,
        since + NINETY,
    )


def _report(rows: list[TunnelSession], now: int, run: int) -> bytes:
    """As it comes from the gate."""
    live = tuple(
        LiveSession(
            ENGINE,
            row.engine_session,
            f"kit-{row.id}",
            (now - row.appeared_at) / 1000,
            row.address,
            row.source,
            run * 1000,
            run * 2000,
            (row.ends_at - now) / 1000,
        )
        for row in rows
    )
    return msgspec.msgpack.encode(GateReport((ENGINE,), live, (), True, "run-1"))


async def _taken(size: int) -> list[float]:
    """Milliseconds of CPU for each report, decoding included."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(World.new(Path(folder))) as world:
            tunnels = Tunnels(Scene(world))
            await tunnels.round()
            now = world.clock.now()
            rows = [_row(number, now) for number in range(1, size + 1)]
            for row in rows:
                world.core.tunnels.hold(row, f"kit-{row.id}")
            values = []
            for run in range(ROUNDS + 1):
                packed = _report(rows, world.clock.now(), run)
                began = time.process_time()
                world.core.tunnels.hear(_decoder.decode(packed))
                await tunnels.keeper.turn()
                values.append((time.process_time() - began) * 1000)
                await tunnels.keeper.settle()
                world.clock.move(1)
            assert len(world.core.tunnels.held) == size, "nothing of it has ended"
            return values[1:]


async def rows() -> list[Row]:
    """The vault's share: each size."""
    _tidy()
    what = "tick: CPU of the vault, a report with {:,} sessions as they were"
    return [Row(what.format(size), "ms", Spread(tuple(await _taken(size))), want, digits=1) for size, want in SIZES]


class Still(MemoryEngine):
    """Its sessions are those that it showed first; to show them costs nothing."""

    _shown: Sequence[EngineSession] = ()

    async def live(self) -> Sequence[EngineSession]:
        """As the contract says."""
        self._shown = self._shown or await super().live()
        return self._shown


def _tidy() -> None:
    """What only the measuring has loaded is nothing that the garbage collector of gate or vault goes through."""
    gc.collect()
    gc.freeze()


# --- the gate's share ---------------------------------------------------------------------------------------------


def gate() -> list[Row]:
    """The gate's share: each size, by an engine that only makes believe, and in the kernel's own table. As root."""
    _tidy()
    what = "tick: CPU of the gate with nft, {:,} sessions as they were: look, read back, report"
    return [Row(what.format(size), "ms", Spread(tuple(_of_gate(size))), want, digits=1) for size, want in SIZES]


def _of_gate(size: int) -> list[float]:
    """Milliseconds of CPU for each tick, those of nft included."""
    with machine("app") as appliance, resident(appliance) as there:
        service = there.run(_opened(size), OPENING_SECONDS)
        return [there.run(_tick(service), OPENING_SECONDS) for _ in range(GATE_ROUNDS)]


async def _opened(size: int) -> GateService:
    """A gate at which so many are let through."""
    clock = SystemClock()
    engine = Still(clock, "rk-b0")
    gate = Gate({ENGINE: engine}, NftKernel(PORTAL, (443,)), clock)
    seats = [memory_seat(number) for number in range(1, size + 1)]
    await gate.table.stand()
    await orders.tell(gate, TellSeats(tuple(map(admitted, seats)), first=True, last=True))
    await gate.engines[ENGINE].attend()
    for seat in seats:
        engine.connect(seat)
    await gate.engines[ENGINE].look()
    await orders.open_(gate, OpenSessions(tuple(map(to_open, gate.report().live))))
    assert all(one.open_seconds > 0 for one in gate.report().live), "all of them are open"
    return GateService(now=clock.now, gate=gate)


async def _tick(service: GateService) -> float:
    began = _spent()
    await service.gate.engines[ENGINE].look()
    await service.keep()
    frame(service.report())
    return (_spent() - began) * 1000


def _spent() -> float:
    """Seconds of CPU of this process and of the programs that it has run."""
    ran = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ran.ru_utime + ran.ru_stime
