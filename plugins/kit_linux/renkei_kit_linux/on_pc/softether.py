# SPDX-License-Identifier: Apache-2.0
"""Connecting by SoftEther's own client: by the device's certificate, to the server whose certificate the kit has.

The client that runs on the PC as a service is used; where none does, one of our own, which lives as long as the
connection, in folders that nobody else sees.
"""

import os
import shlex
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from renkei_kit_linux.on_pc.clock import pause, seconds, until
from renkei_kit_linux.on_pc.connection import Connection, Keep
from renkei_kit_linux.on_pc.leasing import Lease, leased
from renkei_kit_linux.on_pc.order import Trouble, Tunnel
from renkei_kit_linux.on_pc.places import OWN_ONLY, Places, write_own
from renkei_kit_linux.on_pc.programs import begun, needed
from renkei_kit_linux.on_pc.reaching import address_of
from renkei_kit_linux.on_pc.routing import Way, take
from renkei_kit_linux.on_pc.vpncmd import answers, asked, commanded, quoted

CLIENT = Path("/usr/libexec/softether/vpnclient/vpnclient")
CARD = "renkei"
INTERFACE = f"vpn_{CARD}"
CONNECTED_SECONDS = 20
# So long a server counts the session of a PC that has left it, and lets the same seat in a second time not before.
RETURN_SECONDS = 8
GONE_SECONDS = 2.0
_FIXED = ("/var/lib/softether", "/var/log/softether", "/run/softether")
_UP = 1
# There already, or not there: both are what we want.
_MAY_FAIL = ("NicCreate", "AccountDisconnect", "AccountDelete", "KeepDisable")


class SoftEther:
    """The connection setting `renkei`, at the card `renkei`."""

    needs_root = True
    is_silent = False

    def __init__(self, places: Places, tunnel: Tunnel) -> None:
        """Changes nothing."""
        self._places = places
        self._tunnel = tunnel
        self._folder = places.own / "vpn"
        # Whose number stands here is ours to end, whatever else is remembered.
        self._own = self._folder / "process"

    def need(self) -> None:
        """Raise Trouble where a program is missing."""
        needed("ip", "udhcpc", "vpncmd")
        if not CLIENT.exists() and not answers():
            raise Trouble("no_program", program="vpnclient", package="softether-vpnclient")

    def connect(self, fresh: Connection, keep: Keep) -> Connection:
        """The session, its address, and everything by it. Raises Trouble."""
        server, port = address_of(self._tunnel.word("host")), self._tunnel.word("port")
        self._folder.mkdir(mode=0o700, exist_ok=True)
        fresh = replace(fresh, interface=INTERFACE)
        keep(fresh)
        self._command(self._commands(server, port))
        self._need_session(server)
        lease = self._lease(server)
        take(Way(INTERFACE, lease.address, lease.router, server, port, "tcp"))
        return fresh

    def _command(self, commands: Sequence[str]) -> None:
        """Raises Trouble. A client of our own that does not listen is exchanged, once."""
        try:
            self._tell(commands)
        except Trouble:
            if not self._end_own():
                raise
            self._tell(commands)

    def _tell(self, commands: Sequence[str]) -> None:
        if not answers():
            write_own(self._own, str(start(self._folder)).encode())
        if not until(answers, CONNECTED_SECONDS):
            raise Trouble("not_done", detail="vpnclient")
        commanded(self._folder, commands, _MAY_FAIL)

    def _end_own(self) -> bool:
        """Whether there was a client of our own."""
        if not self._own.exists():
            return False
        end(int(self._own.read_text("ascii")))
        # The next one listens at the same place, and nobody shall speak to this one any more.
        until(lambda: not answers(), GONE_SECONDS)
        self._own.unlink()
        return True

    def is_up(self, connection: Connection) -> bool:
        """The client takes its interface down with the session."""
        return is_up(connection.interface)

    def disconnect(self, connection: Connection | None) -> None:
        """Tell the server, and end our own client even if it does not listen any more."""
        if answers():
            asked("AccountDisconnect", CARD)
            asked("AccountDelete", CARD)
        self._end_own()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _need_session(self, server: str) -> None:
        """Raises Trouble where the server does not let this PC in, nor a little later."""
        begun_at = seconds()
        for _ in range(CONNECTED_SECONDS):
            if until(lambda: is_up(INTERFACE), 1.0):
                return
            if asked("AccountStatusGet", CARD):
                continue
            if seconds() - begun_at >= RETURN_SECONDS:
                break
            asked("AccountConnect", CARD)
        raise Trouble("not_let_in", server=server)

    def _lease(self, server: str) -> Lease:
        """The address inside; a session that the server still counts can be in the way, so two tries."""
        try:
            return leased(INTERFACE, self._folder)
        except Trouble:
            asked("AccountDisconnect", CARD)
            pause(RETURN_SECONDS)
            asked("AccountConnect", CARD)
            self._need_session(server)
            return leased(INTERFACE, self._folder)

    def _commands(self, server: str, port: str) -> list[str]:
        pinned = self._folder / "server.pem"
        write_own(pinned, self._tunnel.told("certificate").encode(), OWN_ONLY)
        where = f"/SERVER:{server}:{port} /HUB:{self._tunnel.word('hub')} /USERNAME:{self._tunnel.user}"
        own = (quoted(self._places.certificate), quoted(self._places.key))
        return [
            # Else everybody in the network could command it; and it would look for a server of its maker's.
            "RemoteDisable",
            "KeepDisable",
            f"NicCreate {CARD}",
            f"AccountDisconnect {CARD}",
            f"AccountDelete {CARD}",
            f"AccountCreate {CARD} {where} /NICNAME:{CARD}",
            f"AccountCertSet {CARD} /LOADCERT:{own[0]} /LOADKEY:{own[1]}",
            f"AccountServerCertSet {CARD} /LOADCERT:{quoted(pinned)}",
            f"AccountServerCertEnable {CARD}",
            # A connection that was ended is not begun again by itself.
            f"AccountRetrySet {CARD} /NUM:0 /INTERVAL:5",
            f"AccountConnect {CARD}",
        ]


def is_up(interface: str) -> bool:
    """Whether an interface is there and up."""
    flags = Path("/sys/class/net") / interface / "flags"
    try:
        return bool(int(flags.read_text("ascii"), 16) & _UP)
    except (OSError, ValueError):
        return False


def start(folder: Path) -> int:
    """A client of our own; its id. It looks for its files at fixed places, so it sees ours there."""
    lines = ["set -e"]
    for place in _FIXED:
        own = folder / place.lstrip("/")
        own.mkdir(parents=True, exist_ok=True)
        lines += [f"mkdir -p {place}", f"mount --bind {shlex.quote(str(own))} {place}"]
    script = "; ".join([*lines, f"exec {CLIENT} execsvc"])
    return begun("unshare", "-m", "--propagation", "private", "sh", "-c", script)


def end(process: int) -> None:
    """End it with its worker, which it would start again; nothing of what it has is kept."""
    if not _is_client(process):
        return
    for one in (process, *_workers(process)):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def _is_client(process: int) -> bool:
    """Whether it still runs, and is what we started: numbers of processes come again."""
    try:
        return b"vpnclient" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def _workers(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    except OSError:
        return []
    return [int(child) for child in children.split()]
