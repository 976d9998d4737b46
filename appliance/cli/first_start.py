# SPDX-License-Identifier: Apache-2.0
"""The first start: is it free where all will listen, who comes there, and has all of it started."""

import errno
import ipaddress
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from appliance.cli.failure import Failure
from appliance.cli.listening import listening
from appliance.config.problems import listeners, split_address
from appliance.config.settings import Settings
from appliance.config.tunnel_settings import TunnelNeed
from appliance.model.words import WEB_SITES

SYSTEMD = Path("/run/systemd/system")
TARGET = Path("/usr/lib/systemd/system/renkei.target")
SYSTEMCTL = "/usr/bin/systemctl"
START = "`systemctl enable --now renkei.target`"
# Once the target is there, a unit that still begins is one that failed and will be tried again.
NOT_UP = "--state=failed,activating"


def is_installed() -> bool:
    """Whether a package brought the units, and systemd is there to start them."""
    return SYSTEMD.is_dir() and TARGET.exists()


def refuse_taken(settings: Settings) -> None:
    """Raise Failure where something else listens already: systemd would say so in its journal alone.

    An address that is not here yet may come with a tunnel; systemd listens beforehand (FreeBind=).
    """
    for key, place in listeners(settings):
        with listening(key.removesuffix(".port"), place):
            _try(*split_address(place))


def _try(host: str, port: int) -> bool:
    """Listen there, and stop; whether this machine has the address. Raises OSError for all that hinders it else."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRNOTAVAIL:
                raise
            return False
        tried.listen(1)
    return True


def out_of_reach(settings: Settings) -> list[str]:
    """A sentence for each site, and the VPN, that nobody comes to from elsewhere, as things are."""
    # The portal's address inside the VPN comes with the engine.
    inside = settings.gate.portal if settings.tunnels.portal is TunnelNeed.REQUIRED else ""
    sites = [(site, settings.sites.of(site).address) for site in WEB_SITES]
    return [
        *(sentence for site, address in sites if address != inside for sentence in _hindered(site, address)),
        *_hindered_vpn(settings),
    ]


def _hindered(site: str, address: str) -> Iterator[str]:
    if ipaddress.ip_address(address).is_loopback:
        yield f"{site}: {address} is for this machine alone; write another `address` into [sites.{site}]"
    elif not _try(address, 0):
        yield f"{site}: this machine does not have {address} (yet): `ip address`"


def _hindered_vpn(settings: Settings) -> Iterator[str]:
    """What WireGuard is called may be an address in front of this machine: then nothing is known of it."""
    listens = str(settings.plugins.get("tunnel_softether", {}).get("listen", ""))
    dialled = str(settings.plugins.get("tunnel_wireguard", {}).get("dial", ""))
    for address in filter(_is_loopback, (listens, dialled)):
        yield f"VPN: {address} is for this machine alone; write another one into the engine's table"
    if listens and not _is_loopback(listens) and not _try(listens, 0):
        yield f"VPN: this machine does not have {listens} (yet); the engine cannot listen there: `ip address`"


def _is_loopback(text: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(text).is_loopback
    return False


def start_units() -> None:
    """Let systemd start the appliance now and with each boot. Raises Failure with what did not start."""
    for words in (("daemon-reload",), ("enable", "--quiet", "--now", TARGET.name)):
        if _systemctl(*words).returncode != 0:
            raise Failure(f"all is made, but it does not start: see `journalctl -u 'renkei*'`, then {START}")
    listed = _systemctl("list-units", "--plain", "--no-legend", NOT_UP, "renkei*").stdout
    if failed := [line.split()[0] for line in listed.splitlines() if line.strip()]:
        raise Failure(
            f"all is made, but {', '.join(failed)} did not start: see `journalctl -u {failed[0]}`, "
            "then `systemctl restart renkei.target`"
        )


def _systemctl(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run((SYSTEMCTL, *words), check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
