# SPDX-License-Identifier: Apache-2.0
"""The tables, made and brought up to date by numbered files of SQL."""

from importlib import resources

from psycopg import errors

from appliance.contracts.plugin import PluginError
from renkei_records_postgres.line import Connection

Steps = dict[int, str]


def steps() -> Steps:
    """The SQL of each version, in order."""
    files = (resources.files(__package__) / "schema").iterdir()
    found = {int(file.name.removesuffix(".sql")): file.read_text() for file in files if file.name.endswith(".sql")}
    return dict(sorted(found.items()))


def bring_up_to_date(connection: Connection, known: Steps) -> bool:
    """Run the steps that the database has not seen, each in a transaction; whether the tables are new.

    Raises PluginError if the tables are of a later version than we know.
    """
    version = _version(connection)
    newest = max(known)
    if version > newest:
        raise PluginError(
            f"the database has tables of version {version}, this plugin knows {newest}: install the newer one"
        )
    for number, text in known.items():
        if number > version:
            _run(connection, number, text)
    return version == 0


def _version(connection: Connection) -> int:
    """The version of the tables, 0 where there are none."""
    try:
        row = connection.execute("SELECT version FROM renkei_writer WHERE one").fetchone()
    except errors.UndefinedTable:
        return 0
    if row is None:
        raise PluginError("the table renkei_writer has lost its row: restore a backup into an empty database")
    return int(row[0])


def _run(connection: Connection, number: int, text: str) -> None:
    with connection.transaction():
        connection.execute(text.encode(), prepare=False)  # several statements
        connection.execute("UPDATE renkei_writer SET version = %s WHERE one", [number])
