# SPDX-License-Identifier: Apache-2.0
"""`make demo-once` and `make demo`: sets up a fresh installation and plays the story on it."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from tests.story.lines import LINES, Lines, pasted
from tests.story.people import FOUNDERS, OFFICE, OTHER
from tests.story.stage import Login, Stage, StoryFailed, need, opened, taken
from tests.story.stores import BLOBS, FILES, LMDB, RECORDS, stores
from tests.story.story import Story

INTERRUPTED = 130


def say(line: str) -> None:
    """Show a line at once."""
    print(line, flush=True)


def how_to_come_in(stage: Stage, name: str, login: Login) -> list[str]:
    """What somebody types: an office's user number, id and password; the staff a code of their app as well."""
    if login.contract:
        return [f"  {name}  number {login.contract}  user {login.user}  password {login.password}"]
    code = f"tests.story.authenticator {login.app.secret} --config {stage.config}"
    return [
        f"  {name:20} login {login.user}  password {login.password}",
        f"    its code: .venv/bin/python -m {code}",
    ]


async def how_to_connect(stage: Stage) -> list[str]:
    """Which PC is connected, and what somebody types so that it is another one. Raises StoryFailed."""
    lines = Lines(stage, say)
    need(await lines.asks_to_connect("third"), f"PC 1 of {OFFICE} cannot connect")
    await lines.until("third", answers=True)
    until = await lines.until_when("third")
    shown = [
        f"  PC 1 of {OFFICE} is connected from {LINES['third']} until {until} of the demo's clock (90 minutes):",
        "    so its people come in by a browser on this machine; signing out at the portal ends that, too",
    ]
    for name, pc in ((OFFICE, "third"), (OTHER, "fourth")):
        made, _ = stage.kits[pc]
        shown += [f"    connect PC 1 of {name}:", f"      {pasted(made, 'connect', '--agree')}"]
        shown += ["    disconnect it:", f"      {pasted(made, 'disconnect')}"]
    return shown


async def show(stage: Stage) -> None:
    """Addresses and logins; stays until Ctrl-C."""
    connecting = await how_to_connect(stage)
    say("\nThe demo is running; its clock began on Tuesday 2026-06-09 10:00 JST. Stop it with Ctrl-C.")
    for site, address in stage.addresses.items():
        say(f"  {site:8} {address}/")
    for name, login in {"fund staff": stage.staff, **stage.people}.items():
        for line in how_to_come_in(stage, name, login):
            say(line)
    for line in connecting:
        say(line)
    for person in FOUNDERS.values():
        say(f"  ZIPs of {person.contract} open with {person.zip_password}")
    say("  one-time passwords by mail are shown here as they come")
    say(f"  trust its certificates: {stage.authority}")
    say(f"  command line: .venv/bin/renkei status --config {stage.config}")
    shown = len(stage.mailbox.mails)
    while True:
        mail = await stage.mailbox.nth(shown)
        say(f"  mail to {mail.to}: {mail.subject}: {mail.text.splitlines()[0]}")
        shown += 1


async def told(stage: Stage, once: bool) -> int:
    """The story, and what comes after it; how many steps it had."""
    try:
        steps = await Story(stage, say).play()
        if not once:
            await show(stage)
    finally:
        await Lines(stage, say).all_leave()
    return steps


async def play(
    root: Path, port: int, once: bool, records: str = LMDB, blobs: str = FILES, plugins: Sequence[str] = ()
) -> int:
    """The exit code of the whole demo. plugins are installed ones that it has beside those of every fund."""
    if place := taken(port):
        say(f'story failed: {place} is taken, perhaps by another demo; end that, or add ARGS="--port {port + 100}"')
        return 1
    say(f"setting up a fictional fund in {root}")
    try:
        with stores(root, records, blobs) as chosen:
            tables = "".join(f"\n[plugins.{name}]\n" for name in plugins)
            async with opened(root, port, chosen, tables, LINES) as stage:
                steps = await told(stage, once)
    except (StoryFailed, aiohttp.ClientError) as failed:
        say(f"story failed: {failed}")
        return 1
    say(f"story complete: {steps} steps")
    return 0


async def until_told(root: Path, given: argparse.Namespace) -> int:
    """The same; `kill` and a terminal that is closed end it in good order, with CancelledError."""
    if task := asyncio.current_task():
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await play(root, given.port, given.once, given.records, given.blobs, given.plugin)


def port(text: str) -> int:
    """A port. Raises ValueError."""
    if not 1 <= int(text) <= 65_535:
        raise ValueError(text)
    return int(text)


def main() -> int:
    """Read the arguments and play."""
    parser = argparse.ArgumentParser(prog="story", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop when the story is complete")
    parser.add_argument("--port", type=port, default=8443, help="port of all three sites, 1 to 65535 (8443)")
    parser.add_argument("--records", choices=RECORDS, default=LMDB, help="where records are kept (lmdb)")
    parser.add_argument("--blobs", choices=BLOBS, default=FILES, help="where documents are kept (files)")
    parser.add_argument(
        "--plugin", action="append", default=[], help="an installed plugin that the fund has as well"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="renkei-demo-") as root:
        try:
            return asyncio.run(until_told(Path(root), given))
        except (KeyboardInterrupt, asyncio.CancelledError):
            say("\nstopped")
            return INTERRUPTED if given.once else 0


if __name__ == "__main__":
    sys.exit(main())
