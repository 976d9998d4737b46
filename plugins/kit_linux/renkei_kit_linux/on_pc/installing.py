# SPDX-License-Identifier: Apache-2.0
"""Installs the kit for the person who runs it, once more, and takes it away again (R70, R75, R76, A36, A38)."""

import json
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from renkei_kit_linux.on_pc.connection import remembered
from renkei_kit_linux.on_pc.keys import make_keys
from renkei_kit_linux.on_pc.menu import remove_menu, write_menu
from renkei_kit_linux.on_pc.order import Order, Trouble, Words, tunnels_from
from renkei_kit_linux.on_pc.places import OWN_ONLY, Places, write_own
from renkei_kit_linux.on_pc.trusting import distrust, trust

_ONLY_OWNER = 0o700


@dataclass(frozen=True)
class Installed:
    """is_trusted: browsers know the portal's authority, or need none."""

    is_trusted: bool


def install(places: Places, order: Order, words: Words, environment: Mapping[str, str], kit: Path) -> Installed:
    """Put everything in place; kit is the file that runs. The same seat again keeps its keys (A36).

    Raises Trouble, also where another seat is installed already, and OSError.
    """
    need_no_other(places, order)
    places.own.mkdir(parents=True, exist_ok=True)
    places.own.chmod(_ONLY_OWNER)
    make_keys(places, order)
    write_own(places.program, kit.read_bytes(), _ONLY_OWNER)
    write_menu(places, order, words)
    is_trusted = _bring_authority(places, order, environment)
    write_own(places.seat, json.dumps(asdict(order), ensure_ascii=False).encode(), OWN_ONLY)
    return Installed(is_trusted)


def need_no_other(places: Places, order: Order) -> None:
    """One PC is one seat. Raises Trouble (R76, A9)."""
    if not places.seat.exists():
        return
    said = _said(places)
    try:
        there = f"{said['contract']}.{int(said['seat']):02d}"
    except (KeyError, ValueError, TypeError) as error:
        raise Trouble("damaged", file=str(places.seat)) from error
    if there != order.name:
        raise Trouble("other_seat", other=f"setup.{there}", program=shlex.join(places.command))


def installed(places: Places) -> Order:
    """What is installed here; what a kit of another version said beyond that is left out. Raises Trouble."""
    said = _said(places)
    try:
        known = {one.name: said[one.name] for one in fields(Order)}
        return Order(**{**known, "tunnels": tunnels_from(said["tunnels"])})
    except (KeyError, TypeError) as error:
        raise Trouble("damaged", file=str(places.seat)) from error


def _said(places: Places) -> dict[str, Any]:
    """What the kit has written that was installed. Raises Trouble."""
    try:
        said = json.loads(places.seat.read_text("utf-8"))
    except FileNotFoundError as error:
        raise Trouble("not_installed") from error
    except ValueError as error:
        raise Trouble("damaged", file=str(places.seat)) from error
    if not isinstance(said, dict):
        raise Trouble("damaged", file=str(places.seat))
    return said


def uninstall(places: Places, order: Order, words: Words, environment: Mapping[str, str]) -> None:
    """Take away all that install() brought, keys first. Raises Trouble where nothing is installed, and OSError."""
    if not places.own.exists():
        raise Trouble("not_installed")
    if remembered(places):
        raise Trouble("disconnect_first", program=shlex.join(places.command))
    distrust(order, environment)
    for secret in (places.key, places.wireguard):
        secret.unlink(missing_ok=True)
    remove_menu(places, order, words)
    shutil.rmtree(places.own)


def _bring_authority(places: Places, order: Order, environment: Mapping[str, str]) -> bool:
    if not order.authorities:
        places.authority.unlink(missing_ok=True)
        return True
    write_own(places.authority, order.authorities.encode())
    return trust(places, order, environment)
