# SPDX-License-Identifier: Apache-2.0
"""The connection string: completed, and refused where it holds a secret or would send one in the clear."""

from pathlib import Path

import pytest
from renkei_records_postgres.address import DEFAULTS, Parameters, parameters

from appliance.contracts.plugin import PluginError

SECRET = "correct horse battery"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


def read(connection: str, *, password: str = "", secret: bytes = b"", allow_plain: bool = False) -> Parameters:
    def credential(name: str) -> bytes:
        assert name == password, "an empty one is not asked for"
        return secret

    return parameters(connection, password, credential, allow_plain)


def test_what_is_not_said_is_filled_in() -> None:
    assert read("dbname=renkei") == DEFAULTS | {"dbname": "renkei"}


def test_what_is_said_stays() -> None:
    said = {"dbname": "renkei", "connect_timeout": "9", "target_session_attrs": "any", "application_name": "mine"}
    assert read(" ".join(f"{name}={value}" for name, value in said.items())) == DEFAULTS | said


def test_a_uri_is_as_good() -> None:
    found = read("postgresql://renkei@db.example.jp:5433/fund?sslmode=verify-full")
    assert {name: found[name] for name in ("host", "port", "user", "dbname")} == {
        "host": "db.example.jp",
        "port": "5433",
        "user": "renkei",
        "dbname": "fund",
    }


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_the_password_is_the_credential_without_its_end_of_line(ending: bytes) -> None:
    assert read("", password="db", secret=SECRET.encode() + ending)["password"] == SECRET
    assert read("", password="db", secret=" 鍵 ".encode())["password"] == " 鍵 "


@pytest.mark.parametrize("nothing", [b"", b"\r\n"])
def test_an_empty_password_is_refused(nothing: bytes) -> None:
    with pytest.raises(PluginError, match="`db` is empty: write the password into it"):
        read("", password="db", secret=nothing)


def test_a_password_that_is_no_text_is_refused() -> None:
    with pytest.raises(PluginError, match="`db` is not UTF-8"):
        read("", password="db", secret=b"\xff\xfe")


@pytest.mark.parametrize(
    "connection",
    [
        f"dbname=renkei password='{SECRET}'",
        "postgresql://renkei:correct%20horse%20battery@127.0.0.1/renkei",
        f"dbname=renkei sslpassword='{SECRET}'",
        f"dbname=renkei '{SECRET}'",
        f"dbname=renkei {SECRET}",
        f"postgresql://127.0.0.1/?pass={SECRET}",
        f"'{SECRET}",
    ],
)
def test_a_secret_in_the_string_is_refused_and_not_repeated(connection: str) -> None:
    with pytest.raises(PluginError, match="`connection`") as refused:
        read(connection)
    assert not any(word in str(refused.value) for word in [SECRET, *SECRET.split()])
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_service_is_refused() -> None:
    with pytest.raises(PluginError, match="service"):
        read("service=fund")


def test_a_file_of_passwords_is_refused() -> None:
    with pytest.raises(PluginError, match="credential in `password`"):
        read("dbname=renkei passfile=/etc/renkei/pgpass")


FAR = [
    "host=db.example.jp",
    "host=192.0.2.7",
    "hostaddr=192.0.2.7 host=localhost",
    "host=127.0.0.1,192.0.2.7",
    "hostaddr=, host=db1.example.jp,db2.example.jp",  # where an address is empty, the name beside it is asked
    "hostaddr=127.0.0.1, host=localhost,db.example.jp",
]


@pytest.mark.parametrize("host", FAR)
@pytest.mark.parametrize("mode", ["", "sslmode=require", "sslmode=prefer", "sslmode=verify-ca"])
def test_a_network_is_crossed_with_a_proven_server_or_by_order(host: str, mode: str) -> None:
    with pytest.raises(PluginError, match="verify-full"):
        read(f"{host} {mode}")
    assert read(f"{host} {mode}", allow_plain=True)
    assert read(f"{host} sslmode=verify-full")["sslmode"] == "verify-full"


@pytest.mark.parametrize("host", ["", "/run/postgresql", "@abstract", "localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_needs_no_tls(host: str) -> None:
    assert read(f"host='{host}' dbname=renkei")["dbname"] == "renkei"
    assert read(f"host=db.example.jp hostaddr={host}" if host[:1] in "1:" and host else "")


def test_the_environment_is_the_librarys_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example.jp")
    with pytest.raises(PluginError, match="verify-full"):
        read("dbname=renkei")
    assert read("host=/run/postgresql")
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert read("dbname=renkei")


def test_a_service_of_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSERVICE", "fund")
    with pytest.raises(PluginError, match=r"PGSERVICE is set.*unset it"):
        read("dbname=renkei")


def test_no_password_means_none_of_the_environment_either() -> None:
    found = read("dbname=renkei")
    assert found["password"] == ""
    assert not Path(found["passfile"]).exists()
