# SPDX-License-Identifier: Apache-2.0
"""The stores that are measured: files of this machine, or servers that run as long as somebody measures."""

import itertools
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from renkei_blobs_files import BlobsFiles
from renkei_blobs_s3 import BlobsS3
from renkei_records_lmdb import RecordsLmdb
from renkei_records_postgres import RecordsPostgres

from appliance.config.credentials import Credentials
from appliance.contracts.plugin import Plugin
from appliance.host.services import plugin_services
from appliance.host.system import SystemClock, SystemRandom
from appliance.metrics.registry import Metrics
from bench import plain
from bench.peers import PeerMissing
from tests.servers.postgres import postgres, programs, template
from tests.servers.seaweed import Seaweed
from tests.story.stores import FILES, LMDB, keep_secrets

BUCKET = "bench-blobs"
Make = Callable[[], Plugin]


@dataclass(frozen=True)
class Pair:
    """The names of the stores that a table is taken on."""

    records: str = LMDB
    blobs: str = FILES


@dataclass(frozen=True)
class Kind:
    """A kind of store. empty() is its plugin, not yet started, on a place with nothing in it.

    plain(count, at_once, body) is how many a second whatever the plugin rests on keeps by itself; called is what
    that is. many says that it takes more than one writer at a time.
    """

    empty: Make
    plain: Callable[[int, int, bytes], float]
    called: str
    many: bool = False


@asynccontextmanager
async def opened(plugin: Plugin) -> AsyncIterator[Any]:
    """The plugin with its hooks, started and checked, without host and guard."""
    await plugin.start()
    try:
        await plugin.check()
        yield plugin
    finally:
        await plugin.stop()


@contextmanager
def lmdb() -> Iterator[Kind]:
    """Records in folders."""
    with _folders() as folders:
        yield Kind(
            lambda: _made(RecordsLmdb, path=str(next(folders))), plain.in_lmdb, "plain LMDB, one row a commit"
        )


@contextmanager
def postgresql() -> Iterator[Kind]:
    """Records in databases of a server. Raises PeerMissing."""
    if programs() is None:
        raise PeerMissing("PostgreSQL is not installed: run `make apt` as root")
    with template() as cluster, postgres(cluster) as server:

        def empty() -> Plugin:
            return _made(RecordsPostgres, connection=server.socket_conninfo(server.database()))

        yield Kind(empty, partial(plain.in_postgres, server), "psycopg, an INSERT of one row a commit", many=True)


@contextmanager
def files() -> Iterator[Kind]:
    """Blobs in folders."""
    with _folders() as folders:
        place = next(folders)
        place.mkdir()
        yield Kind(
            lambda: _made(BlobsFiles, path=str(next(folders))),
            partial(plain.in_folder, place),
            "write, fsync, rename, fsync of the folder",
        )


@contextmanager
def s3() -> Iterator[Kind]:
    """Blobs in a bucket of a server."""
    numbers = itertools.count()
    with (
        tempfile.TemporaryDirectory(prefix="renkei-bench-") as made,
        Seaweed(Path(made, "seaweedfs")).running() as place,
    ):
        keep_secrets(Path(made, "secrets"), {"s3-access.key": place.access, "s3-secret.key": place.secret})
        place.make_bucket(BUCKET)
        where = {"endpoint": place.endpoint, "bucket": BUCKET}

        def empty() -> Plugin:
            return _made(BlobsS3, Path(made, "secrets"), **where, prefix=f"{next(numbers)}/")

        yield Kind(empty, partial(plain.in_bucket, place.boto(), BUCKET), "boto3's put_object")


RECORDS: dict[str, Callable[[], AbstractContextManager[Kind]]] = {LMDB: lmdb, "postgres": postgresql}
BLOBS: dict[str, Callable[[], AbstractContextManager[Kind]]] = {FILES: files, "s3": s3}


@contextmanager
def _folders() -> Iterator[Iterator[Path]]:
    """Paths at which nothing is yet."""
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as made:
        yield (Path(made, str(number)) for number in itertools.count())


def _made(plugin: type[Plugin], secrets: Path | None = None, /, **settings: Any) -> Plugin:
    """A plugin with these settings, given what the host would give it."""
    services = plugin_services(
        plugin.__module__.removeprefix("renkei_"),
        clock=SystemClock(),
        random=SystemRandom(),
        metrics=Metrics(process=False),
        credentials=Credentials(secrets),
    )
    return plugin(plugin.Settings(**settings), services)
