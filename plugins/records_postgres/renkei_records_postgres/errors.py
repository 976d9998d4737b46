# SPDX-License-Identifier: Apache-2.0
"""What PostgreSQL and its library say, in the words of the contract."""

import psycopg

from appliance.contracts.records import StoreError, StoreFull

# A full disk, and the limit or quota of a server that has one.
NO_ROOM = frozenset({"53100", "53400"})
# Serialization failure, deadlock, cancelled by an administrator, lock not available.
AGAIN = frozenset({"40001", "40P01", "57014", "55P03"})
# Shut down, crashed, starting, session ended, too many sessions, completion unknown, a server that only reads.
LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "25P04", "53300", "40003", "25006"})

# How the library begins a line of its own for each server that it could not connect to.
EACH_SERVER, FAILED = "- host: ", ": connection failed: "


UNREACHED = "the server of the record store cannot be reached: "


class Lost(StoreError):
    """The connection has gone, or its server takes no changes now; another one may do."""


class LostInCommit(Lost):
    """The connection has gone after COMMIT was sent: the batch may have happened."""


class Again(StoreError):
    """The server asks to run the transaction once more."""


def in_our_words(error: psycopg.Error) -> StoreError:
    """The contract's error for error, without what the server tells of rows."""
    said = sentence(error)
    if error.sqlstate in NO_ROOM:
        return StoreFull(f"the server of the record store has no room: {said}")
    if error.sqlstate in AGAIN:
        return Again(f"the server of the record store gave up a transaction: {said}")
    if _is_lost(error):
        return Lost(UNREACHED + said)
    return StoreError(f"the server of the record store refused: {said}")


def sentence(error: psycopg.Error) -> str:
    """The first line of what was said; details are left out, because they repeat keys and values.

    Where several servers were tried to connect to, what each of them said.
    """
    if tried := [line for line in str(error).splitlines() if line.startswith(EACH_SERVER)]:
        return "; ".join(line.partition(FAILED)[2] or line for line in tried)
    said = error.diag.message_primary or next(iter(str(error).splitlines()), "") or type(error).__name__
    return f"{said} ({error.sqlstate})" if error.sqlstate else said


def _is_lost(error: psycopg.Error) -> bool:
    state = error.sqlstate
    if state is None:
        # The library found it out by itself: no connection, or one that broke.
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return state in LOST or state.startswith("08")
