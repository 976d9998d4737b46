# SPDX-License-Identifier: Apache-2.0
"""Where a process finds its secrets: what systemd handed over, a folder of its own, or sealed ones for root."""

import os
from pathlib import Path

import pytest

from appliance.config.credentials import FOLDER, Credentials
from appliance.config.decode import ConfigError
from appliance.config.own_credentials import credentials_of
from appliance.config.sealed import SealedCredentials
from appliance.config.settings import Settings


def keep(folder: Path, name: str, secret: bytes = b"secret") -> None:
    """A secret in plain."""
    (folder / name).write_bytes(secret)
    (folder / name).chmod(0o400)


def test_what_systemd_hands_over_comes_first(tmp_path: Path) -> None:
    keep(tmp_path, "renkei_master.key")
    here = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    for settings in (Settings(), Settings(credentials="/nowhere")):
        found = credentials_of(settings, here)
        assert type(found) is Credentials and found.get("master.key") == b"secret"
    with pytest.raises(ConfigError, match=f"^{FOLDER}/pepper.key: this credential is missing"):
        credentials_of(Settings(), here).get("pepper.key")


def test_a_folder_of_the_configuration_is_plain_for_root_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path, "master.key")
    for user in (0, os.getuid()):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        assert type(credentials_of(Settings(credentials=str(tmp_path)), {})) is Credentials


def test_root_beside_the_units_opens_what_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert type(credentials_of(Settings(), {})) is SealedCredentials


def test_nobody_else_has_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(ConfigError, match="there is no directory of credentials"):
        credentials_of(Settings(), {}).get("master.key")
