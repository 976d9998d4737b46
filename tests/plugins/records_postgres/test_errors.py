# SPDX-License-Identifier: Apache-2.0
"""Which word of the contract each error becomes, and that it repeats no row."""

from typing import Any

import psycopg
import pytest
from psycopg import errors
from renkei_records_postgres.errors import Again, Lost, LostInCommit, in_our_words, sentence

from appliance.contracts.records import OutcomeUnknown, StoreError, StoreFull, StoreTaken


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.DiskFull("could not extend file"), StoreFull),
        (errors.ConfigurationLimitExceeded("quota"), StoreFull),
        (errors.SerializationFailure("again"), Again),
        (errors.DeadlockDetected("again"), Again),
        (errors.QueryCanceled("cancelled"), Again),
        (errors.AdminShutdown("bye"), Lost),
        (errors.CrashShutdown("bye"), Lost),
        (errors.CannotConnectNow("starting"), Lost),
        (errors.ReadOnlySqlTransaction("standby"), Lost),
        (errors.TooManyConnections("many"), Lost),
        (errors.IdleInTransactionSessionTimeout("slow"), Lost),
        (errors.StatementCompletionUnknown("who knows"), Lost),
        (errors.ConnectionFailure("gone"), Lost),
        (psycopg.OperationalError("the connection is closed"), Lost),
        (psycopg.InterfaceError("the cursor is closed"), Lost),
        (errors.UndefinedTable("no table"), StoreError),
        (errors.DataCorrupted("bad page"), StoreError),
        (errors.InsufficientPrivilege("no"), StoreError),
        (psycopg.ProgrammingError("nonsense"), StoreError),
    ],
)
def test_each_error_has_its_word(error: psycopg.Error, expected: type[StoreError]) -> None:
    found = in_our_words(error)
    assert type(found) is expected
    assert str(error) in str(found)


def test_a_lost_connection_is_neither_taken_nor_unknown_by_itself() -> None:
    assert issubclass(LostInCommit, Lost)
    assert not issubclass(Lost, StoreTaken | OutcomeUnknown | StoreFull)


def test_only_the_first_line_is_told() -> None:
    error = psycopg.OperationalError("server closed the connection\n\tThis probably means")
    assert sentence(error) == "server closed the connection"
    assert sentence(psycopg.OperationalError("")) == "OperationalError"


def test_of_several_servers_each_is_told() -> None:
    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect("host=127.0.0.1,127.0.0.2 port=1 dbname=renkei connect_timeout=2")
    said = sentence(refused.value)
    assert [part.partition(" port 1 ")[0] for part in said.split("; ")] == [
        f'connection to server at "{host}",' for host in ("127.0.0.1", "127.0.0.2")
    ]
    assert said.count("failed") == 2, "nothing is said twice"


@pytest.mark.lab
def test_no_row_is_repeated(connection: psycopg.Connection[Any]) -> None:
    connection.execute("CREATE TABLE t (k text PRIMARY KEY)")
    with pytest.raises(errors.UniqueViolation) as refused:
        connection.execute("INSERT INTO t VALUES ('a secret key'), ('a secret key')")
    assert "a secret key" in str(refused.value)
    assert "a secret key" not in str(in_our_words(refused.value))
    assert "(23505)" in str(in_our_words(refused.value))
