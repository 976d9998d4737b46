# SPDX-License-Identifier: Apache-2.0
"""What the doorman costs a ZIP of 1, 10 and 99 filings, and 5,000 changed ZIPs: falls, differences, memory."""

import asyncio
import io
import os
import resource
from collections.abc import AsyncIterator, Callable
from functools import partial

import pyzipper

from appliance.model.problems import Rule
from appliance.model.words import Format
from appliance.vault.doorman.doorman import Asked, Doorman
from appliance.vault.doorman.structure import structure_of
from bench.measure import ROUNDS, Row, Spread, Stopwatch, beside
from bench.stores import Pair
from tests.appliance.vault.doorman.making import PASSWORD, aes_zip
from tests.appliance.vault.doorman.mutating import by_python, by_the_doorman, mutations

FILINGS = (1, 10, 99)
SIZE = 100_000
CHANGED = 5_000
MICRO = 1_000_000
# A document that does not shrink, as those of scanners do not.
CONTENT = os.urandom(SIZE // 2).hex().encode()


def package_of(count: int) -> bytes:
    """A ZIP of so many documents of 100 kB."""
    return aes_zip({f"20240524_0123_資格取得届{number}.csv": CONTENT for number in range(count)})


def asked_of(package: bytes) -> Asked:
    """What the vault asks of it."""
    return Asked("filings.zip", len(package), frozenset(Format), PASSWORD)


async def whole(package: bytes) -> AsyncIterator[bytes]:
    """The package in one piece."""
    yield package


def opened_plainly(package: bytes) -> int:
    """What a program does that trusts the ZIP: everything in it, read by pyzipper."""
    with pyzipper.AESZipFile(io.BytesIO(package)) as opened:
        return sum(len(opened.read(name, pwd=PASSWORD.encode())) for name in opened.namelist())


async def each(work: Callable[[], object], count: int) -> float:
    """Microseconds for one, of so many."""
    watch = Stopwatch()
    for _ in range(count):
        work()
    return watch.seconds * MICRO / count


async def judged(doorman: Doorman, package: bytes, count: int) -> float:
    """Microseconds for one package, judged by a worker, with everything that it hands over."""
    watch = Stopwatch()
    for _ in range(count):
        async with doorman.judging(asked_of(package), whole(package)) as found:
            assert not found.problems
            assert sum([len(piece) async for _, piece in found.contents()]) == SIZE * len(found.documents)
    return watch.seconds * MICRO / count


async def changed(doorman: Doorman) -> list[Row]:
    """Changed ZIPs through the worker: how many were too much for it, and how many open otherwise elsewhere."""
    falls = accepted = otherwise = 0
    for package in mutations(CHANGED, seed=9):
        async with doorman.judging(asked_of(package), whole(package)) as found:
            falls += any(problem.rule is Rule.JUDGE for problem in found.problems)
        contents = by_the_doorman(package)
        if contents is not None:
            accepted += 1
            otherwise += contents != by_python(package)
    figures = (("falls", falls), ("accepted that open otherwise elsewhere", otherwise))
    title = f"doorman: of {CHANGED:,} changed ZIPs ({accepted} accepted):"
    return [Row(f"{title} {what}", "", Spread((float(count),)), "0") for what, count in figures]


async def rows(pair: Pair) -> list[Row]:
    """All figures of the doorman; the stores play no part."""
    doorman, found = Doorman(), []
    await doorman.start()
    try:
        for count in FILINGS:
            package, times = package_of(count), max(1, 50 // count)
            look = [
                await each(partial(structure_of, package, asked_of(package)), 1_000 // count) for _ in range(ROUNDS)
            ]
            found.append(Row(f"doorman: structure and names, {count} entries", "µs", Spread(tuple(look)), ""))
            found.append(
                await beside(
                    f"doorman: judged, opened and handed over, {count} × 100 kB",
                    "µs",
                    partial(judged, doorman, package, times),
                    "pyzipper reads it in the process, µs",
                    partial(each, partial(opened_plainly, package), times),
                    "",
                )
            )
        found += await changed(doorman)
    finally:
        await doorman.close()
    # Of the largest process that has ended: the maker of workers, or one of them.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [*found, Row("doorman: most memory that a process of it had", "MiB", Spread((peak,)), "")]


if __name__ == "__main__":
    for row in asyncio.run(rows(Pair("lmdb", "files"))):
        print(row.show())
