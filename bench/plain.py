# SPDX-License-Identifier: Apache-2.0
"""What the stores rest on, by itself: how many a second LMDB, PostgreSQL, a folder and boto3 take."""

import os
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import lmdb
import psycopg

from bench.measure import Stopwatch
from tests.servers.postgres import Postgres

T = TypeVar("T")
INSERT = "INSERT INTO plain (k, v) VALUES (%b, %b)"


def in_lmdb(count: int, at_once: int, body: bytes) -> float:
    """One row, one transaction and one fsync each, in one thread: LMDB never has more than one writer."""
    with (
        tempfile.TemporaryDirectory(prefix="renkei-bench-") as folder,
        lmdb.open(folder, map_size=1 << 34, max_spare_txns=1) as env,
    ):
        watch = Stopwatch()
        for number in range(count):
            with env.begin(write=True) as txn:
                txn.put(number.to_bytes(8, "big"), body)
        return count / watch.seconds


def in_postgres(server: Postgres, count: int, at_once: int, body: bytes) -> float:
    """One row and one commit each, on so many connections with a thread each."""
    database = server.database()
    server.sql(database, "CREATE TABLE plain (k bytea PRIMARY KEY, v bytea NOT NULL)")
    numbers = iter(range(count))
    lines = [psycopg.connect(server.socket_conninfo(database), autocommit=True) for _ in range(at_once)]

    def insert(line: psycopg.Connection[Any]) -> None:
        for number in numbers:
            line.execute(INSERT, [number.to_bytes(8, "big"), body], prepare=True)

    try:
        return _in_threads(insert, lines, count)
    finally:
        for line in lines:
            line.close()


def in_folder(folder: Path, count: int, at_once: int, body: bytes) -> float:
    """A file each, durable under its name."""
    names = iter([folder / os.urandom(8).hex() for _ in range(count)])

    def write(_: int) -> None:
        for name in names:
            unfinished = name.with_suffix(".new")
            with unfinished.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(name)
            directory = os.open(folder, os.O_RDONLY)
            os.fsync(directory)
            os.close(directory)

    return _in_threads(write, range(at_once), count)


def in_bucket(client: Any, bucket: str, count: int, at_once: int, body: bytes) -> float:
    """An object each, as boto3 puts it unless it is told otherwise."""
    names = iter([f"boto3/{os.urandom(8).hex()}" for _ in range(count)])

    def put(_: int) -> None:
        for name in names:
            client.put_object(Bucket=bucket, Key=name, Body=body)

    return _in_threads(put, range(at_once), count)


def _in_threads(work: Callable[[T], None], each: Sequence[T], count: int) -> float:
    """How many a second, if a thread for each thing works until a common iterator is empty.

    The threads are there before the clock runs; the interpreter's lock keeps the iterator whole.
    """
    begin = threading.Barrier(len(each) + 1)

    def one(thing: T) -> None:
        begin.wait()
        work(thing)

    with ThreadPoolExecutor(len(each)) as pool:
        running = [pool.submit(one, thing) for thing in each]
        begin.wait()
        watch = Stopwatch()
        for future in running:
            future.result()
        return count / watch.seconds
