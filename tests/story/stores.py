# SPDX-License-Identifier: Apache-2.0
"""Where the story's fund keeps its things: in files, or in real servers that run as long as the story."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.story.stage import StoryFailed

LMDB, FILES = "lmdb", "files"


@dataclass(frozen=True)
class Table:
    """The table of one store in a configuration, and the credentials that it needs, by name."""

    text: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@contextmanager
def lmdb(root: Path) -> Iterator[Table]:
    """Records in a folder."""
    yield Table(f'[plugins.records_lmdb]\npath = "{root}/state/vault/records"\n')


@contextmanager
def files(root: Path) -> Iterator[Table]:
    """Blobs in a folder."""
    yield Table(f'[plugins.blobs_files]\npath = "{root}/state/vault/blobs"\n')


@contextmanager
def postgresql(root: Path) -> Iterator[Table]:
    """Records in a server of our own. Raises StoryFailed where none is installed."""
    from tests.servers.postgres import postgres, programs, template

    if programs() is None:
        raise StoryFailed("PostgreSQL is not installed: `make apt`")
    with template() as cluster, postgres(cluster) as server:
        yield Table(f'[plugins.records_postgres]\nconnection = "{server.socket_conninfo(server.database())}"\n')


@contextmanager
def s3(root: Path) -> Iterator[Table]:
    """Blobs in a bucket of a server of our own. Raises StoryFailed where none is installed."""
    from tests.servers.seaweed import Seaweed

    with ExitStack() as stack:
        try:
            place = stack.enter_context(Seaweed(root / "seaweedfs").running())
        except FileNotFoundError as error:
            raise StoryFailed(str(error)) from error
        bucket = place.make_bucket("renkei-blobs")
        secrets = {"s3-access.key": place.access, "s3-secret.key": place.secret}
        yield Table(f'[plugins.blobs_s3]\nendpoint = "{place.endpoint}"\nbucket = "{bucket}"\n', secrets)


Begin = Callable[[Path], AbstractContextManager[Table]]
RECORDS: Mapping[str, Begin] = {LMDB: lmdb, "postgres": postgresql}
BLOBS: Mapping[str, Begin] = {FILES: files, "s3": s3}


@contextmanager
def stores(root: Path, records: str = LMDB, blobs: str = FILES) -> Iterator[Path | None]:
    """The file for `renkei init --stores`, its credentials in their place; None for what init does by itself."""
    if (records, blobs) == (LMDB, FILES):
        yield None
        return
    with RECORDS[records](root) as first, BLOBS[blobs](root) as second:
        keep_secrets(root / "credentials", {**first.secrets, **second.secrets})
        file = root / "stores.toml"
        file.write_text(f"{first.text}\n{second.text}", "utf-8")
        yield file


def keep_secrets(folder: Path, secrets: Mapping[str, str]) -> None:
    """Put credentials where an installation will look for them."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, secret in secrets.items():
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o400), "w") as file:
            file.write(secret)
