# SPDX-License-Identifier: Apache-2.0
"""What the server starts with."""

import datetime as dt
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from renkei_tunnel_softether.host import (
    LEAST_FREE,
    VALID_DAYS,
    ServerKey,
    admins_of,
    config_of,
    key_of,
    need_room,
    new_key,
    pem_of,
)
from renkei_tunnel_softether.settings import Settings
from renkei_tunnel_softether.sha0 import sha0

from appliance.contracts.tunnel import EngineAway

NOW = dt.datetime(2026, 6, 9, tzinfo=dt.UTC)


def test_it_has_the_password_without_saying_it(server_key: ServerKey) -> None:
    text = config_of(Settings(), "a secret word", server_key)
    assert f"byte HashedPassword {b64encode(sha0(b'a secret word')).decode()}\n" in text
    assert "a secret word" not in text


def test_it_listens_at_its_one_place(server_key: ServerKey) -> None:
    text = config_of(replace(Settings(), listen="198.51.100.9", port=8443), "x", server_key)
    assert "string ListenIP 198.51.100.9\n" in text
    assert text.count("uint Port") == text.count("uint Port 8443\n") == 1
    assert "bool DisableIPv6Listener true\n" in text and "string PortsUDP $\n" in text


def test_it_calls_nobody(server_key: ServerKey) -> None:
    text = config_of(Settings(), "x", server_key)
    for line in ("bool Disabled true", "bool DisableNatTraversal true", "bool UseKeepConnect false"):
        assert f"{line}\n" in text


def test_its_logs_go_before_there_is_too_little_room_for_itself(server_key: ServerKey) -> None:
    [line] = [line for line in config_of(Settings(), "x", server_key).splitlines() if "DiskFreeSpace" in line]
    assert int(line.split()[-1]) > LEAST_FREE


def test_it_is_well_formed(server_key: ServerKey) -> None:
    depth = 0
    for line in config_of(Settings(), "x", server_key).splitlines():
        depth -= line.strip() == "}"
        assert line.startswith("\t" * depth) and not line.startswith("\t" * (depth + 1))
        depth += line.strip() == "{"
    assert depth == 0


def test_its_certificate_outlasts_the_kits() -> None:
    certificate = new_key(NOW, "a fund").certificate
    assert certificate.not_valid_before_utc < NOW < certificate.not_valid_after_utc
    assert (certificate.not_valid_after_utc - NOW).days == VALID_DAYS
    assert certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value == "a fund"


def test_every_server_has_a_key_of_its_own(server_key: ServerKey) -> None:
    assert new_key(NOW).certificate.public_bytes(Encoding.DER) != server_key.certificate.public_bytes(Encoding.DER)


def test_this_host_alone_administers() -> None:
    assert admins_of(replace(Settings(), listen="198.51.100.9")).split() == ["127.0.0.1", "198.51.100.9"]


def test_a_key_is_kept_and_known_again(server_key: ServerKey) -> None:
    known = key_of(pem_of(server_key))
    assert known.certificate == server_key.certificate
    assert known.key.private_numbers() == server_key.key.private_numbers()


def test_what_is_no_key_is_refused(server_key: ServerKey) -> None:
    certificate = server_key.certificate.public_bytes(Encoding.PEM)
    other = pem_of(new_key(NOW))
    for pem in (b"", certificate, b"no key", certificate + other[other.index(b"-----BEGIN PRIVATE") :]):
        with pytest.raises(ValueError, match=r"\S"):
            key_of(pem)


def test_a_full_disk_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_room(str(tmp_path))
    monkeypatch.setattr("renkei_tunnel_softether.host.LEAST_FREE", 1 << 62)
    with pytest.raises(EngineAway, match="is full"):
        need_room(str(tmp_path))


def test_a_disk_that_nobody_sees_is_not_full(tmp_path: Path) -> None:
    need_room(str(tmp_path / "elsewhere"))
