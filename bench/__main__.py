# SPDX-License-Identifier: Apache-2.0
"""`make bench`: every figure beside its peer, taken in one run on one machine."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable

import uvloop

from bench import (
    commits,
    counter,
    deliver,
    door,
    doorman,
    filings,
    intake,
    journal,
    kits,
    live,
    mail,
    packing,
    pages,
    parts,
    scale,
    screens,
    start,
    transfer,
    tunnels,
)
from bench.measure import HEAD, Row, machine
from bench.stores import BLOBS, RECORDS, Pair

INTERRUPTED = 130
TABLES: dict[str, Callable[[Pair], Awaitable[list[Row]]]] = {
    "commits": commits.rows,
    "parts": parts.rows,
    "deliver": deliver.rows,
    "transfer": transfer.rows,
    "filings": filings.rows,
    "intake": intake.rows,
    "packing": packing.rows,
    "pages": pages.rows,
    "live": live.rows,
    "screens": screens.rows,
    "door": door.rows,
    "counter": counter.rows,
    "doorman": doorman.rows,
    "kits": kits.rows,
    "start": start.rows,
    "journal": journal.rows,
    "mail": mail.rows,
    "tunnels": tunnels.rows,
    "scale": scale.rows,
}


async def run(names: list[str], pair: Pair) -> None:
    """Print each table as soon as it is taken; `kill` ends it with all servers that it has started."""
    if task := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    print(f"{machine()}\n\nrecords: {pair.records}, blobs: {pair.blobs}\n\n{HEAD}", flush=True)
    for name in names:
        for row in await TABLES[name](pair):
            print(row.show(), flush=True)


def main() -> int:
    """Which tables, on which stores; without any, all but the one that fills a fund for minutes."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("tables", nargs="*", help=", ".join(TABLES))
    parser.add_argument("--records", choices=RECORDS, default=Pair.records, help="where records are kept (lmdb)")
    parser.add_argument("--blobs", choices=BLOBS, default=Pair.blobs, help="where documents are kept (files)")
    given = parser.parse_args()
    unknown = set(given.tables) - set(TABLES)
    if unknown:
        parser.error(f"no table is called {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    names = given.tables or [name for name in TABLES if name != "scale"]
    try:
        uvloop.run(run(names, Pair(given.records, given.blobs)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
