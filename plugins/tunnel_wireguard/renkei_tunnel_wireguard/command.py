# SPDX-License-Identifier: Apache-2.0
"""`renkei tunnel-wireguard prepare-host`: by which WireGuard PCs connect to this host, and what that needs.

The kernel's own needs nothing. Where the kernel has none, wireguard-go runs as a unit of its own, for the gate may
open no device. What this host needs at its next start is found out then (systemd/renkei-generator).
"""

import argparse
import asyncio
import os
import shutil
import sys
from pathlib import Path

from appliance.contracts.commands import Command
from appliance.contracts.tunnel import EngineAway
from renkei_tunnel_wireguard.programs import Run, printed, run

# As short as names of interfaces have to be; it is there for a moment alone.
PROBE = ("dev", "rk-probe")
UNIT = "wireguard-renkei.socket"
UNITS = Path("/usr/lib/systemd/system")
KERNELS = "the kernel of this host has WireGuard: nothing more is needed"
ROOT = 0


class NotPrepared(Exception):
    """The host cannot be prepared; the text says what is so and what to do."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be said after the word."""
    parser.add_argument(
        "what", choices=["prepare-host"], help="say whether wireguard-go is needed here, and let it run if so"
    )


def execute(given: argparse.Namespace) -> int:
    """The exit code."""
    try:
        print(asyncio.run(prepare(run)))  # noqa: T201 - a command speaks
    except (NotPrepared, EngineAway) as error:
        print(f"renkei tunnel-wireguard: {error}", file=sys.stderr)  # noqa: T201 - a command speaks
        return 1
    return 0


async def prepare(run: Run) -> str:
    """Let this host have a WireGuard; the one line to say. Raises NotPrepared, EngineAway."""
    if os.geteuid() != ROOT:
        raise NotPrepared("only root may find out; say it with sudo")
    why = await _refusal(run)
    if not why:
        return KERNELS if not await _goes(run) else f"{KERNELS}, yet wireguard-go runs; {_taken_away()}"
    if shutil.which("wireguard-go") is None:
        raise NotPrepared(
            f"the kernel of this host has no WireGuard ({why}): `apt install wireguard-go`, and say this again"
        )
    if not (UNITS / UNIT).exists():
        return f"the kernel of this host has no WireGuard ({why}): the gate starts wireguard-go"
    await printed(run, "systemctl", "daemon-reload")
    await printed(run, "systemctl", "enable", "--quiet", "--now", UNIT)
    return f"the kernel of this host has no WireGuard ({why}): wireguard-go does it, by {UNIT}"


async def _refusal(run: Run) -> str:
    """Why the kernel makes no interface of WireGuard's, "" if it does."""
    # One that a run has left which was broken off would be "File exists", whatever the kernel can do.
    await run(("ip", "link", "delete", *PROBE), "")
    made = await run(("ip", "link", "add", *PROBE, "type", "wireguard"), "")
    if made.code:
        return made.complained.strip() or f"exit {made.code}"
    await printed(run, "ip", "link", "delete", *PROBE)
    return ""


async def _goes(run: Run) -> bool:
    """Whether the unit runs."""
    if shutil.which("systemctl") is None:
        return False
    return not (await run(("systemctl", "--quiet", "is-active", UNIT), "")).code


def _taken_away() -> str:
    return f"when nobody is connected: `systemctl disable --now {UNIT} && systemctl restart renkei-gate`"


COMMAND = Command("tunnel-wireguard", "WireGuard on this host", arguments, execute)
