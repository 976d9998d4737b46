# SPDX-License-Identifier: Apache-2.0
"""The plugin's life: settings, hook, start, check, stop; and what it says when it cannot start."""

import traceback
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from renkei_records_postgres import RecordsPostgres, Settings
from renkei_records_postgres.store import PostgresStore

from appliance.contracts.plugin import PluginError, Services
from appliance.contracts.records import Done, StoreError
from appliance.testing.services import fake_services
from tests.servers.postgres import Postgres

SECRET = b"correct-horse-battery"


def plugin_of(connection: str, services: Services | None = None, **settings: Any) -> RecordsPostgres:
    given = Settings(connection, **{"lock_seconds": 0.2, "patience_seconds": 1.0, **settings})
    return RecordsPostgres(given, services or fake_services())


def test_the_defaults_are_those_of_the_documentation() -> None:
    assert Settings() == Settings("dbname=renkei", "", False, 4, 256, 20.0, 15.0)
    assert RecordsPostgres.Settings is Settings


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"readers": 0}, "readers"),
        ({"max_gib": 0}, "max_gib"),
        ({"patience_seconds": 0}, "patience_seconds"),
        ({"patience_seconds": 26}, "patience_seconds"),
        ({"patience_seconds": float("nan")}, "patience_seconds"),
        ({"lock_seconds": -1}, "lock_seconds"),
        ({"lock_seconds": float("inf")}, "lock_seconds"),
        ({"lock_seconds": float("nan")}, "lock_seconds"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"^`{said}` must"):
        Settings(**settings)


async def test_a_store_that_was_not_started_refuses_and_stops() -> None:
    plugin = plugin_of("host=192.0.2.1")
    (store,) = plugin.register_records()
    for use in (
        lambda: store.write([lambda txn: None]),
        lambda: store.read(lambda view: None),
        store.usage,
        store.check,
    ):
        with pytest.raises(StoreError, match="not open"):
            await use()
    await plugin.stop()


async def test_a_server_that_is_not_there_stops_the_start() -> None:
    plugin = plugin_of("host=127.0.0.1 port=1 dbname=renkei")
    with pytest.raises(PluginError, match="cannot be reached"):
        await plugin.start()
    await plugin.stop()


@pytest.mark.lab
async def test_from_start_to_stop_and_again(database: str) -> None:
    for expected in (None, b"1"):
        plugin = plugin_of(database)
        (store,) = plugin.register_records()
        await plugin.start()
        await plugin.check()
        assert await store.read(lambda view: view.get(b"a")) == expected
        assert await store.write([lambda txn: txn.put(b"a", b"1")]) == [Done(None)]
        await plugin.stop()
        await plugin.stop()
        with pytest.raises(StoreError, match="not open"):
            await store.usage()


@pytest.mark.lab
async def test_a_second_vault_is_refused_with_the_name_of_the_first_and_harms_nothing(database: str) -> None:
    first, second = plugin_of(database), plugin_of(database)
    await first.start()
    with pytest.raises(
        PluginError, match="another vault has this database \\(renkei-vault at this machine's socket"
    ):
        await second.start()
    await second.stop()
    await first.check()
    await first.stop()
    await second.start()
    await second.check()
    await second.stop()


@pytest.fixture
def guarded_server(own_server: Postgres) -> Postgres:
    """A server that asks for a password on its port."""
    rules = Path(own_server.data, "pg_hba.conf")
    rules.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    own_server.sql("postgres", f"CREATE ROLE renkei LOGIN PASSWORD '{SECRET.decode()}'")
    own_server.sql("postgres", "CREATE DATABASE renkei OWNER renkei")
    own_server.sql("postgres", "SELECT pg_reload_conf()")
    return own_server


@pytest.mark.lab
async def test_an_ordinary_role_with_a_password_is_enough(guarded_server: Postgres) -> None:
    services = fake_services(secrets={"db": SECRET + b"\n"})
    for _ in range(2):
        plugin = plugin_of(f"host=127.0.0.1 port={guarded_server.port} user=renkei", services, password="db")
        await plugin.start()
        await plugin.check()
        await plugin.stop()


@pytest.mark.lab
@pytest.mark.parametrize("place", ["environment", "file", "home"])
async def test_a_password_that_lies_about_is_not_taken(
    guarded_server: Postgres, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place == "environment":
        monkeypatch.setenv("PGPASSWORD", SECRET.decode())
    else:
        file = tmp_path / ".pgpass"
        file.write_text(f"*:*:*:*:{SECRET.decode()}\n")
        file.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE" if place == "file" else "HOME", str(file if place == "file" else tmp_path))
    address = f"host=127.0.0.1 port={guarded_server.port} user=renkei dbname=renkei"
    psycopg.connect(address).close()  # the library alone would take it
    plugin = plugin_of(address)
    with pytest.raises(PluginError, match="no password supplied"):
        await plugin.start()
    await plugin.stop()


@pytest.mark.lab
@pytest.mark.parametrize("secret", [b"wrong-" + SECRET, b"", None])
async def test_wrong_credentials_are_said_clearly_and_not_repeated(
    guarded_server: Postgres, secret: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    services = fake_services(secrets={} if secret is None else {"db": secret})
    plugin = plugin_of(f"host=127.0.0.1 port={guarded_server.port} user=renkei", services, password="db")
    with pytest.raises(PluginError, match=r"password|credential") as refused:
        await plugin.start()
    said = "".join(traceback.format_exception(refused.value)) + caplog.text
    assert SECRET.decode() not in said
    await plugin.stop()


@pytest.mark.lab
@pytest.mark.parametrize(
    ("settings", "said"), [("synchronous_commit=off", "synchronous_commit = off"), ("fsync=off", "fsync = off")]
)
async def test_a_server_that_loses_changes_is_refused(own_server: Postgres, settings: str, said: str) -> None:
    name, value = settings.split("=")
    own_server.settings[name] = value
    own_server.restart()
    plugin = plugin_of(own_server.conninfo("postgres"))
    with pytest.raises(PluginError, match=said):
        await plugin.start()
    own_server.settings.pop(name)
    own_server.restart()
    await plugin.start()
    await plugin.stop()


@pytest.mark.lab
async def test_a_reload_makes_no_commit_less_durable(own_server: Postgres) -> None:
    """The crash may come before the next check."""
    plugin = plugin_of(own_server.conninfo("postgres"))
    (store,) = plugin.register_records()
    await plugin.start()
    own_server.sql("postgres", "ALTER SYSTEM SET synchronous_commit = off")
    own_server.sql("postgres", "SELECT pg_reload_conf()")
    with pytest.raises(PluginError, match="synchronous_commit = off"):
        await plugin.check()
    opened = cast(PostgresStore, store)._opened
    assert opened is not None and opened.writing._line is not None
    assert opened.writing._line.connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
    await plugin.stop()


@pytest.mark.lab
async def test_a_server_that_becomes_weak_is_refused_by_the_check(own_server: Postgres) -> None:
    plugin = plugin_of(own_server.conninfo("postgres"))
    await plugin.start()
    own_server.sql("postgres", "ALTER SYSTEM SET synchronous_commit = off")
    own_server.restart()
    with pytest.raises(PluginError, match="synchronous_commit = off"):
        await plugin.check()
    await plugin.stop()
