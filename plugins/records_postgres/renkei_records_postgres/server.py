# SPDX-License-Identifier: Apache-2.0
"""Everything that only PostgreSQL itself has: settings of a session, the advisory lock, who else is there."""

import datetime as dt
from dataclasses import dataclass

from psycopg import errors

from renkei_records_postgres.line import Connection, Line

LOCK = 0x72656E6B65690001
OLDEST = 130000
# Clients that vanish lose their lock within about ten seconds. Rows are always found by their key: statistics of a
# table that grows fast are stale, and one scan of all rows would hold up everybody.
SESSION = {
    "client_connection_check_interval": "5s",
    "enable_bitmapscan": "off",
    "enable_seqscan": "off",
    "enable_sort": "off",
    "idle_in_transaction_session_timeout": "30s",
    "jit": "off",
    "statement_timeout": "0",
    "tcp_keepalives_count": "3",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_user_timeout": "10s",
}
PREPARE = """
SELECT set_config(known.name, wanted.value, false)
FROM unnest(%s::text[], %s::text[]) AS wanted (name, value) JOIN pg_settings AS known USING (name)
"""
# What was found good stays so for this session, whatever a reload of the server's configuration says.
KEEP = """
SELECT set_config(name, setting, false) FROM pg_settings WHERE name = 'synchronous_commit'
"""
FACTS = """
SELECT name, setting FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names',
    'server_version_num', 'default_transaction_read_only')
UNION ALL SELECT 'standby', CASE WHEN pg_is_in_recovery() THEN 'on' ELSE 'off' END
"""
HOLDER = """
SELECT pid, backend_start, application_name, client_addr::text
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) + objid::bigint = %s
"""
# A session that waits for its replica has committed already: ending it would show what may yet be lost.
END = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid = %s AND backend_start = %s AND wait_event IS DISTINCT FROM 'SyncRep'
"""


@dataclass(frozen=True, slots=True)
class Session:
    """One session of the server, by what no other session ever has."""

    pid: int
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the lock."""

    session: Session
    name: str
    address: str

    def __str__(self) -> str:
        """In words, for an administrator who looks for it."""
        since = self.session.since.isoformat(timespec="seconds")
        return f"{self.name or 'a nameless session'} at {self.address}, process {self.session.pid}, since {since}"


def prepare(line: Line) -> None:
    """Make the settings of this session those that we rely on; what the server does not know is left out."""
    line.connection.execute(PREPARE, [list(SESSION), list(SESSION.values())])


def who_are_we(connection: Connection) -> Session:
    """The session of this connection."""
    row = connection.execute(
        "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    ).fetchone()
    assert row is not None, "a session sees itself"
    return Session(*row)


def weakness(connection: Connection) -> str | None:
    """What makes this server lose acknowledged changes, and the cure; None if nothing does."""
    facts: dict[str, str] = dict(connection.execute(FACTS).fetchall())
    if "on" in (facts["standby"], facts.get("default_transaction_read_only")):
        return "the server takes no changes (a standby, or read only): name the primary in `connection`"
    if int(facts.get("server_version_num", OLDEST)) < OLDEST:
        return "the server is older than PostgreSQL 13: upgrade it"
    for name in ("fsync", "full_page_writes"):
        if facts.get(name) == "off":
            return f"the server has {name} = off and loses what it has confirmed: set it to on"
    commit, standbys = facts.get("synchronous_commit"), facts.get("synchronous_standby_names")
    if commit == "off" or (commit == "local" and standbys):
        return f"the server has synchronous_commit = {commit} and loses what it has confirmed: set it to on"
    return None


def keep_commits_durable(connection: Connection) -> None:
    """After weakness() found none: a commit of this session is never less durable than now."""
    connection.execute(KEEP)


def lock(connection: Connection, seconds: float) -> bool:
    """Whether this session has the one lock of the writer, waiting at most so many seconds for it."""
    if seconds <= 0:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        return row is not None and bool(row[0])
    connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{max(int(seconds * 1000), 1)}ms"])
    try:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    except errors.LockNotAvailable:
        return False
    finally:
        if not connection.broken:
            connection.execute("SELECT set_config('lock_timeout', '0', false)")
    return True


def holder(connection: Connection) -> Holder | None:
    """Who has the lock now."""
    row = connection.execute(HOLDER, [LOCK]).fetchone()
    if row is None:
        return None
    pid, since, name, address = row
    return Holder(Session(pid, since), name or "", address or "this machine's socket")


def end_session(connection: Connection, session: Session) -> None:
    """End a session of ours that the server may not have missed yet."""
    connection.execute(END, [session.pid, session.since])


def store_values_as_they_are(connection: Connection) -> None:
    """Values are sealed: trying to compress them only costs time."""
    connection.execute("ALTER TABLE renkei_rows ALTER COLUMN v SET STORAGE EXTERNAL")
