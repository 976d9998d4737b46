# SPDX-License-Identifier: Apache-2.0
"""The one who writes: holds lock and fence, runs batches, and finds out what became of a commit that was cut."""

from collections.abc import Callable, Sequence

import psycopg

from appliance.contracts.plugin import PluginError
from appliance.contracts.records import Outcome, OutcomeUnknown, StoreError, StoreTaken, Work
from renkei_records_postgres import fence as fences
from renkei_records_postgres import schema, server
from renkei_records_postgres.address import Parameters
from renkei_records_postgres.batch import commit, run_all
from renkei_records_postgres.errors import Again, Lost, LostInCommit, in_our_words, sentence
from renkei_records_postgres.fence import Fence, Standing
from renkei_records_postgres.line import Line, Watch
from renkei_records_postgres.patience import Patience, Trial
from renkei_records_postgres.rows import Memory, Remembered, Rows

GivenUp = Callable[[], bool]
MISSING = (
    "this server lacks changes that were acknowledged: it was made primary, or restored, before it had them. "
    "Bring back the server that has them, or start the vault again to go on without them"
)
SILENT = (
    "the database was reached and did not finish what was asked: if it has synchronous_standby_names, start the "
    "replica or take it out of them; make sure, too, that this is the primary that should be one"
)


class Writing:
    """Used by one thread after open()."""

    def __init__(
        self, parameters: Parameters, most: int, standing: Standing, watch: Watch, patience: Patience
    ) -> None:
        """most is how many bytes the rows may have; nothing is opened."""
        self._parameters = parameters
        self._most = most
        self._standing = standing
        self._watch = watch
        self._patience = patience
        self._line: Line | None = None
        self._sessions: set[server.Session] = set()
        self._memory = Memory()
        # The outcomes of a batch of which nobody knows yet whether it happened.
        self._sent: list[Outcome] | None = None

    def open(self, lock_seconds: float) -> None:
        """Connect, lock, bring the tables up to date and take the fence; PluginError says what hinders."""
        try:
            line = Line(self._parameters)
        except psycopg.Error as error:
            raise PluginError(
                f"the database cannot be reached ({sentence(error)}): start it, or correct `connection` or the "
                "credential that `password` names"
            ) from error
        deadline = self._patience.clock() + lock_seconds + self._patience.seconds
        try:
            with self._watch.until(deadline, line):
                self._take(line, lock_seconds)
        except psycopg.Error as error:
            line.close()
            raise PluginError(SILENT if self._patience.clock() >= deadline else _unusable(error)) from error
        except BaseException:
            line.close()
            raise
        self._line = line

    def _take(self, line: Line, lock_seconds: float) -> None:
        connection = line.connection
        server.prepare(line)
        if (weak := server.weakness(connection)) is not None:
            raise PluginError(weak)
        server.keep_commits_durable(connection)
        if not server.lock(connection, lock_seconds):
            raise PluginError(
                f"another vault has this database ({server.holder(connection)}): stop that one first; "
                "there is only one"
            )
        self._sessions = {server.who_are_we(connection)}
        if schema.bring_up_to_date(connection, schema.steps()):
            server.store_values_as_they_are(connection)
        self._standing.fence = fences.take(connection)

    def close(self) -> None:
        """Let go of lock and connection."""
        self._hang_up()

    def write(self, batch: Sequence[Work], given_up: GivenUp) -> list[Outcome]:
        """Run the functions and commit once, going on by itself while the server is away.

        given_up() says that nobody waits any more. Raises as RecordStore.write says.
        """
        self._standing.refuse_if_taken()
        trial = self._patience.begin()
        sent: list[Outcome] | None = None
        while True:
            try:
                happened = self._reconnect(trial) if self._line is None else None
                if happened is not None and happened is sent:
                    return happened
                return self._attempt(batch, given_up, trial)
            except (Lost, Again) as error:
                if isinstance(error, LostInCommit):
                    sent = self._sent
                self._after(error, sent, given_up, trial)
            except StoreTaken as error:
                if sent is not None and sent is self._sent:
                    raise OutcomeUnknown(f"the server was lost amid a commit, and then: {error}") from error
                raise

    def _after(self, error: StoreError, sent: list[Outcome] | None, given_up: GivenUp, trial: Trial) -> None:
        """Wait for the next try, or raise what it means that there is none."""
        if isinstance(error, Lost):
            self._hang_up()
        trial.failed(error)
        if trial.over or given_up():
            if sent is not None and sent is self._sent:
                raise OutcomeUnknown(f"it is not known whether a commit happened: {error}") from error
            raise StoreError(str(error)) from error
        trial.wait()

    def _attempt(self, batch: Sequence[Work], given_up: GivenUp, trial: Trial) -> list[Outcome]:
        line = self._line
        assert line is not None, "write() has connected"
        with self._watch.until(trial.deadline, line):
            try:
                return self._in_transaction(line, batch, given_up)
            except psycopg.Error as error:
                raise in_our_words(error) from error
            finally:
                self._clear(line)

    def _in_transaction(self, line: Line, batch: Sequence[Work], given_up: GivenUp) -> list[Outcome]:
        fence = fences.begin_change(line.connection)
        self._examine(fence, self._standing.fence.batch)
        rows = Rows(line.connection, self._patience.clock)
        outcomes, changes = run_all(batch, rows, Remembered(rows, self._memory), self._patience.clock)
        if changes.rows:
            try:
                self._standing.fence = commit(line, fence, changes.rows, self._most, given_up)
            except LostInCommit:
                self._sent = outcomes
                raise
            for key, value in changes.rows.items():
                self._memory.keep(key, value)
        return outcomes

    def _clear(self, line: Line) -> None:
        """Leave no transaction open; a connection where that fails is of no use."""
        try:
            line.roll_back()
        except psycopg.Error:
            self._hang_up()

    def _reconnect(self, trial: Trial) -> list[Outcome] | None:
        """Connect and lock again; the outcomes of the last batch if it turns out that it did happen."""
        self._memory.forget()
        try:
            line = Line(self._parameters)
        except psycopg.Error as error:
            raise in_our_words(error) from error
        try:
            with self._watch.until(trial.deadline, line):
                happened = self._resume(line, trial)
        except psycopg.Error as error:
            line.close()
            raise in_our_words(error) from error
        except BaseException:
            line.close()
            raise
        self._patience.absence.ends()
        self._line = line
        return happened

    def _resume(self, line: Line, trial: Trial) -> list[Outcome] | None:
        connection = line.connection
        server.prepare(line)
        for session in self._sessions:
            server.end_session(connection, session)
        self._sessions.add(server.who_are_we(connection))
        if (weak := server.weakness(connection)) is not None:
            raise Lost(weak)
        server.keep_commits_durable(connection)
        self._lock_again(line, trial)
        fence = fences.confirm(connection)
        if line.warned:
            raise Lost("the server did not wait for its replica")
        self._sessions = {server.who_are_we(connection)}
        return self._find_out(fence)

    def _lock_again(self, line: Line, trial: Trial) -> None:
        connection, seconds = line.connection, 0.0
        while not server.lock(connection, seconds):
            self._examine(fences.look(connection), None)
            holder = server.holder(connection)
            if holder is not None and not trial.over:
                seconds = min(1.0, self._patience.seconds)
            elif holder is None or holder.session in self._sessions:
                raise Lost("the server has not missed our last connection yet")
            else:
                raise self._standing.lose(f"another vault has this database: {holder}")

    def _find_out(self, fence: Fence) -> list[Outcome] | None:
        """What became of the batch whose answer was lost."""
        known = self._standing.fence
        self._examine(fence, known.batch + (self._sent is not None and fence.batch > known.batch))
        happened = self._sent if fence.batch > known.batch else None
        self._sent = None
        self._standing.fence = fence
        return happened

    def _examine(self, fence: Fence, batch: int | None) -> None:
        """Raise StoreTaken unless we are the one that writes, and nothing is missing; batch is the highest."""
        known = self._standing.fence
        if fence.epoch > known.epoch or (batch is not None and fence.batch > batch):
            raise self._standing.lose("another vault has opened this database since: this one must end")
        if fence.epoch < known.epoch or fence.batch < known.batch:
            raise self._standing.lose(MISSING)

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


def _unusable(error: psycopg.Error) -> str:
    return f"the database cannot be used as a record store ({sentence(error)}): the log of the server says more"
