# SPDX-License-Identifier: Apache-2.0
"""The 診断ファイル: what may be in the way of this PC, without personal data (practice §4.6(6); docs/desk.md)."""

import email.utils
import http.client
import platform
import re
import socket
import ssl
import subprocess
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

from renkei_kit_linux.on_pc.clock import as_line, now
from renkei_kit_linux.on_pc.hints import REMOTE_DESKTOP, hints, other_vpn, virtual_machine
from renkei_kit_linux.on_pc.order import Order
from renkei_kit_linux.on_pc.places import Places, write_own

FILE_NAME = "診断ファイル.txt"
_FIRST = "renkei-diagnosis: 1"
_SECONDS = 5
_BROWSERS = {
    "chrome": ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser"),
    "edge": ("microsoft-edge", "microsoft-edge-stable"),
}
_VERSION = re.compile(r"\d+(\.\d+){1,3}", re.ASCII)
_CLIENT = "vpnclient"


def diagnose(places: Places, order: Order, environment: Mapping[str, str], folder: Path) -> Path:
    """Write the file into a folder. Raises OSError."""
    file = folder / FILE_NAME
    lines = {**_seat(order), **_system(places), **_browsers(environment), **_hints(places, environment)}
    lines |= {**_way(order.public_url), "client": _client(places, environment)}
    text = "".join(f"{name}: {value}\n" for name, value in lines.items() if value)
    write_own(file, f"{_FIRST}\n{text}".encode())
    return file


def _seat(order: Order) -> dict[str, str]:
    return {"made-at": as_line(now()), "contract": order.contract, "seat": order.number}


def _system(places: Places) -> dict[str, str]:
    try:
        told = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        told = "Linux"
    bits = "64" if platform.machine().endswith("64") else "32"
    return {"platform": "Linux", "os": told[:100], "os-build": platform.release()[:100], "os-bits": bits}


def _browsers(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: _version_of(programs, environment) for name, programs in _BROWSERS.items()}


def _version_of(programs: tuple[str, ...], environment: Mapping[str, str]) -> str:
    """What the first of these says, "" where there is none or it says nothing."""
    program = next((found for name in programs if (found := which(name, path=environment.get("PATH")))), None)
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, "--version"], env=dict(environment), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    version = _VERSION.search(done.stdout.decode(errors="replace"))
    return version[0] if version else ""


def _hints(places: Places, environment: Mapping[str, str]) -> dict[str, str]:
    remote = REMOTE_DESKTOP in hints(places, environment)
    return {
        "virtual-machine": _yes(virtual_machine(places)),
        "remote-desktop": "yes" if remote else "no",
        "other-vpn": _yes(other_vpn(places)),
    }


def _yes(what: str) -> str:
    return f"yes ({what})" if what else "no"


def _way(public_url: str) -> dict[str, str]:
    """Whether 80 and 443 lead to the fund's public site, and how many seconds this PC is ahead of it."""
    parts = urlsplit(public_url)
    host, port = parts.hostname or "", parts.port or 443
    return {"port-80": _port(host, 80), "port-443": _port(host, port), "clock-offset": _offset(host, port)}


def _port(host: str, port: int) -> str:
    try:
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except TimeoutError:
        return "timeout"
    except OSError:
        return "closed"
    return "open"


def _offset(host: str, port: int) -> str:
    """By the Date of a site that this PC trusts; "" where there is none."""
    connection = http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=ssl.create_default_context())
    try:
        connection.request("HEAD", "/")
        date = email.utils.parsedate_to_datetime(connection.getresponse().headers.get("Date", ""))
    except (OSError, http.client.HTTPException, ValueError, TypeError):
        return ""
    finally:
        connection.close()
    return str(round((now() - date).total_seconds()))


def _client(places: Places, environment: Mapping[str, str]) -> str:
    """Whether the program for the connection is there, and runs."""
    processes = places.on("proc").glob("[0-9]*/comm")
    if any(_said(comm) == _CLIENT for comm in processes):
        return "running"
    return "stopped" if which(_CLIENT, path=environment.get("PATH")) else "none"


def _said(comm: Path) -> str:
    """The name of a process, "" for one that has ended meanwhile."""
    try:
        return comm.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
