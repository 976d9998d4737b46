# SPDX-License-Identifier: Apache-2.0
"""Pipelines that break: the failure is raised, and the library says nothing on top of it."""

import logging
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from renkei_records_postgres.pipeline import LIBRARY, pipeline, tell_all, tell_once

END = "SELECT pg_terminate_backend(pg_backend_pid())"


@pytest.fixture
def _once() -> Iterator[None]:
    tell_once()
    yield
    tell_all()


def broken(connection: psycopg.Connection[Any]) -> None:
    """A pipeline whose server ends amid it."""
    with pytest.raises(psycopg.OperationalError), pipeline(connection):
        connection.execute("SELECT 1")
        connection.execute(END).fetchone()


@pytest.mark.lab
def test_the_library_tells_of_a_broken_pipeline(
    connection: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    broken(connection)
    assert "error ignored terminating" in caplog.text, "else there is nothing to be silent about"


@pytest.mark.lab
@pytest.mark.usefixtures("_once")
def test_what_is_raised_is_not_told_as_well(
    connection: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    broken(connection)
    assert caplog.records == []


@pytest.mark.lab
@pytest.mark.usefixtures("_once")
def test_pipelines_of_others_are_told_of(
    connection: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(psycopg.OperationalError), connection.pipeline():
        connection.execute(END).fetchone()
    assert "error ignored terminating" in caplog.text


@pytest.mark.usefixtures("_once")
def test_everything_else_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    LIBRARY.warning("error ignored in %s", "something of others")
    assert [record.getMessage() for record in caplog.records] == ["error ignored in something of others"]
    tell_all()
    tell_once()
    assert len(LIBRARY.filters) == 1
