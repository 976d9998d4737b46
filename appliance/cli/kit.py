# SPDX-License-Identifier: Apache-2.0
"""`renkei kit`: which installers for PCs can be made, one made by hand, and the VPN engine's client."""

import argparse
import asyncio
import hashlib
import json
import os
from pathlib import Path
from typing import BinaryIO

import msgspec

from appliance.cli import kit_client
from appliance.cli.ask import ask, dialled
from appliance.cli.failure import Failure
from appliance.cli.places import config_path
from appliance.config.load import load
from appliance.link.messages import KitList, KitMade, KitNow, ListKits, MakeKit

SECONDS = 600.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words below `kit`."""
    words = parser.add_subparsers(dest="word", required=True)
    shown = words.add_parser("list", help="for which PCs kits can be made, and the kits of a contract")
    shown.add_argument("contract", nargs="?", default="", metavar="CONTRACT", help="such as 123456-0000001")
    shown.add_argument("--json", action="store_true")
    build = words.add_parser("build", help="make the kit of one seat; the seat stays as it is")
    build.add_argument("contract", metavar="CONTRACT", help="such as 123456-0000001")
    build.add_argument("seat", type=int, metavar="SEAT", help="1 is the admin's")
    build.add_argument("--platform", required=True, metavar="PLUGIN", help="such as kit_windows or kit_linux")
    build.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="the folder for it; else this one")
    build.add_argument("--json", action="store_true")
    kit_client.add_arguments(words.add_parser("add-client", help="put the VPN engine's client into all kits"))
    kit_client.list_arguments(words.add_parser("clients", help="which clients are in kits"))


def run(given: argparse.Namespace) -> int:
    """Do the chosen word. Raises Failure."""
    words = {"list": show, "build": build, "add-client": kit_client.add, "clients": kit_client.clients}
    return words[given.word](given)


def show(given: argparse.Namespace) -> int:
    """Print builders and kits; 0 if something can be made."""
    found: KitList = ask(config_path(given.config), ListKits(given.contract), timeout=SECONDS)
    print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False) if given.json else in_words(found))
    return 0 if any(not one.missing for one in found.builders) else 1


def in_words(found: KitList) -> str:
    """The list for people."""
    if not found.builders:
        return "no plugin builds kits; add [plugins.kit_windows] or [plugins.kit_linux], and restart the vault"
    lines = [f"{one.builder:<16} {one.name}: {one.missing or f'ready, {one.version}'}" for one in found.builders]
    lines += [_kit(kit) for kit in found.kits]
    if found.failed or found.different:
        lines.append(f"since the start {found.failed} failed, {found.different} came out otherwise; see the log")
    return "\n".join(lines)


def _kit(kit: KitNow) -> str:
    if kit.missing:
        return f"seat {kit.seat:02d}, {kit.builder}: {kit.missing}"
    return f"seat {kit.seat:02d}, {kit.builder}: {kit.file_name}, {kit.size:,} bytes, made {kit.made_on}"


def build(given: argparse.Namespace) -> int:
    """Write the kit into a folder, whole or not at all. Raises Failure, OSError."""
    config = config_path(given.config)
    if not given.out.is_dir():
        raise Failure(f"--out: there is no folder {given.out}; make it, or name another")
    _need_platform(config, given.platform)
    message = MakeKit(given.contract, given.seat, given.platform)
    made, file = asyncio.run(fetched(config, message, given.out))
    shown = {"file": str(file), "size": made.size, "sha256": made.sha256}
    print(json.dumps(shown, ensure_ascii=False) if given.json else f"{file}\nsha256:{made.sha256}")
    return 0


def _need_platform(config: Path, platform: str) -> None:
    """Raise Failure for one that nobody builds kits for: the vault says only that something is not there."""
    found: KitList = ask(config, ListKits(""), timeout=SECONDS)
    known = [one.builder for one in found.builders]
    if known and platform not in known:
        raise Failure(f"--platform: no plugin {platform} builds kits; write {' or '.join(known)}")


def _new_file(path: Path) -> BinaryIO:
    """Exclusively: whoever put something else there would lead the administrator elsewhere."""
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, 0o644), "wb")


async def fetched(config: Path, message: MakeKit, folder: Path) -> tuple[KitMade, Path]:
    """What the vault says of the kit, and where its bytes are. Raises Failure, OSError."""
    async with dialled(load(config), message) as client, client.fetch(message, timeout=SECONDS) as coming:
        made: KitMade = coming.answered.reply
        # A name from the link is never a path.
        file = folder / Path(made.file_name).name
        unfinished = file.with_name(f".{file.name}.part")
        hash = hashlib.sha256()
        try:
            with _new_file(unfinished) as out:
                async for piece in coming.chunks():
                    hash.update(piece)
                    out.write(piece)
            if hash.hexdigest() != made.sha256:
                raise Failure("what came is not the kit that was made; try again, and read the log of the vault")
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    return made, file
