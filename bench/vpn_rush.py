# SPDX-License-Identifier: Apache-2.0
"""Sixty PCs that connect at once to a real SoftEther VPN server, and are let through one by one as they appear."""

import subprocess
import time
from pathlib import Path

from appliance.gate import orders
from appliance.link.messages import OpenSessions, TellSeats
from bench.measure import Row, Spread
from bench.vpn_cuts import Gated, admitted, gated, to_open
from tests.plugins.tunnel_softether.pcs import pc, seat
from tests.plugins.tunnel_softether.real import LISTEN, SETTINGS, Office
from tests.servers.netns import until

PCS = 60
SETTING_UP_SECONDS, CONNECTING_SECONDS = 120, 60
# Each card asks for its address as soon as it is up; nothing is done with it, as all are of one machine.
LEASES = """
for number in $(seq 1 {count}); do (
	until ip link show vpn_n$number | grep -q LOWER_UP; do sleep 0.02; done
	exec timeout 20 udhcpc -i vpn_n$number -n -q -f -t 18 -T 1 -s /bin/true
) >/dev/null 2>&1 & done
wait
"""


def _commands(office: Office, name: str, lines: list[str], seconds: float) -> None:
    """All of them in one run of vpncmd."""
    file = office.machine.folder / name
    file.write_text("".join(f"{line}\n" for line in lines))
    office.machine.run("vpncmd", "localhost", "/CLIENT", "/CSV", f"/IN:{file}", seconds=seconds)


def _set_up(office: Office) -> None:
    """A card and a setting for each of them."""
    lines = []
    for number in range(1, PCS + 1):
        files: list[Path] = []
        for kind, content in (("crt", pc(str(number)).certificate), ("key", pc(str(number)).key)):
            files.append(office.machine.folder / f"{number}.{kind}")
            files[-1].write_bytes(content)
        where = f"/SERVER:{LISTEN}:443 /HUB:{SETTINGS.hub} /USERNAME:{seat(number).name} /NICNAME:n{number}"
        lines += [f"NicCreate n{number}", f"AccountCreate a{number} {where}"]
        lines += [f"AccountCertSet a{number} /LOADCERT:{files[0]} /LOADKEY:{files[1]}"]
    _commands(office, "set-up", lines, SETTING_UP_SECONDS)


def _let_in(it: Gated) -> None:
    """As the vault would, but without its look into the records: whoever has an address is opened."""
    opened: set[str] = set()

    def all_are_in() -> bool:
        fresh = [one for one in it.live() if one.address and one.session not in opened]
        if fresh:
            it.told(orders.open_, OpenSessions(tuple(map(to_open, fresh))))
            opened.update(one.session for one in fresh)
        return sum(one.open_seconds > 0 for one in it.live()) == PCS

    until(all_are_in, f"all {PCS} are let through", CONNECTING_SECONDS, pause=0.05)


def rush() -> Row:
    """Seconds from the first connect to the last one that is let through."""
    with gated() as it:
        office = it.world.pc()
        seats = tuple(admitted(seat(number)) for number in range(1, PCS + 1))
        _set_up(office)
        it.told(orders.tell, TellSeats(seats, True, True))
        leases = office.machine.start("sh", "-c", LEASES.format(count=PCS), stdout=subprocess.DEVNULL)
        began = time.perf_counter()
        _commands(office, "go", [f"AccountConnect a{number}" for number in range(1, PCS + 1)], CONNECTING_SECONDS)
        _let_in(it)
        taken = time.perf_counter() - began
        leases.kill()
        leases.wait(10)
    return Row(
        f"in: {PCS} PCs at once, SoftEther, until the last is let through", "s", Spread((taken,)), "≤ 5", digits=1
    )
