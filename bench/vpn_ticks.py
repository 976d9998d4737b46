# SPDX-License-Identifier: Apache-2.0
"""What a report of the gate costs the vault in which nothing has changed, by how many are connected."""

import tempfile
import time
from pathlib import Path

import msgspec

from appliance.link.messages import GateReport, LiveSession
from appliance.model.time import MINUTE
from appliance.model.tunnels import SessionState, TunnelSession
from bench.measure import Row, Spread
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import World, opened

ROUNDS = 20
ENGINE = "tunnel_softether"
SIZES = ((1_000, "≤ 20"), (10_000, "≤ 200"))
NINETY = 90 * MINUTE
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
    """Each size."""
    what = "CPU of a report with {:,} sessions that are as they were"
    return [Row(what.format(size), "ms", Spread(tuple(await _taken(size))), want, digits=1) for size, want in SIZES]
