# SPDX-License-Identifier: Apache-2.0
"""The table of a fund after years, taken on a fund after minutes."""

import pytest

from appliance.model.journal import Kind
from appliance.model.things import Notice
from appliance.model.words import NoticeState
from bench import scale
from bench.stores import Pair
from tests.servers.postgres import programs

NOTICE = Notice(
    id="a" * 26,
    office="b" * 26,
    type="receipt",
    period="2026-05",
    file_name="領収証書.pdf",
    size=1,
    sha256=bytes(range(32)),
    parts=(),
    wrapped_key=b"",
    purge_month="2034-07",
    state=NoticeState.RECEIVED,
    delivered_at=1_780_966_800_000,
    delivered_by="c" * 26,
)


def test_an_entry_tells_of_its_own_notice() -> None:
    entry = scale.told(NOTICE, Kind.NOTICE_RECEIVED)
    assert (entry.kind, entry.thing, entry.office) == (Kind.NOTICE_RECEIVED, NOTICE.id, NOTICE.office)
    assert entry.sha256 == bytes(range(32)).hex()
    assert entry.at == NOTICE.delivered_at
    assert entry.personal["file_name"] == NOTICE.file_name


@pytest.mark.lab
@pytest.mark.parametrize("pair", [Pair(), Pair("postgres", "files")], ids=["lmdb", "postgres"])
async def test_a_small_fund_gives_every_row(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    if pair.records == "postgres" and programs() is None:
        pytest.skip("PostgreSQL is not installed")
    monkeypatch.setattr(scale, "MANY", 2_000)
    monkeypatch.setattr(scale, "ROUNDS", 1)
    rows = {row.what.partition(": ")[2]: row.ours.median for row in await scale.rows(pair)}
    assert 2_000 < rows["bytes of one"] < 20_000
    assert rows["records on the disk"] * scale.GIB > 2_000_000
    assert rows["start to ready, all in one"] > 0 and 10 < rows["RssAnon at rest"] < 500
    assert rows["renkei journal verify --offline, 4,000 entries"] > 0
