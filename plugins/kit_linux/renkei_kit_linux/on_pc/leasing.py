# SPDX-License-Identifier: Apache-2.0
"""The address that the tunnel gives to this PC, by DHCP and udhcpc; the network is not changed by that."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from renkei_kit_linux.on_pc.order import Trouble
from renkei_kit_linux.on_pc.places import write_own
from renkei_kit_linux.on_pc.programs import tried

# It hangs where the interface is not up, whatever its own words say of time.
SECONDS = 15.0
_SCRIPT = """\
#!/bin/sh
[ "$1" = bound ] && printf '%s/%s %s\\n' "$ip" "${{mask:-24}}" "$router" > {file}
exit 0
"""


@dataclass(frozen=True)
class Lease:
    """address with its length; router is "" where none was told."""

    address: str
    router: str


def leased(interface: str, folder: Path) -> Lease:
    """What was given; folder is for a script and what it notes. Raises Trouble."""
    script, noted = folder / "on-lease", folder / "lease"
    noted.unlink(missing_ok=True)
    write_own(script, _SCRIPT.format(file=shlex.quote(str(noted))).encode(), 0o700)
    asking = ("udhcpc", "-i", interface, "-n", "-q", "-f", "-t", "12", "-T", "1", "-s", str(script))
    done = tried(*asking, most=SECONDS)
    if done.returncode or not noted.exists():
        raise Trouble("no_address")
    address, *routers = noted.read_text("ascii").split()
    return Lease(address, routers[0] if routers else "")
