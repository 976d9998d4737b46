# SPDX-License-Identifier: Apache-2.0
"""`make bench`: every figure beside its peer, taken in one run on one machine."""

import argparse
import sys
from collections.abc import Awaitable, Callable

import uvloop

from bench import commits, deliver, journal, mail, pages, start, transfer
from bench.measure import HEAD, Row, machine

TABLES: dict[str, Callable[[], Awaitable[list[Row]]]] = {
    "commits": commits.rows,
    "deliver": deliver.rows,
    "transfer": transfer.rows,
    "pages": pages.rows,
    "start": start.rows,
    "journal": journal.rows,
    "mail": mail.rows,
}


async def run(names: list[str]) -> None:
    """Print each table as soon as it is taken."""
    print(f"{machine()}\n\n{HEAD}", flush=True)
    for name in names:
        for row in await TABLES[name]():
            print(row.show(), flush=True)


def main() -> int:
    """Which tables; all by default."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("tables", nargs="*", help=", ".join(TABLES))
    given = parser.parse_args()
    unknown = set(given.tables) - set(TABLES)
    if unknown:
        parser.error(f"no table is called {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    uvloop.run(run(given.tables or list(TABLES)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
