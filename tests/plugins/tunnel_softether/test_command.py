# SPDX-License-Identifier: Apache-2.0
"""`renkei tunnel-softether prepare-host`."""

import argparse
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from renkei_tunnel_softether.command import (
    ADMINS,
    COMMAND,
    CONFIG,
    MARK,
    REPLACED,
    NotPrepared,
    prepare,
    settings_of,
)
from renkei_tunnel_softether.host import admins_of, config_of, key_of
from renkei_tunnel_softether.settings import Settings
from renkei_tunnel_softether.sha0 import sha0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With folders of this test."""
    certificate = tmp_path / "etc" / "certificates" / "softether.pem"
    return replace(Settings(), folder=str(tmp_path / "lib"), certificate=str(certificate))


@pytest.fixture
def config(tmp_path: Path, settings: Settings) -> Path:
    """Our configuration."""
    path = tmp_path / "config.toml"
    path.write_text(
        f'credentials = "{tmp_path / "secrets"}"\n[plugins.tunnel_softether]\nlisten = "198.51.100.9"\n'
        f'ports = [443, 8443]\ncertificate = "{settings.certificate}"\nfolder = "{settings.folder}"\n'
    )
    return path


def renkei(*words: str) -> int:
    """The exit code of the command with these words."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config")  # which every word takes
    COMMAND.arguments(parser)
    return COMMAND.run(parser.parse_args(list(words)))


def files(settings: Settings) -> dict[str, bytes]:
    """All that is in the server's folder, and the certificate."""
    found = {path.name: path.read_bytes() for path in Path(settings.folder).iterdir()}
    return found | {"certificate": Path(settings.certificate).read_bytes()}


def test_a_new_host_is_prepared(settings: Settings) -> None:
    assert "SoftEther may start" in prepare(settings, "secret")
    assert set(files(settings)) == {CONFIG, ADMINS, MARK, "certificate"}
    certificate = x509.load_pem_x509_certificate(Path(settings.certificate).read_bytes())
    assert certificate.not_valid_after_utc.year >= 2035


def test_secrets_are_for_their_owner_alone(settings: Settings) -> None:
    prepare(settings, "secret")
    modes = {path.name: path.stat().st_mode & 0o777 for path in Path(settings.folder).iterdir()}
    assert modes == {CONFIG: 0o600, ADMINS: 0o600, MARK: 0o600}
    assert Path(settings.certificate).stat().st_mode & 0o777 == 0o644
    assert Path(settings.folder).stat().st_mode & 0o077 == 0


def test_a_second_time_nothing_changes(settings: Settings) -> None:
    prepare(settings, "secret")
    before = files(settings)
    assert "nothing is changed" in prepare(settings, "secret")
    assert files(settings) == before


def test_what_the_server_wrote_since_is_kept(settings: Settings) -> None:
    prepare(settings, "secret")
    path = Path(settings.folder, CONFIG)
    more = path.read_bytes().replace(b"declare root\n{\n", b"declare root\n{\n\tuint ConfigRevision 9\n")
    path.write_bytes(b"\xef\xbb\xbf" + more.replace(b"\n", b"\r\n"))
    before = files(settings)
    prepare(settings, "secret")
    assert files(settings) == before


@pytest.mark.parametrize(
    ("change", "password"), [({"listen": "198.51.100.9"}, "secret"), ({"port": 8443}, "secret"), ({}, "changed")]
)
def test_another_password_or_address_is_taken(settings: Settings, change: dict[str, Any], password: str) -> None:
    prepare(settings, "secret")
    before = files(settings)
    changed = replace(settings, **change)
    assert "may start" in prepare(changed, password)
    now = files(settings)
    assert (now["certificate"], now[MARK]) == (before["certificate"], before[MARK])
    assert now[CONFIG].decode() == config_of(changed, password, key_of(now[MARK]))
    assert now[REPLACED] == before[CONFIG]
    assert now[ADMINS].decode() == admins_of(changed)


def test_a_lost_certificate_is_told_again(settings: Settings) -> None:
    prepare(settings, "secret")
    before = files(settings)
    Path(settings.certificate).unlink()
    prepare(settings, "secret")
    assert files(settings) == before


def test_a_server_that_ran_without_us_is_not_taken_over(settings: Settings) -> None:
    folder = Path(settings.folder)
    folder.mkdir()
    (folder / CONFIG).write_text("byte HashedPassword +WzqGYrR3VYXrAhKPZLGEHcIwO8=\n")
    prepare(settings, "secret")
    assert b64encode(sha0(b"secret")) in files(settings)[CONFIG]
    assert b"+Wzq" in files(settings)[REPLACED]


@pytest.mark.parametrize("keep", [0, 1, 200, -3])
def test_a_configuration_that_is_damaged_is_made_again_with_the_same_key(settings: Settings, keep: int) -> None:
    prepare(settings, "secret")
    before = files(settings)
    Path(settings.folder, CONFIG).write_bytes(before[CONFIG][:keep])
    prepare(settings, "secret")
    after = files(settings)
    assert after.pop(REPLACED) == before[CONFIG][:keep]
    assert after == before


def test_one_that_is_gone_is_made_again(settings: Settings) -> None:
    prepare(settings, "secret")
    before = files(settings)
    Path(settings.folder, CONFIG).unlink()
    prepare(settings, "secret")
    assert files(settings) == before


def test_a_damaged_key_is_never_replaced(settings: Settings) -> None:
    prepare(settings, "secret")
    Path(settings.folder, MARK).write_bytes(b"")
    before = files(settings)
    with pytest.raises(NotPrepared, match="every kit has to be made again"):
        prepare(settings, "secret")
    assert files(settings) == before


def test_the_word_prepares(
    config: Path, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "softether.password").write_text("of the folder\n")
    assert renkei("prepare-host", "--config", str(config)) == 0
    assert "198.51.100.9:443" in capsys.readouterr().out
    assert b64encode(sha0(b"of the folder")) in files(settings)[CONFIG]


def test_systemd_lays_out_credentials_by_longer_names(
    config: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "renkei_softether.password").write_text("of systemd")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert renkei("prepare-host", "--config", str(config)) == 0
    assert b64encode(sha0(b"of systemd")) in files(settings)[CONFIG]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no table [plugins.tunnel_softether]"),
        ("[plugins", "config.toml: "),
        ("[plugins.tunnel_softether]\ndial = 7\n", "[plugins.tunnel_softether]: "),
        ("[plugins.tunnel_softether]\nport = 0\n", "`port` must be"),
        ("[plugins.tunnel_softether]\n", "where is the password?"),
        ('credentials = "/nonexistent"\n[plugins.tunnel_softether]\n', "holds no password"),
    ],
)
def test_what_is_missing_is_said(
    tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    path = tmp_path / "config.toml"
    path.write_text(text)
    assert renkei("prepare-host", "--config", str(path)) == 1
    assert said in capsys.readouterr().err


def test_a_configuration_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert renkei("prepare-host", "--config", str(tmp_path / "none")) == 1
    assert capsys.readouterr().err.endswith(
        "none: cannot be read (No such file or directory); name another one with --config\n"
    )


def test_settings_are_those_of_the_table() -> None:
    found = settings_of({"plugins": {"tunnel_softether": {"dial": "vpn.example.com", "ports": [8443]}}})
    assert found == replace(Settings(), dial="vpn.example.com", ports=(8443,))
