# SPDX-License-Identifier: Apache-2.0
"""The one row that says who writes: read and locked by every batch, looked at by every snapshot."""

from dataclasses import dataclass

from appliance.contracts.records import StoreError, StoreTaken
from renkei_records_postgres.line import Connection
from renkei_records_postgres.pipeline import pipeline

LOOK = "SELECT epoch, batch, bytes FROM renkei_writer WHERE one"
CLAIM = f"{LOOK} FOR UPDATE"
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
TAKE = "UPDATE renkei_writer SET epoch = epoch + 1 WHERE one RETURNING epoch, batch, bytes"
TOUCH = "UPDATE renkei_writer SET epoch = epoch WHERE one"


@dataclass(frozen=True, slots=True)
class Fence:
    """epoch counts the vaults that opened the store, batch their commits; bytes is the size of all rows."""

    epoch: int
    batch: int
    bytes: int


class Standing:
    """What this vault knows of the fence; the thread that writes sets it, those that read compare with it."""

    def __init__(self) -> None:
        """Nothing is known before take()."""
        self.fence = Fence(0, 0, 0)
        self.taken: StoreTaken | None = None

    def refuse_if_taken(self) -> None:
        """Raise StoreTaken if another vault is known to write."""
        if self.taken is not None:
            raise self.taken

    def lose(self, reason: str) -> StoreTaken:
        """Remember for good that this vault writes no more; the error to raise."""
        self.taken = StoreTaken(reason)
        return self.taken


def look(connection: Connection) -> Fence:
    """The fence as it is committed now."""
    return _fence(connection.execute(LOOK).fetchone())


def begin_change(connection: Connection) -> Fence:
    """Begin a transaction that nobody else can be in at the same time."""
    return _begin(connection, "BEGIN", CLAIM)


def begin_snapshot(connection: Connection) -> Fence:
    """Begin a transaction that sees one state, the one with this fence."""
    return _begin(connection, SNAPSHOT, LOOK)


def take(connection: Connection) -> Fence:
    """Become the one that writes; durable on return."""
    return _fence(connection.execute(TAKE).fetchone())


def confirm(connection: Connection) -> Fence:
    """The fence, once all that led to it is as durable as anything we commit now, on replicas, too.

    It waits for the end of whoever is in a change. A commit whose answer was lost may be on the primary alone:
    the replica acknowledges one of ours only after all before it.
    """
    fence = begin_change(connection)
    with pipeline(connection):
        connection.execute(TOUCH)
        connection.execute("COMMIT")
    return fence


def _begin(connection: Connection, begin: str, look: str) -> Fence:
    """Both in one round trip."""
    with pipeline(connection):
        connection.execute(begin)
        found = connection.execute(look)
    return _fence(found.fetchone())


def _fence(row: tuple[int, int, int] | None) -> Fence:
    if row is None:
        raise StoreError("the table renkei_writer has lost its row: restore a backup")
    return Fence(*row)
