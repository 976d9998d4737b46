# SPDX-License-Identifier: Apache-2.0
"""Browsers of this person learn the portal's authority by certutil, where the PC has it; else by hand."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from shutil import which

from renkei_kit_linux.on_pc.order import Order
from renkei_kit_linux.on_pc.places import Places

_SECONDS = 30


def trust(places: Places, order: Order, environment: Mapping[str, str]) -> bool:
    """Let Chrome, Edge and Chromium trust the authority for web sites; whether that is done."""
    words = ("-A", "-n", _name(order), "-t", "C,,", "-i", str(places.authority))
    return _store(environment).is_dir() and _certutil(environment, *words)


def distrust(order: Order, environment: Mapping[str, str]) -> None:
    """No longer, where it was so."""
    if _store(environment).is_dir():
        _certutil(environment, "-D", "-n", _name(order))


def _name(order: Order) -> str:
    return f"Renkei {order.name}"


def _store(environment: Mapping[str, str]) -> Path:
    """What the browsers of Chromium's family share."""
    return Path(environment.get("HOME") or Path.home()) / ".pki" / "nssdb"


def _certutil(environment: Mapping[str, str], *words: str) -> bool:
    program = which("certutil", path=environment.get("PATH"))
    if program is None:
        return False
    command = [program, "-d", f"sql:{_store(environment)}", *words]
    done = subprocess.run(
        command, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
    )
    return done.returncode == 0
