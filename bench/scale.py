# SPDX-License-Identifier: Apache-2.0
"""A fund after years: how much room its records take, how it starts, and how long its journal takes to verify."""

import dataclasses
import hashlib
from pathlib import Path

import lmdb
import psycopg

from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.model.journal import Entry, Kind
from appliance.model.things import Notice, Part
from appliance.model.words import NoticeState
from appliance.vault.records.tables import notices
from appliance.vault.records.transaction import Transaction
from bench import journal, start
from bench.measure import Row, Spread, Stopwatch
from bench.stores import Pair
from bench.tiers import installed, prepared
from tests.story.stage import command

MANY = 1_000_000
ROUNDS = 3
GIB = 1 << 30


def put_read(some: list[Notice], txn: Transaction) -> None:
    """Write notices that were read, each with its document's part and with two entries: delivered, received."""
    for one in some:
        sha256 = hashlib.sha256(one.id.encode()).digest()
        read = dataclasses.replace(
            one,
            sha256=sha256,
            parts=(Part(one.id[::-1], one.size, sha256),),
            state=NoticeState.RECEIVED,
            delivered_by=one.id,
            received_at=one.delivered_at,
            received_by=one.id,
        )
        notices.put(txn, read)
        for kind in (Kind.NOTICE_DELIVERED, Kind.NOTICE_RECEIVED):
            txn.journal(told(read, kind))


def told(notice: Notice, kind: Kind) -> Entry:
    """What the journal says of it."""
    entry = journal.entry(notice.delivered_at)
    personal = {"source": "127.0.0.1", "file_name": notice.file_name}
    return dataclasses.replace(
        entry,
        kind=kind,
        at=notice.delivered_at,
        office=notice.office,
        thing=notice.id,
        sha256=notice.sha256.hex(),
        personal=personal,
    )


def on_disk(settings: Settings) -> int:
    """The bytes that the record store takes while nobody has it open; LMDB's file is laid out some MiB further."""
    if (table := settings.plugins.get("records_lmdb")) is not None:
        with lmdb.open(str(table["path"]), readonly=True, lock=False) as env:
            stat = env.stat()
            return stat["psize"] * (stat["branch_pages"] + stat["leaf_pages"] + stat["overflow_pages"])
    with psycopg.connect(str(settings.plugins["records_postgres"]["connection"])) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])


async def verified(config: Path) -> float:
    """Seconds of `renkei journal verify --offline`, which proves the journal twice: unopened, and opened."""
    watch = Stopwatch()
    await command("journal", "verify", "--offline", "--config", str(config))
    return watch.seconds


async def rows(pair: Pair) -> list[Row]:
    """All on one installation, filled once."""
    async with installed(pair) as first:
        settings = load(first.config)
        watch = Stopwatch()
        empty = on_disk(settings)
        await prepared(settings, first.config, MANY, put_read)
        seconds, bytes_of_all = watch.seconds, on_disk(settings)
        ready, memory = zip(*[await start.once(first.config) for _ in range(ROUNDS)], strict=True)
        proof = await verified(first.config)
    name = f"{MANY:,} read notices"
    return [
        Row(f"{name}: written", "s", Spread((seconds,)), "–"),
        Row(f"{name}: records on the disk", "GiB", Spread((bytes_of_all / GIB,)), "–", digits=2),
        Row(f"{name}: bytes of one", "", Spread(((bytes_of_all - empty) / MANY,)), "–"),
        Row(f"{name}: start to ready, all in one", "s", Spread(ready), "–", digits=2),
        Row(f"{name}: RssAnon at rest", "MB", Spread(memory), "–"),
        Row(f"{name}: renkei journal verify --offline, {2 * MANY:,} entries", "s", Spread((proof,)), "–", digits=1),
    ]
