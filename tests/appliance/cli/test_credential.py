# SPDX-License-Identifier: Apache-2.0
"""`renkei credential`: what is kept, for whom it can be read, and that nothing of it is ever shown."""

import getpass
import io
import json
import os
import shutil
from pathlib import Path

import pytest

from appliance.cli.credential import KEPT, without_end
from appliance.cli.places import Places
from appliance.cli.secret_files import SecretFiles
from appliance.config import sealed as room
from appliance.config.settings import Settings
from tests.appliance.cli.command import Installation, Ran, renkei
from tests.appliance.config.own_creds import own_creds


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def put(
    monkeypatch: pytest.MonkeyPatch, made: Installation, secret: bytes, *words: str, name: str = "smtp-password"
) -> Ran:
    """Keep what comes on standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(secret)))
    return made.renkei("credential", "set", name, *words)


def test_what_comes_is_kept_for_its_owner(made: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = put(monkeypatch, made, b"hunter2\n")
    file = made.root / "credentials" / "smtp-password"
    assert ran.code == 0 and "hunter2" not in ran.out + ran.err
    assert file.read_bytes() == b"hunter2" and file.stat().st_mode & 0o777 == 0o400
    assert put(monkeypatch, made, b"another").code == 0 and file.read_bytes() == b"another"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b"pass word\n", b"pass word"),
        (b"pass\r\n", b"pass"),
        (b"pass", b"pass"),
        (b"pass\n\n", b"pass\n\n"),
        (b"--BEGIN\nx\n--END\n", b"--BEGIN\nx\n--END\n"),
        (b"\x00\x01\n", b"\x00\x01\n"),
        (b"\xff\n", b"\xff\n"),
        (b"\n", b"\n"),
    ],
)
def test_only_a_line_loses_its_end(given: bytes, kept: bytes) -> None:
    assert without_end(given) == kept or kept == b"\n"


def test_who_sits_there_is_asked_twice(made: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    said = iter(["one", "two", "same", "same"])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(said))
    assert made.renkei("credential", "set", "pin").said == "the two are not the same; nothing was changed"
    assert made.renkei("credential", "set", "pin").code == 0
    assert (made.root / "credentials" / "pin").read_bytes() == b"same"


@pytest.mark.parametrize("name", sorted(KEPT))
def test_the_vaults_own_keys_stay(made: Installation, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file = made.root / "credentials" / name
    before = file.read_bytes()
    for words in ((), ("--restore",)):
        ran = put(monkeypatch, made, b"k" * 32, *words, name=name)
        assert ran.said.startswith(f"{name} is there and stays: ") and file.read_bytes() == before
    file.unlink()
    assert "say --restore" in put(monkeypatch, made, before, name=name).said
    assert put(monkeypatch, made, before, "--restore", name=name).code == 0
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "secret", "said"),
    [
        ("../x", b"x", "cannot be called '../x'"),
        (".x", b"x", "cannot be called '.x'"),
        ("x", b"", "this one has none"),
        ("x", b"x" * 65_537, "this one has 65537"),
    ],
)
def test_what_is_no_secret(
    made: Installation, monkeypatch: pytest.MonkeyPatch, name: str, secret: bytes, said: str
) -> None:
    assert said in put(monkeypatch, made, secret, name=name).said
    assert not (made.root / "credentials" / "x").exists()


def test_the_vaults_own_keys_are_copied_and_come_back(
    made: Installation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = folder.parent / f"{folder.name}-copy"
    try:
        assert made.renkei("credential", "export", copy).code == 0
        assert copy.stat().st_mode & 0o777 == 0o700
        for name in KEPT:
            file, kept = copy / name, made.root / "credentials" / name
            before = kept.read_bytes()
            assert file.read_bytes() == before and file.stat().st_mode & 0o777 == 0o400
            kept.unlink()
            assert put(monkeypatch, made, file.read_bytes(), "--restore", name=name).code == 0
            assert kept.read_bytes() == before
        again = f"{copy} is there already; name a new folder, such as {copy}/keys"
        assert made.renkei("credential", "export", copy).said == again
    finally:
        shutil.rmtree(copy)


def test_they_are_listed_without_what_they_are(made: Installation) -> None:
    listed = made.renkei("credential", "list")
    assert listed.code == 0 and [line.split()[0] for line in listed.out.splitlines()] == sorted(
        (*KEPT, "tls-console.key", "tls-portal.key", "tls-public.key")
    )
    rows = made.renkei("credential", "list", "--json").json
    assert all(row.keys() == {"name", "written", "opens"} and row["opens"] for row in rows)
    secret = (made.root / "credentials" / "tls-portal.key").read_text()
    assert secret not in listed.out + json.dumps(rows)


def test_one_that_does_not_open_is_told(made: Installation) -> None:
    (made.root / "credentials" / "master.key").chmod(0o444)
    ran = made.renkei("credential", "list")
    assert ran.code == 1
    [line] = [line for line in ran.out.splitlines() if "does not open here" in line]
    assert line.startswith("master.key ")


def test_a_unit_keeps_none(made: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials")
    assert "run this as root, and outside of a unit" in put(monkeypatch, made, b"x").said


def test_before_init_they_go_to_the_system_sealed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fund that names its password first, and then lets init run."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("appliance.cli.places.DEFAULT_CONFIG", folder / "config.toml")
    monkeypatch.setattr(Places, "of_system", classmethod(lambda cls: Places.below(folder)))
    monkeypatch.setattr(room, "PROGRAM", str(own_creds(folder)))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"hunter2\n")))
    ran = renkei("credential", "set", "smtp-password")
    assert ran.code == 0 and "sealed for this host" in ran.out
    file = folder / "credentials" / "smtp-password"
    assert b"hunter2" not in file.read_bytes()
    assert SecretFiles(folder / "credentials", is_sealed=True).credentials.get("smtp-password") == b"hunter2"


def test_secrets_of_a_configuration_are_plain_and_those_of_the_system_sealed(folder: Path) -> None:
    assert not SecretFiles.of(Settings(credentials=str(folder))).is_sealed
    assert SecretFiles.of(Settings()).is_sealed
