# SPDX-License-Identifier: Apache-2.0
"""A consistent copy of all rows in files, and the script with which psql brings it back."""

import os
from collections.abc import Iterable
from pathlib import Path

from appliance.contracts.records import StoreError
from renkei_records_postgres import schema
from renkei_records_postgres.line import Connection

ROWS = "rows.copy"
SCRIPT = "restore.sql"
COPY = "COPY (SELECT k, v FROM renkei_rows ORDER BY k) TO STDOUT (FORMAT binary)"
# psql's own \copy reads beside the place where psql was started.
RESTORE = r"""
\copy renkei_rows FROM 'rows.copy' WITH (FORMAT binary)
UPDATE renkei_writer SET version = {version},
    bytes = (SELECT coalesce(sum(length(k) + length(v)), 0) FROM renkei_rows);
"""


def copy(connection: Connection, to: Path) -> None:
    """Write the rows of the snapshot that connection is in into the new folder to; durable on return.

    Raises StoreError if the folder is there already or cannot be written, and psycopg.Error.
    """
    steps = schema.steps()
    script = "".join(steps.values()) + RESTORE.format(version=max(steps))
    try:
        to.mkdir(mode=0o700)
        with connection.cursor().copy(COPY) as rows:
            _write(to / ROWS, rows)
        _write(to / SCRIPT, [script.encode()])
        for folder in (to, to.parent):
            _sync_folder(folder)
    except OSError as error:
        raise StoreError(f"the backup cannot be written to {to} ({error.strerror})") from error


def _write(path: Path, pieces: Iterable[bytes | bytearray | memoryview]) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as stream:
        for piece in pieces:
            stream.write(piece)
        stream.flush()
        os.fsync(file)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
