# SPDX-License-Identifier: Apache-2.0
"""The table in a real kernel, in a network of its own: what passes, what is cut, and when (promises 3 to 6)."""

import asyncio
import socket
import threading
import time

import pytest

from appliance.gate import orders
from appliance.gate.gate import Gate
from appliance.gate.harm import Harm
from appliance.gate.kernel import KernelRefused, Opening, Place, mark_of
from appliance.gate.nft import NftKernel
from appliance.gate.service import GateService
from appliance.gate.table import Table
from appliance.host.system import SystemClock
from appliance.link.messages import GATE_PAGE, BarSeats, GateDone, OpenSessions
from appliance.model.tunnels import Cause
from appliance.testing.memory_tunnel import MemoryEngine, memory_seat
from tests.appliance.gate.gates import ONE, to_open
from tests.appliance.gate.sites import HERE, MARK, OTHER, PC, PORTAL, Site
from tests.servers.netns import until

pytestmark = pytest.mark.lab
# A chain of ours at another place, with its rules.
MOVED = (
    "flush chain inet renkei output ; delete chain inet renkei output ;"
    " add chain inet renkei output {{ type {} hook output {} ; policy accept ; }} ;"
    " add rule inet renkei output oifname rk-* jump leaving"
)


def test_before_there_is_a_table_everything_passes(place: Site) -> None:
    """Or the tests below would show nothing."""
    place.appliance.tried("nft", "delete", "table", "inet", "renkei")
    assert place.reaches(place.pc) and place.reaches(place.pc, "fd00::10") and place.reaches(place.pc, OTHER, 444)
    assert place.reaches(place.outside) and place.reaches(place.pc, "192.0.2.2", 1) is False
    assert place.pc.tried("ping", "-c1", "-W1", "192.0.2.2").returncode == 0


def test_nothing_passes_but_an_open_session_to_the_portal(site: Site) -> None:
    assert not site.reaches(site.pc)
    site.open()
    assert site.reaches(site.pc)
    assert not site.reaches(site.pc, port=444)
    assert not site.reaches(site.pc, OTHER)
    assert not site.reaches(site.pc, "fd00::10")
    assert not site.reaches(site.pc, source="10.0.0.101")
    assert site.pc.tried("ping", "-c1", "-W1", PORTAL).returncode


def test_nothing_is_forwarded_in_either_direction(site: Site) -> None:
    site.open()
    assert site.pc.tried("ping", "-c1", "-W1", "192.0.2.2").returncode
    assert site.outside.tried("ping", "-c1", "-W1", PC).returncode


def test_the_portal_is_reached_by_no_other_interface(site: Site) -> None:
    site.open()
    assert not site.reaches(site.outside)
    site.outside.run("ip", "address", "replace", "10.0.0.100/32", "dev", "lo")
    assert not site.reaches(site.outside, source=PC)
    site.outside.run("ip", "address", "del", "10.0.0.100/32", "dev", "lo")


def test_a_place_is_one_of_its_interface(site: Site) -> None:
    site.open(place=Place("rk-other", PC))
    assert not site.reaches(site.pc)


def test_the_appliance_itself_says_nothing_to_who_is_shut_out(site: Site) -> None:
    site.appliance.tried("ping", "-c1", "-W1", PC)
    assert site.appliance.tried("ping", "-c1", "-W1", PC).returncode


def test_an_established_stream_is_cut_at_once(site: Site) -> None:
    """Promise 4; ten times, and the median counts."""
    took = []
    for _ in range(10):
        site.open()
        stream = site.stream()
        began = time.perf_counter()
        last = [began]
        reader = threading.Thread(target=_read_on, args=(stream, last))
        reader.start()
        site.change([], [HERE])
        reader.join()
        took.append(last[0] - began)
    print(f"last byte after {[round(1000 * one, 1) for one in sorted(took)]} ms")
    assert sorted(took)[5] < 0.05


def _read_on(stream: socket.socket, last: list[float]) -> None:
    """Read until nothing came for a while, and note when the last byte did."""
    stream.settimeout(0.4)
    try:
        while stream.recv(4096):
            last[0] = time.perf_counter()
    except TimeoutError:
        return


def test_what_is_open_ends_by_itself(site: Site) -> None:
    """Promise 5: nobody does anything any more."""
    site.open(2)
    began, stream, last = time.perf_counter(), site.stream(), [0.0]
    _read_on(stream, last)
    assert 1.0 < last[0] - began < 2.2
    assert site.held() == []


@pytest.mark.parametrize(("before", "after"), [(600, 60), (60, 600), (60, 60)])
def test_opening_again_sets_the_time_anew(site: Site, before: int, after: int) -> None:
    site.open(before)
    site.open(after)
    [held] = site.held()
    assert after - 2 <= held.seconds <= after
    assert (held.place, held.mark) == (HERE, MARK)


def test_what_is_found_is_adopted(site: Site) -> None:
    """Promise 6: another gate puts its rules in place, and a stream does not notice."""
    site.open()
    stream = site.stream()
    other = NftKernel(PORTAL, (443, 8443))
    site.inside.run(other.prepare())
    stream.recv(4096)
    assert [one.mark for one in site.inside.run(other.held())] == [MARK]
    assert site.reaches(site.pc)
    site.inside.run(site.kernel.prepare())
    listed = site.appliance.run("nft", "list", "table", "inet", "renkei")
    assert listed.count("jump arriving") == 1 and "ct state" not in listed


@pytest.mark.parametrize(
    "harm",
    [
        "flush ruleset",
        "delete table inet renkei",
        "flush chain inet renkei input",
        "flush chain inet renkei arriving",
        "insert rule inet renkei arriving accept",
        "add rule inet renkei leaving accept",
        "add table inet renkei { flags dormant ; }",
        "chain inet renkei input { policy drop ; }",
        MOVED.format("filter", "priority 500"),
        MOVED.format("route", "priority 0"),
        MOVED.format("filter", "priority 500") + "\nadd table inet renkei { flags dormant ; }",
    ],
)
def test_harm_to_the_table_is_noticed_and_mended(site: Site, harm: str) -> None:
    for line in harm.splitlines():
        site.appliance.run("nft", *line.split())
    with pytest.raises(KernelRefused):
        site.held()
    table = Table(site.kernel, SystemClock())
    site.inside.run(table.stand())
    assert table.trouble == "" and site.held() == []
    assert not site.reaches(site.pc)


@pytest.mark.parametrize("said", ["", ' comment "aaaa x"'])
def test_what_somebody_opened_for_ever_by_hand_is_shut(site: Site, said: str) -> None:
    """Promise 5; and it is in the way of nobody else."""
    table = Table(site.kernel, SystemClock())
    site.inside.run(table.stand())
    site.appliance.run("nft", f"add element inet renkei sessions {{ rk-t0 . 10.0.0.100{said} }}")
    assert site.reaches(site.pc)
    site.inside.run(table.stand())
    assert table.trouble == "" and site.held() == []
    assert not site.reaches(site.pc)


def test_thousands_are_one_transaction(site: Site) -> None:
    places = [Place("rk-t0", f"10.1.{number // 250}.{number % 250 + 1}") for number in range(10_000)]
    many = [Opening(place, 600, mark_of(ONE.name, f"S{number}")) for number, place in enumerate(places)]
    began = time.perf_counter()
    site.change(many)
    opened = time.perf_counter()
    assert len(site.held()) == 10_000
    read = time.perf_counter()
    site.change([], [one.place for one in many[:5000]])
    shut = time.perf_counter()
    print(f"10,000 opened in {opened - began:.3f} s, read in {read - opened:.3f}, 5,000 shut in {shut - read:.3f}")
    assert len(site.held()) == 5000


def test_shutting_what_is_not_open_is_no_error(site: Site) -> None:
    site.change([], [HERE, Place("rk-t0", "10.0.0.7")])
    assert site.held() == []


def test_harm_is_heard_and_our_own_changes_of_what_is_open_are_not(site: Site) -> None:
    heard: list[int] = []
    harm = Harm(lambda: heard.append(1))

    async def listen() -> bool:
        return harm.listen()

    async def close() -> None:
        harm.close()

    assert site.inside.run(listen())
    site.open()
    site.change([], [HERE])
    assert heard == []
    site.appliance.run("nft", "flush", "ruleset")
    until(lambda: heard, "the flush is heard")
    site.inside.run(close())


def test_a_gate_mends_its_table_at_once(site: Site) -> None:
    """Long before its next report."""
    gate = Gate({"memory": MemoryEngine(SystemClock(), "rk-t0")}, site.kernel, SystemClock())
    service = GateService(now=lambda: 0, report_seconds=1000.0, gate=gate)

    async def attended() -> float:
        async with asyncio.TaskGroup() as group:
            await service.start(group)
            began = time.perf_counter()
            await asyncio.to_thread(site.appliance.run, "nft", "flush", "ruleset")
            listing = ("nft", "list", "chain", "inet", "renkei", "forward")
            while site.appliance.tried(*listing).returncode:  # noqa: ASYNC110 - another program tells
                await asyncio.sleep(0.005)
            took = time.perf_counter() - began
            await service.close(0.1)
        return took

    took = site.inside.run(attended())
    print(f"mended after {1000 * took:.0f} ms")
    assert took < 2 and not site.reaches(site.pc)


@pytest.mark.parametrize("count", [6, 5000])
def test_a_revoke_of_many_is_a_few_changes_and_the_stream_is_cut(site: Site, count: int) -> None:
    """The whole gate over the real table: as many are connected, and barred page by page, as the vault says it."""
    engine, seats = MemoryEngine(SystemClock(), "rk-t0"), [memory_seat(number) for number in range(1, count + 1)]
    gate = Gate({"memory": engine}, site.kernel, SystemClock())
    pages = [seats[start : start + GATE_PAGE] for start in range(0, count, GATE_PAGE)]

    async def begin() -> None:
        await gate.table.stand()
        gate.seats.page(seats, first=True, last=True)
        engine.seats = {seat.name: seat for seat in seats}
        for number, seat in enumerate(seats):
            engine.connect(seat, address=f"10.1.{number // 250}.{number % 250 + 1}" if number else PC)
        await gate.engines["memory"].attend()
        await orders.open_(gate, OpenSessions(tuple(map(to_open, gate.report().live))))

    async def bar() -> list[GateDone]:
        return [await orders.bar(gate, BarSeats(tuple(s.name for s in page), Cause.BLOCKED)) for page in pages]

    site.inside.run(begin())
    assert len(site.held()) == len(gate.report().live) == count
    stream, last = site.stream(), [0.0]
    reader = threading.Thread(target=_read_on, args=(stream, last))
    reader.start()
    began = last[0] = time.perf_counter()
    done = site.inside.run(bar())
    took = time.perf_counter() - began
    reader.join()
    print(f"{count}: last byte after {1000 * (last[0] - began):.1f} ms, all done after {1000 * took:.1f} ms")
    assert [(one.left, one.shut, one.failed) for one in done] == [((), True, ())] * len(pages)
    assert site.held() == [] and gate.report().live == () and engine.connected == []
    assert last[0] - began < 0.5 and not site.reaches(site.pc)
