# SPDX-License-Identifier: Apache-2.0
"""Secrets that are sealed for a host: opened in memory, under their own name, and never told to anybody else."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.config import sealed as room
from appliance.config.decode import ConfigError
from appliance.config.sealed import SealedCredentials, sealed, unsealed
from tests.appliance.config.own_creds import own_creds

SECRET = b"\x00secret\n\xff"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that stands for systemd-creds."""
    made = own_creds(tmp_path)
    monkeypatch.setattr(room, "PROGRAM", str(made))
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for sealed secrets."""
    made = tmp_path / "credentials"
    made.mkdir()
    return made


def keep(folder: Path, name: str, secret: bytes = SECRET) -> Path:
    """A sealed secret, as init keeps it."""
    file = folder / name
    file.write_bytes(sealed(name, secret))
    file.chmod(0o400)
    return file


@pytest.mark.usefixtures("program")
def test_what_was_sealed_opens_byte_for_byte(folder: Path) -> None:
    file = keep(folder, "master.key")
    assert SECRET not in file.read_bytes()
    assert unsealed("master.key", file) == SECRET == SealedCredentials(folder).get("master.key")


def test_the_secret_is_in_no_argument(program: Path, folder: Path) -> None:
    keep(folder, "pin", b"1234567")
    assert SealedCredentials(folder).get("pin") == b"1234567"
    assert (program.parent / "asked").read_text().splitlines() == [
        "encrypt --name=renkei_pin - -",
        f"decrypt --name=renkei_pin {folder}/pin -",
    ]


@pytest.mark.usefixtures("program")
def test_one_secret_cannot_take_the_place_of_another(folder: Path) -> None:
    keep(folder, "pepper.key").rename(folder / "master.key")
    with pytest.raises(
        ConfigError, match=r"^the credential `master.key`: systemd-creds could not decrypt it: Embedded"
    ):
        SealedCredentials(folder).get("master.key")


@pytest.mark.usefixtures("program")
def test_a_path_leads_to_memory_and_to_no_file(folder: Path) -> None:
    keep(folder, "tls-portal.key")
    secrets = SealedCredentials(folder)
    path = secrets.path("tls-portal.key")
    assert path.read_bytes() == SECRET == path.read_bytes()
    assert "memfd:tls-portal.key" in str(path.readlink())
    assert secrets.path("tls-portal.key") == path
    os.close(int(path.name))


@pytest.mark.usefixtures("program")
def test_what_others_may_read_is_refused_before_it_is_opened(program: Path, folder: Path) -> None:
    keep(folder, "master.key").chmod(0o444)
    (program.parent / "asked").unlink()
    with pytest.raises(ConfigError, match="others may read it"):
        SealedCredentials(folder).get("master.key")
    with pytest.raises(ConfigError, match="this credential is missing"):
        SealedCredentials(folder).get("pepper.key")
    assert not (program.parent / "asked").exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\necho first >&2\necho 'TPM2 is away.' >&2\nexit 1\n", "could not encrypt it: TPM2 is away."),
        ("#!/bin/sh\nexit 3\n", "could not encrypt it: no reason was given"),
        ("#!/bin/sh\nsleep 60\n", "does not work here"),
        (None, "does not work here"),
    ],
)
def test_a_program_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, said: str
) -> None:
    program = tmp_path / "creds"
    if script is not None:
        program.write_text(script)
        program.chmod(0o755)
    monkeypatch.setattr(room, "PROGRAM", str(program))
    monkeypatch.setattr(room, "SECONDS", 0.2)
    with pytest.raises(ConfigError, match=said) as failed:
        sealed("pin", b"hunter2")
    assert "hunter2" not in str(failed.value)


@pytest.fixture
def real() -> Iterator[None]:
    """The program of systemd itself."""
    if os.geteuid() != 0 or not shutil.which("systemd-creds"):
        if os.environ.get("RENKEI_REQUIRE_LAB"):
            pytest.fail("needs root and systemd-creds")
        pytest.skip("needs root and systemd-creds")
    yield


@pytest.mark.lab
@pytest.mark.usefixtures("real")
def test_systemd_itself_seals_and_opens(folder: Path) -> None:
    file = keep(folder, "master.key", SECRET * 100)
    assert SECRET not in file.read_bytes()
    assert SealedCredentials(folder).get("master.key") == SECRET * 100
    assert file.rename(folder / "pepper.key")
    with pytest.raises(ConfigError, match=r"`pepper.key`: systemd-creds could not decrypt it"):
        SealedCredentials(folder).get("pepper.key")


@pytest.mark.lab
@pytest.mark.usefixtures("real")
def test_systemd_itself_opens_nothing_that_was_changed(folder: Path) -> None:
    file = keep(folder, "master.key")
    text = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(text[:-20] + bytes(byte ^ 1 for byte in text[-20:-4]) + text[-4:])
    file.chmod(0o400)
    with pytest.raises(ConfigError, match="could not decrypt it"):
        SealedCredentials(folder).get("master.key")
