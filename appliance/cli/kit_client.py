# SPDX-License-Identifier: Apache-2.0
"""`renkei kit add-client` and `clients`: the VPN engine's client is put in once, for all kits (R72, R258)."""

import argparse
import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from appliance.cli.ask import ask, dialled
from appliance.cli.failure import Failure
from appliance.cli.places import config_path
from appliance.config.load import load
from appliance.link.messages import AddKitClient, KitClient, KitClientList, ListKitClients
from appliance.model.time import in_japan

PIECE = 1024 * 1024
# Scanning may take minutes.
SECONDS = 600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What stands behind `renkei kit add-client`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the client's installer, as its maker signed it")
    parser.add_argument("--for", dest="builder", default="", metavar="PLUGIN", help="such as kit_windows")
    parser.add_argument("--sha256", default="", help="what its maker says it is; refuse any other file")
    parser.add_argument("--replace", action="store_true", help="instead of the one that is there")
    parser.add_argument("--json", action="store_true")


def list_arguments(parser: argparse.ArgumentParser) -> None:
    """What stands behind `renkei kit clients`."""
    parser.add_argument("--json", action="store_true")


def add(given: argparse.Namespace) -> int:
    """Put the file in, and say what is in kits from now on. Raises Failure."""
    config = config_path(given.config)
    builder = given.builder or _only(ask(config, ListKitClients()))
    with given.file.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if given.sha256 and given.sha256.lower() != sha256:
            raise Failure(f"{given.file} has the SHA-256 {sha256}, which is another one; fetch the file again")
        message = AddKitClient(builder, given.file.name, file.tell(), sha256, given.replace)
        file.seek(0)
        kept = asyncio.run(_sent(config, message, file))
    print(json.dumps(msgspec.to_builtins(kept)) if given.json else _line(kept))
    return 0


def clients(given: argparse.Namespace) -> int:
    """Print what is in kits, and what is missing there."""
    found: KitClientList = ask(config_path(given.config), ListKitClients())
    if given.json:
        print(json.dumps(msgspec.to_builtins(found)))
        return 0
    for row in found.rows:
        print(_line(row))
    for name in found.wanting:
        print(f"{name:<16} none; no kits are offered until `renkei kit add-client --for {name} FILE`")
    if not found.rows and not found.wanting:
        print("no plugin builds kits that hold a client")
    return 0


def _only(found: KitClientList) -> str:
    """The one builder that can be meant. Raises Failure."""
    names = [*found.wanting, *(row.builder for row in found.rows)]
    if not names:
        raise Failure("no plugin builds kits that hold a client; add [plugins.kit_windows], and restart the vault")
    if len(names) > 1:
        raise Failure(f"say for which kits: --for {' or --for '.join(sorted(names))}")
    return names[0]


async def _sent(config: Path, message: AddKitClient, file: BinaryIO) -> KitClient:
    async with dialled(load(config), message) as client:
        answered = await client.ask(message, stream=_pieces(file), stream_size=message.size, timeout=SECONDS)
        kept: KitClient = answered.reply
        return kept


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece


def _line(row: KitClient) -> str:
    seen = f"clean: {row.scanned}" if row.scanned else "no scanner has seen it"
    added = in_japan(row.added_at)
    first = f"{row.builder:<16} {row.file_name}, {row.size:,} bytes, added {added:%Y-%m-%d}, {seen}"
    return f"{first}\n{'':<16} sha256:{row.sha256}"
