# SPDX-License-Identifier: Apache-2.0
"""The manuals that there are, for every site that offers them: those of the product, and those of the fund (R59).

One of the fund's may stand in the place of one of the product's. That a manual was scanned (検査済み, R61) is said
only where a scanner really looked, with its name; what a scanner objects to is not offered.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from appliance.link.refusals import Refused, Why
from appliance.model.time import DAY, MINUTE, Instant, date_in_japan, instant
from appliance.model.words import Format, ScanState
from appliance.vault.core import Core
from appliance.vault.documents.scanning import Thing, look_at
from appliance.vault.manuals.books import Book, books
from appliance.vault.manuals.facts import facts_of
from appliance.vault.manuals.shelf import Printed
from appliance.vault.records.manual_tables import KeptManual, manual_pieces
from appliance.vault.records.manual_tables import manuals as table
from appliance.vault.records.transaction import Snapshot

MOST = 50
SCAN_EVERY, SCAN_AGAIN = DAY, 10 * MINUTE
log = logging.getLogger("renkei.vault")


@dataclass(frozen=True, slots=True)
class Manual:
    """One of them. id of the product's is the name of its book; dated is the day of its text.

    engine names the scanners that called it clean at scanned_at; "" and 0 where none looked.
    """

    id: str
    title: str
    file_name: str
    dated: dt.date
    size: int
    sha256: bytes
    engine: str = ""
    scanned_at: Instant = 0
    of_fund: bool = False


async def manuals(core: Core) -> tuple[Manual, ...]:
    """All of them: the product's in the order in which people need them, then what the fund has added."""
    kept = await core.read(kept_manuals)
    replaced = {one.replaces: one for one in kept if one.replaces}
    found = [_of_fund(replaced[name]) if name in replaced else await _of_product(core, name) for name in books()]
    return tuple(one for one in found if one) + tuple(_of_fund(one) for one in kept if not one.replaces)


async def open_manual(core: Core, id: str) -> tuple[Manual, bytes]:
    """One of them with its bytes. Raises Refused NOT_FOUND."""
    for manual in await manuals(core):
        if manual.id == id:
            return manual, await _bytes(core, manual)
    raise Refused(Why.NOT_FOUND)


def kept_manuals(snapshot: Snapshot) -> list[KeptManual]:
    """Those of the fund, the oldest first."""
    return table.scan(snapshot, "added", limit=MOST)


async def _bytes(core: Core, manual: Manual) -> bytes:
    if not manual.of_fund:
        return core.manuals.printed[manual.id].pdf
    pieces = await core.read(lambda snapshot: manual_pieces.scan(snapshot, "manual", (manual.id,)))
    content = b"".join(piece.data for piece in pieces)
    if hashlib.sha256(content).digest() != manual.sha256:
        log.error("the bytes of manual %s are not those that came", manual.id)
        raise Refused(Why.BROKEN)
    return content


def _of_fund(kept: KeptManual) -> Manual:
    return Manual(
        kept.id,
        kept.title,
        kept.file_name,
        dt.date.fromisoformat(kept.dated),
        kept.size,
        kept.sha256,
        kept.engine,
        kept.scanned_at,
        of_fund=True,
    )


async def _of_product(core: Core, name: str) -> Manual | None:
    printed = await core.manuals.get(_book(core, name), facts_of(core.settings))
    if _is_due(printed, core.clock.now()):
        printed = await _scanned(core, printed)
    if printed.is_objected_to:
        return None
    book = printed.book
    return Manual(
        name,
        book.title,
        book.file_name,
        book.dated,
        len(printed.pdf),
        printed.sha256,
        printed.engine,
        printed.scanned_at,
    )


def _book(core: Core, name: str) -> Book:
    """As it is, but none of a demo is from after the day on which that begins."""
    book, demo = books()[name], core.settings.demo
    if not demo.enabled:
        return book
    begins = date_in_japan(instant(dt.datetime.fromisoformat(demo.clock_start)))
    return replace(book, dated=min(book.dated, begins))


def _is_due(printed: Printed, now: Instant) -> bool:
    """Whether the scanners are asked: the first time, each day, and sooner while they are away."""
    every = SCAN_EVERY if printed.scanned_at or printed.is_objected_to else SCAN_AGAIN
    return not printed.asked_at or now - printed.asked_at >= every


async def _scanned(core: Core, printed: Printed) -> Printed:
    """With what the scanners say now. While they are away, what they have said before stands."""
    now = core.clock.now()
    looked = await look_at(core, thing_of(printed.book.name, printed.pdf))
    printed = replace(printed, asked_at=now)
    if looked.state is ScanState.CLEAN:
        printed = replace(printed, engine=looked.engine, scanned_at=now, is_objected_to=False)
    elif looked.problem:
        log.error("a scanner objects to the manual %s: %s", printed.book.name, looked.named)
        printed = replace(printed, engine="", scanned_at=0, is_objected_to=True)
    core.manuals.printed[printed.book.name] = printed
    return printed


def thing_of(id: str, content: bytes) -> Thing:
    """What the scanners are shown."""

    async def opened() -> AsyncGenerator[bytes, None]:
        yield content

    return Thing(id, Format.PDF, len(content), opened)
