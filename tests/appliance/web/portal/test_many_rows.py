# SPDX-License-Identifier: Apache-2.0
"""Lists of an office without anything, and with thousands of everything: as light, and read as little."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from appliance.model.journal import Kind
from appliance.vault.keys.sealing import Sealer
from appliance.vault.records.tables import filings, notices
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.filings.sending import delivered
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

FEW, MANY, AT_ONCE = 500, 2_000, 500
ROWS = {"/notices": 36, "/filings": 50, "/history": 50}
# What is shown of the journal of two moments differs by a few.
SLACK = 10
LIMIT = 60_000
LISTS = ("/", "/notices", "/filings", "/history")
LOADED = re.compile(r'(?:<script src|<link rel="[a-z]+" href|<img src)="(/static/[^"]+)"')


@pytest.fixture
async def clerk(world: World) -> AsyncIterator[Person]:
    """Somebody who delivers."""
    yield await world.clerk()


async def many(world: World, admin: Person, clerk: Person, count: int) -> None:
    """So many notices, filings and entries of the office, all like a real one."""
    notice, filing = await clerk.deliver(admin.office), await delivered(world, admin)
    core = world.core
    entry = replace(core.own_entry(Kind.NOTICE_LIST_READ, actor=admin.account, thing=""), office=admin.office)

    def put(start: int, txn: Transaction) -> None:
        first, second = notices.get(txn, notice), filings.get(txn, filing)
        assert first is not None and second is not None
        for number in range(start, start + AT_ONCE):
            at = first.delivered_at - 1000 * number
            notices.put(txn, replace(first, id=core.new_id(), delivered_at=at))
            filings.put(txn, replace(second, id=core.new_id()))
            txn.journal(entry)

    for start in range(0, count, AT_ONCE):
        await core.commit(lambda txn, start=start: put(start, txn))  # type: ignore[misc]


@dataclass
class Opened:
    """How many records were opened."""

    count: int = 0


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Those while the block runs."""
    opened, original = Opened(), Sealer.open

    def count(sealer: Sealer, key: bytes, sealed: bytes) -> bytes:
        opened.count += 1
        return original(sealer, key, sealed)

    with monkeypatch.context() as patched:
        patched.setattr(Sealer, "open", count)
        yield opened


async def weighed(reader: Reader, path: str) -> int:
    """A page with all that it loads at once, in bytes."""
    html = (await reader.see(path)).html
    loaded = set(LOADED.findall(html))
    assert loaded
    answers = [await reader.browser.get(one) for one in loaded]
    return len(html.encode()) + sum(int(answer.headers["Content-Length"]) for answer in answers)


async def measured(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The records that each list opens; each weighs little."""
    opened_by = {}
    for path in LISTS:
        with counted(monkeypatch) as opened:
            assert await weighed(reader, path) <= LIMIT, path
        opened_by[path] = opened.count
    return opened_by


async def test_an_office_without_anything_is_told_what_will_come(
    reader: Reader, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.be(admin.token)
    assert set(await measured(reader, monkeypatch)) == set(LISTS)
    for path in ("/notices", "/filings"):
        seen = await reader.see(path)
        assert 'class="empty"' in seen.html and "<tbody>" not in seen.html


async def test_thousands_of_each_are_no_more_than_five_hundred(
    reader: Reader, world: World, admin: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.be(admin.token)
    await many(world, admin, clerk, FEW)
    few = await measured(reader, monkeypatch)
    await many(world, admin, clerk, MANY)
    lots = await measured(reader, monkeypatch)
    for path in LISTS:
        assert lots[path] <= few[path] + SLACK, (path, few, lots)
    for path, shown in ROWS.items():
        rows = (await reader.see(path)).html.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr")
        assert rows == shown, path
