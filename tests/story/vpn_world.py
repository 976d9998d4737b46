# SPDX-License-Identifier: Apache-2.0
"""Where the story of VPN sessions plays: a PC, an Internet and the appliance, each of them a machine.

PC  198.51.100.10 ---- Internet, with a host 192.0.2.80 ---- 203.0.113.9 and .10  appliance
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.netns import Machine, cable, machine, until

PC_ADDRESS, ENGINE_ADDRESS, PUBLIC_ADDRESS = "198.51.100.10", "203.0.113.9", "203.0.113.10"
PORTAL_ADDRESS = "10.0.0.10"
HOST = "192.0.2.80"
GREETING = "an Internet host"
# Something of the appliance that no PC has any business with, at the address of the portal.
OTHER_PORT = 8080
EVERYWHERE = "0.0.0.0"  # noqa: S104 - of a machine that nobody else reaches


@dataclass
class World:
    """The three machines."""

    pc: Machine
    internet: Machine
    appliance: Machine

    def answers(self, url: str, seconds: float = 1.0) -> bool:
        """Whether the PC gets any answer there."""
        asked = ("curl", "-sk", "-o", "/dev/null", "-m", str(seconds), url)
        return self.pc.tried(*asked).returncode == 0

    def has_internet(self) -> bool:
        """Whether the PC reaches a host of the Internet."""
        return GREETING in self.pc.tried("curl", "-s", "-m", "1", f"http://{HOST}/").stdout

    def open_places(self) -> dict[str, int]:
        """What the kernel of the appliance lets through: addresses, each with the seconds that are left."""
        return open_places(self.appliance)

    def reached(self) -> list[str]:
        """What the PC reaches of all that it should not while it is connected."""
        places = {
            "a host of the Internet": f"http://{HOST}/",
            "the public site": f"https://{PUBLIC_ADDRESS}/",
            "another port of the portal's machine": f"http://{PORTAL_ADDRESS}:{OTHER_PORT}/",
        }
        asked = {
            name: self.pc.start("curl", "-sk", "-o", "/dev/null", "-m", "1", url) for name, url in places.items()
        }
        asked["the portal's machine by ping"] = self.pc.start(
            *("ping", "-c", "1", "-W", "1", PORTAL_ADDRESS), stdout=subprocess.DEVNULL
        )
        return [name for name, asking in asked.items() if asking.wait(10) == 0]


def open_places(appliance: Machine) -> dict[str, int]:
    """What its kernel lets through: addresses, each with the seconds that are left."""
    said = json.loads(appliance.run("nft", "-j", "list", "set", "inet", "renkei", "sessions"))
    [found] = [entry["set"] for entry in said["nftables"] if "set" in entry]
    elements = [one["elem"] for one in found.get("elem", [])]
    return {one["val"]["concat"][1]: one["expires"] for one in elements}


@contextmanager
def world(given: Machine | None = None) -> Iterator[World]:
    """All of it, with the Internet's host answering; gone afterwards. given is the appliance, if there is one."""
    with ExitStack() as stack:
        pc, internet = (stack.enter_context(machine(name)) for name in ("pc", "net"))
        appliance = given or stack.enter_context(machine("app"))
        cable(pc, "eth0", f"{PC_ADDRESS}/24", internet, "offices", "198.51.100.1/24")
        cable(appliance, "eth0", f"{ENGINE_ADDRESS}/24", internet, "fund", "203.0.113.1/24")
        appliance.has("eth0", f"{PUBLIC_ADDRESS}/24")
        internet.has("lo", f"{HOST}/32")
        pc.reaches("default", "198.51.100.1")
        appliance.reaches("default", "203.0.113.1")
        internet.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        # As FreeBind= of the units: the portal listens before the engine has brought its address.
        appliance.run("sysctl", "-qw", "net.ipv4.ip_nonlocal_bind=1")
        _page(stack, internet, HOST, 80)
        _page(stack, appliance, EVERYWHERE, OTHER_PORT)
        made = World(pc, internet, appliance)
        until(made.has_internet, "the PC reaches the Internet")
        yield made


def _page(stack: ExitStack, where: Machine, address: str, port: int) -> None:
    """A web server with one page."""
    folder = where.folder / f"page-{port}"
    folder.mkdir()
    Path(folder, "index.html").write_text(GREETING)
    serving = ("python3", "-m", "http.server", "--bind", address, "--directory", folder, str(port))
    page = where.start(*serving, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(page.wait, 10)
    stack.callback(page.kill)
