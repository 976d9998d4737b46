# SPDX-License-Identifier: Apache-2.0
"""Over a network the server proves who it is: the right authority, the right name, a time that has not run out."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from renkei_records_postgres import RecordsPostgres, Settings

from appliance.contracts.plugin import PluginError
from appliance.contracts.records import Done, StoreError
from appliance.testing.services import fake_services
from tests.appliance.link.authority import Authority
from tests.plugins.records_postgres.conftest import MakeStore
from tests.servers.postgres import Postgres, postgres
from tests.servers.wire import wire

pytestmark = pytest.mark.lab
YESTERDAY = dt.timedelta(days=-1)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who signs the certificate of the server."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def proven(cluster: Path, authority: Authority) -> Iterator[Postgres]:
    """A server with a certificate for localhost, and for no other name."""
    identity = authority.issue()
    with postgres(cluster) as server:
        server.stop()
        server.prove_itself(identity.certificate, identity.key)
        server.start()
        yield server


def verified(server: Postgres, authority: Authority, host: str = "localhost", port: int = 0) -> str:
    """The connection string that believes only this authority."""
    where = f"host={host} port={port or server.port} user=postgres dbname={server.database()}"
    return f"{where} sslmode=verify-full sslrootcert={authority.certificate}"


async def refusal(connection: str) -> str:
    """Why a start is refused."""
    plugin = RecordsPostgres(Settings(connection, lock_seconds=1), fake_services())
    with pytest.raises(PluginError) as refused:
        await plugin.start()
    await plugin.stop()
    return str(refused.value)


async def test_every_connection_is_verified(proven: Postgres, authority: Authority, make_store: MakeStore) -> None:
    store = await make_store(verified(proven, authority))
    assert await store.write([lambda txn: txn.put(b"a", b"1")]) == [Done(None)]
    assert await store.read(lambda view: view.get(b"a")) == b"1"
    query = (
        "SELECT count(*) >= 2, bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
        " WHERE application_name = 'renkei-vault'"
    )
    assert proven.sql("postgres", query) == [(True, True)]
    await store.check()


async def test_another_name_is_refused(proven: Postgres, authority: Authority) -> None:
    said = await refusal(verified(proven, authority, "127.0.0.1"))
    assert 'certificate for "localhost"' in said and 'does not match host name "127.0.0.1"' in said


async def test_another_authority_is_refused(proven: Postgres, tmp_path: Path) -> None:
    """By the same name, or by another; how it is said depends on that."""
    for name in ("authority", "another"):
        assert "SSL error" in await refusal(verified(proven, Authority(tmp_path, name)))


async def test_without_an_authority_nobody_is_believed(proven: Postgres, tmp_path: Path) -> None:
    where = f"host=localhost port={proven.port} user=postgres dbname=postgres sslmode=verify-full"
    assert "does not exist" in await refusal(f"{where} sslrootcert={tmp_path / 'none.pem'}")


async def test_a_certificate_that_has_run_out_is_refused(own_server: Postgres, authority: Authority) -> None:
    connection = verified(own_server, authority)
    old = authority.issue(start=YESTERDAY, end=YESTERDAY / 2)
    own_server.stop()
    own_server.prove_itself(old.certificate, old.key)
    own_server.start()
    assert "certificate verify failed" in await refusal(connection)


async def test_a_server_without_tls_is_refused(server: Postgres, authority: Authority) -> None:
    assert "server does not support SSL" in await refusal(verified(server, authority))


async def test_a_server_that_hangs_is_cut_through_tls(
    proven: Postgres, authority: Authority, make_store: MakeStore
) -> None:
    with wire(proven.port) as line:
        store = await make_store(verified(proven, authority, port=line.port), patience=0.5)
        assert await store.write([lambda txn: txn.put(b"a", b"1")]) == [Done(None)]
        line.stall()
        with pytest.raises(StoreError):
            await store.write([lambda txn: txn.put(b"a", b"2")])
        with pytest.raises(StoreError):
            await store.read(lambda view: view.get(b"a"))
        line.heal()
        assert await store.write([lambda txn: txn.put(b"a", b"3")]) == [Done(None)]
        assert await store.read(lambda view: view.get(b"a")) == b"3"
        await store.close()
