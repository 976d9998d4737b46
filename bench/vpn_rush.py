# SPDX-License-Identifier: Apache-2.0
"""Sixty PCs connect at once to a whole appliance, its vault judging each; and what they cost while connected."""

import asyncio
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil

from appliance.config.load import load
from appliance.config.own_credentials import credentials_of
from appliance.metrics.registry import Metrics
from appliance.model.devices import Bond, Claim, Seat, SeatState
from appliance.vault.core import Core
from appliance.vault.records.device_tables import bonds, seats
from appliance.vault.records.transaction import Transaction
from appliance.vault.service import VaultService
from bench.measure import ROUNDS, Row, Spread
from bench.vpn_stream import each_tier
from tests.plugins.tunnel_softether.pcs import pc
from tests.plugins.tunnel_softether.real import SETTINGS
from tests.ready import ready_office
from tests.servers.netns import Machine, resident
from tests.servers.softether import vpn_client
from tests.story.vpn_stage import PORT, SOFTETHER, VpnStage, equipped, installed
from tests.story.vpn_world import ENGINE_ADDRESS, PORTAL_ADDRESS, world

PCS = 60
SETTING_UP_SECONDS, CONNECTING_SECONDS = 120, 60
# A report of the gate comes so often, and its looks at the engine.
TICK_SECONDS = 5
# So long the gate looks more often than that, after somebody has connected.
CALM_SECONDS = 12
KNOCK_SECONDS = 0.2
# Each card asks for its address as soon as it is up. As all are of one machine, each has a way to the portal of its
# own, and answers for its own address alone.
LEASES = """
sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.rp_filter=0
for number in $(seq 1 {count}); do (
	until ip link show vpn_n$number | grep -q LOWER_UP; do sleep 0.02; done
	exec timeout 20 udhcpc -i vpn_n$number -n -q -f -t 18 -T 1 -s {script}
) >/dev/null 2>&1 & done
wait
"""
ON_LEASE = """#!/bin/sh
case "$1" in
bound)
	ip address replace "$ip/32" dev "$interface"
	ip route replace {portal}/32 dev "$interface" metric "${{interface#vpn_n}}"
	;;
esac
"""


async def rows() -> list[Row]:
    """Seconds from the first connect to the last one that is let through; then the CPU of each tick."""
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as root, world() as there:
        stage = await installed(there, Path(root), SOFTETHER)
        async with _running(stage, await _seated(stage.config)) as pids:
            taken = await asyncio.to_thread(_rush, there.pc)
            await asyncio.sleep(CALM_SECONDS)
            ticks = await _ticks(pids, _worker(stage))
            assert len(there.open_places()) == PCS, "all of them are still there"
    what = f"in: {PCS} PCs at once, SoftEther, the vault judging, until the last reaches the portal"
    return [Row(what, "s", Spread((taken,)), "≤ 5", digits=1), *ticks]


# --- who they are -------------------------------------------------------------------------------------------------


async def _seated(config: Path) -> list[str]:
    """As many offices, each with one PC that may connect, written by a vault without listeners; their kits."""
    settings = load(config)
    vault = VaultService(settings, credentials_of(settings), Metrics(process=False), config_file=config)
    async with asyncio.TaskGroup() as group:
        await vault.start(group, None)
        kits = [await _seat(vault.core, number) for number in range(1, PCS + 1)]
        await vault.stop()
    return kits


async def _seat(core: Core, number: int) -> str:
    """The kit of an office's first PC, as if it had been approved."""
    contract, kit, now = f"654321-{number:07}", core.new_id(), core.clock.now()
    office = await ready_office(core, number, contract)
    certificate = (await asyncio.to_thread(pc, str(number))).der
    claim = Claim(contract, 1, kit, certificate, now, f"{number:04}", 1, {})
    bond = Bond(core.new_id(), office, 1, "device_code", claim, now)
    seat = Seat(office, 1, SeatState.ACTIVE, now, "", kit, bond.id, activated_at=now)

    def write(txn: Transaction) -> None:
        bonds.put(txn, bond)
        seats.put(txn, seat)

    await core.commit(write)
    return kit


@asynccontextmanager
async def _running(stage: VpnStage, kits: list[str]) -> AsyncIterator[dict[str, int]]:
    """Engine and tiers, and a client with a card and a setting for each PC; the pids of the tiers."""
    async with equipped(stage, SOFTETHER), each_tier(stage) as pids:
        with vpn_client(stage.there.pc):
            await asyncio.to_thread(_set_up, stage.there.pc, kits)
            yield pids


def _set_up(at: Machine, kits: list[str]) -> None:
    """One client stands for all PCs."""
    lines = []
    for number, kit in enumerate(kits, 1):
        files: list[Path] = []
        for kind, content in (("crt", pc(str(number)).certificate), ("key", pc(str(number)).key)):
            files.append(at.folder / f"{number}.{kind}")
            files[-1].write_bytes(content)
        where = f"/SERVER:{ENGINE_ADDRESS}:443 /HUB:{SETTINGS.hub} /USERNAME:{kit} /NICNAME:n{number}"
        lines += [f"NicCreate n{number}", f"AccountCreate a{number} {where}"]
        lines += [f"AccountCertSet a{number} /LOADCERT:{files[0]} /LOADKEY:{files[1]}"]
    _commands(at, "set-up", lines, SETTING_UP_SECONDS)


def _commands(at: Machine, name: str, lines: list[str], seconds: float) -> None:
    """All of them in one run of vpncmd."""
    file = at.folder / name
    file.write_text("".join(f"{line}\n" for line in lines))
    at.run("vpncmd", "localhost", "/CLIENT", "/CSV", f"/IN:{file}", seconds=seconds)


# --- what is measured ---------------------------------------------------------------------------------------------


def _rush(at: Machine) -> float:
    """Seconds until the last of them has reached the portal."""
    script = at.folder / "on-lease-of-many"
    script.write_text(ON_LEASE.format(portal=PORTAL_ADDRESS))
    script.chmod(0o755)
    leases = at.start("sh", "-c", LEASES.format(count=PCS, script=script), stdout=subprocess.DEVNULL)
    with resident(at) as there:
        began = time.perf_counter()
        _commands(at, "go", [f"AccountConnect a{number}" for number in range(1, PCS + 1)], CONNECTING_SECONDS)
        there.run(_all_in(), CONNECTING_SECONDS)
        taken = time.perf_counter() - began
    leases.wait(20)
    return taken


async def _all_in() -> None:
    """Each of them knocks at the portal as kits do, until it is let in."""
    async with asyncio.timeout(CONNECTING_SECONDS):
        await asyncio.gather(*map(_knock, range(1, PCS + 1)))


async def _knock(number: int) -> None:
    while True:
        with socket.socket() as line, suppress(OSError):
            line.setblocking(False)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, f"vpn_n{number}".encode())
            async with asyncio.timeout(KNOCK_SECONDS):
                await asyncio.get_running_loop().sock_connect(line, (PORTAL_ADDRESS, PORT))
            return
        await asyncio.sleep(KNOCK_SECONDS)


async def _ticks(pids: dict[str, int], engine: int) -> list[Row]:
    """CPU of gate and vault in the time of a tick, beside that of the engine itself."""
    ours, others = [], []
    for _ in range(ROUNDS):
        spent = _since(pids["gate"], pids["vault"]), _since(engine)
        await asyncio.sleep(TICK_SECONDS)
        ours.append(spent[0]())
        others.append(spent[1]())
    what = f"tick: CPU of gate and vault in {TICK_SECONDS} s with {PCS} real sessions"
    ratio = Spread(tuple(own / other for own, other in zip(ours, others, strict=True)))
    return [Row(what, "ms", Spread(tuple(ours)), "≤ 20", "SoftEther itself", Spread(tuple(others)), ratio, 1)]


def _since(*pids: int) -> Callable[[], float]:
    """Milliseconds of CPU that these processes have spent since now."""
    began = sum(map(_spent, pids))
    return lambda: sum(map(_spent, pids)) - began


def _spent(pid: int) -> float:
    """Of all its threads (schedstat, nanoseconds), and of the programs that it has run and that have ended."""
    threads = sum(int(one.read_text().split()[0]) for one in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    times = psutil.Process(pid).cpu_times()
    return threads / 1e6 + (times.children_user + times.children_system) * 1000


def _worker(stage: VpnStage) -> int:
    assert stage.server is not None
    return stage.server.worker
