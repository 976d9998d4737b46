# SPDX-License-Identifier: Apache-2.0
"""`renkei store`: moves the fund to other stores, with the vault stopped, and goes back."""

import argparse
import asyncio
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.cli.ask import admin_socket
from appliance.cli.copy_shown import Shown, size
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.ownership import given_back
from appliance.cli.places import config_path
from appliance.cli.stores import only_stores, table_of
from appliance.config.load import load
from appliance.config.own_credentials import credentials_of
from appliance.config.settings import Settings
from appliance.contracts.blobs import BlobError, BlobStoreFull
from appliance.contracts.records import StoreFull
from appliance.host.refused import StartRefused
from appliance.metrics.registry import Metrics

if TYPE_CHECKING:
    from appliance.vault.copying.course import Stores
    from appliance.vault.copying.marks import Moved
    from appliance.vault.copying.progress import Counts

RESUMES = "stopped; nothing is lost, and the same command goes on from there"
LOST = (
    "The fund was moved from the stores of {config} to {to}. Whatever was written there since is not in these: it "
    "will be as if it had never been. If a vault has run there, the mark beside the records knows of it, and the "
    "journal here is not signed any more."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words below `store`."""
    words = parser.add_subparsers(dest="word", required=True)
    copy = words.add_parser("copy", help="move the fund to other stores; the vault must not run")
    copy.add_argument("--to", type=Path, required=True, metavar="NEW.toml", help="the configuration with them")
    copy.add_argument("--json", action="store_true", help="print the result for programs")
    reopen = words.add_parser("reopen", help="go back to stores from which the fund was moved")
    reopen.add_argument("--yes", action="store_true", help="do not ask")


def run(given: argparse.Namespace) -> int:
    """Do the chosen word."""
    return run_copy(given) if given.word == "copy" else run_reopen(given)


def run_copy(given: argparse.Namespace) -> int:
    """Move the fund, or go on with a move that was broken off."""
    config, new = config_path(given.config), given.to.absolute()
    settings, other = load(config), load(new)
    refuse_others(settings, other, config, new)
    try:
        with given_back(settings), in_words(), Shown(sys.stderr) as shown:
            counts = asyncio.run(copy(settings, config, other, new, shown))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print(f"renkei: {RESUMES}", file=sys.stderr)
        raise KeyboardInterrupt from None
    report(given.json, counts, config, new)
    return 0


async def copy(settings: Settings, config: Path, other: Settings, new: Path, shown: Shown) -> "Counts":
    """Move the fund from the stores of settings to those of other. CancelledError once it is told to stop."""
    from appliance.vault.copying.course import Copy

    stop_when_told()
    ours, theirs = table_of("blobs", settings, config), table_of("blobs", other, new)
    place = sha256(repr(theirs).encode()).hexdigest()
    to = f"{table_of('records', other, new)[0]} and {theirs[0]} of {new}"
    async with AsyncExitStack() as stack:
        present = await stack.enter_async_context(opened(settings, config, "present"))
        wanted = await stack.enter_async_context(opened(other, new, "new"))
        return await Copy(present, wanted, to, place, ours == theirs, shown.tell).run()


def stop_when_told() -> None:
    """Let Ctrl-C and SIGTERM cancel this task between two steps, never amid one of a store."""
    if task := asyncio.current_task():
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)


@asynccontextmanager
async def opened(settings: Settings, config: Path, which: str) -> "AsyncIterator[Stores]":
    """The stores of a vault that does not run. Raises StartRefused, also while another vault uses them."""
    from appliance.vault.copying.course import Stores
    from appliance.vault.service import VaultService

    alone = replace(settings, plugins=only_stores(settings, config))
    vault = VaultService(alone, credentials_of(settings), Metrics(process=False), config_file=config)
    try:
        try:
            records, blobs = await vault.open_stores()
        except StartRefused as error:
            raise StartRefused(f"the {which} stores: {error}") from error
        yield Stores(vault, records, blobs)
    finally:
        await vault.stop()


def refuse_others(settings: Settings, other: Settings, config: Path, new: Path) -> None:
    """Raise Failure unless the two configurations differ in their stores, and in nothing else."""
    ours = asdict(replace(settings, plugins=_others(settings, config)))
    theirs = asdict(replace(other, plugins=_others(other, new)))
    if (key := first_difference(ours, theirs)) is not None:
        raise Failure(f"{new}: `{key}` is not what it is in {config}; the two may differ in their stores only")
    if table_of("records", settings, config) == table_of("records", other, new):
        raise Failure(f"{new} has the record store of {config}; name another one, whatever becomes of the blobs")


def _others(settings: Settings, config: Path) -> dict[str, Any]:
    """The tables of the plugins that are no stores."""
    stores = {table_of(family, settings, config)[0] for family in ("records", "blobs")}
    return {name: dict(table) for name, table in settings.plugins.items() if name not in stores}


def first_difference(ours: Any, theirs: Any, key: str = "") -> str | None:
    """The dotted key at which two settings differ first, or None."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return None if ours == theirs else key
    for name in {**ours, **theirs}:
        inner = f"{key}.{name}" if key else name
        if name not in ours or name not in theirs:
            return inner
        if (found := first_difference(ours[name], theirs[name], inner)) is not None:
            return found
    return None


@contextmanager
def in_words() -> Iterator[None]:
    """What the vault raises, as a sentence for people."""
    from appliance.link.refusals import Refused
    from appliance.vault.copying.errors import CopyFailed
    from appliance.vault.journal.leaf import NotALeaf
    from appliance.vault.journal.log import JournalDamaged
    from appliance.vault.keys.sealing import Unsealable

    try:
        yield
    except (StoreFull, BlobStoreFull) as error:
        raise Failure(
            f"{error}: give the store room, or raise its limit, and run the same command again"
        ) from error
    except NotALeaf as error:
        raise Failure(
            f"the journal has an entry that this version cannot read ({error}): use the one that wrote it"
        ) from error
    except (CopyFailed, JournalDamaged, Unsealable, BlobError, Refused) as error:
        raise Failure(str(error)) from error


def report(as_json: bool, counts: "Counts", config: Path, new: Path) -> None:
    """What was moved, and what to do next."""
    if as_json:
        print(json.dumps(asdict(counts)))
        return
    print(f"rows       {counts.rows:,} ({size(counts.bytes)}), all equal")
    print(f"blobs      {counts.blobs:,} ({size(counts.blob_bytes)})")
    print(f"journal    {counts.entries:,} entries, whole")
    gone = f", of which {counts.shredded:,} were destroyed" if counts.shredded else ""
    print(f"documents  {counts.documents:,} opened and as they were delivered{gone}")
    print("\nThe fund is in the new stores now, and a vault refuses to start on the old ones.")
    print(f"next: mv {config} {free_name(config)} && mv {new} {config}, and start the vault")
    print("      keep the old stores, and the old configuration, until there is a backup of the new ones")


def free_name(config: Path) -> Path:
    """Where the configuration may be kept: what is left of earlier moves is not written over."""
    names = (config.with_name(f"{config.name}.old{number or ''}") for number in count())
    return next(name for name in names if not name.exists())


def run_reopen(given: argparse.Namespace) -> int:
    """Go back to the stores of the configuration, after asking."""
    path = config_path(given.config)
    settings = load(path)
    refuse_running(settings)
    with given_back(settings), in_words():
        moved = asyncio.run(reopen(settings, path, given.yes))
    print(f"the stores of {path} take the fund over again; what was written to {moved.to} since is not in them")
    return 0


def refuse_running(settings: Settings) -> None:
    """Raise Failure while a vault runs here: it has the stores that the fund was moved to, and goes on writing."""
    place = admin_socket(settings)
    with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
        probe.connect(str(place))
        raise Failure(f"a vault runs ({place}): stop it first; what it still writes would be missing here")


async def reopen(settings: Settings, config: Path, is_agreed: bool) -> "Moved":
    """Take the mark of the move away."""
    from appliance.vault.copying.course import moved_away, take_back
    from appliance.vault.copying.marks import described

    async with opened(settings, config, "present") as stores:
        moved = await moved_away(stores.records)
        if not is_agreed:
            agree(LOST.format(config=config, to=described(moved)))
        await take_back(stores, moved)
        return moved


def agree(text: str) -> None:
    """Raise Failure unless a person at the terminal types yes."""
    if not sys.stdin.isatty():
        raise NotUnderstood(f"{text} Say --yes if that is what you want")
    print(text, file=sys.stderr)
    print('Type "yes" to go back: ', end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != "yes":
        raise Failure("nothing was changed")
