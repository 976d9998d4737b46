# SPDX-License-Identifier: Apache-2.0
"""Secrets are written in one step, for their owner, plain or sealed; and forgotten durably."""

from pathlib import Path

import pytest

from appliance.cli.secret_files import SecretFiles
from appliance.config import sealed as room
from appliance.config.decode import ConfigError
from tests.appliance.config.own_creds import own_creds


@pytest.fixture(params=[False, True], ids=["plain", "sealed"])
def secrets(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SecretFiles:
    """A folder of secrets, of both kinds."""
    monkeypatch.setattr(room, "PROGRAM", str(own_creds(tmp_path)))
    (tmp_path / "credentials").mkdir(mode=0o700)
    return SecretFiles(tmp_path / "credentials", is_sealed=request.param)


def test_what_is_written_is_read(secrets: SecretFiles) -> None:
    secrets.write("pin", b"\x001234")
    file = secrets.folder / "pin"
    assert secrets.credentials.get("pin") == b"\x001234" and secrets.opens("pin")
    assert file.stat().st_mode & 0o777 == 0o400
    assert (b"1234" in file.read_bytes()) is not secrets.is_sealed
    secrets.write("pin", b"other")
    assert secrets.credentials.get("pin") == b"other"
    assert [one.name for one in secrets.folder.iterdir()] == ["pin"]


def test_what_is_removed_is_gone(secrets: SecretFiles) -> None:
    secrets.write("pin", b"1")
    assert secrets.has("pin")
    secrets.remove("pin")
    assert not secrets.has("pin") and not secrets.opens("pin")


def test_names_are_those_of_secrets(secrets: SecretFiles) -> None:
    for name in ("b", "a"):
        secrets.write(name, b"1")
    (secrets.folder / ".a.new").touch()
    (secrets.folder / "folder").mkdir()
    assert secrets.names() == ["a", "b"]
    assert SecretFiles(secrets.folder / "none", is_sealed=False).names() == []


def test_what_cannot_be_sealed_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PROGRAM", str(own_creds(tmp_path)))
    secrets = SecretFiles(tmp_path, is_sealed=True)
    secrets.write("pin", b"old")
    monkeypatch.setattr(room, "PROGRAM", str(tmp_path / "nothing"))
    with pytest.raises(ConfigError, match="does not work here"):
        secrets.write("pin", b"new")
    monkeypatch.setattr(room, "PROGRAM", str(tmp_path / "own-creds"))
    assert secrets.credentials.get("pin") == b"old"
