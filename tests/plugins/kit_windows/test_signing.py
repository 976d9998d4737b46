# SPDX-License-Identifier: Apache-2.0
"""Certificates that cannot sign programs are found at the start; a signer that fails makes no kit."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from renkei_kit_windows import signing
from renkei_kit_windows.signing import Signer

from appliance.contracts.kit import KitNotBuilt
from appliance.contracts.plugin import PluginError
from tests.plugins.kit_windows.code_signing import FROM, chain, key, pem, signer

CURVE = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("certificates", "private", "said"),
    [
        (b"nothing", pem(key()), "cannot be read"),
        (chain(), b"nothing", "cannot be read"),
        (chain(), b"", "cannot be read"),
        (chain(key(1)), pem(key()), "not that of the key"),
        (chain(usage=None), pem(key()), "no code signing"),
        (chain(usage=ExtendedKeyUsageOID.SERVER_AUTH), pem(key()), "no code signing"),
        (chain(CURVE), pem(CURVE), "must be RSA"),
    ],
)
def test_what_cannot_sign_stops_the_start(certificates: bytes, private: bytes, said: str) -> None:
    with pytest.raises(PluginError, match=said) as told:
        Signer(certificates, private)
    assert "PRIVATE" not in str(told.value)


def test_the_first_certificate_of_a_chain_counts() -> None:
    whole = Signer(chain() + chain(key(1)), pem(key()))
    assert whole.fingerprint != signer().fingerprint


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A signer of the test's own, which is a shell script."""
    path = tmp_path / "osslsigncode"
    monkeypatch.setattr(signing, "PROGRAM", str(path))
    return path


def speak(program: Path, script: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def write(path: Path) -> None:
    path.write_bytes(b"baseCLIENTtail")


IN_OUT = 'while [ "$1" != -in ]; do shift; done; cp "$2" "$4"; printf SIGNED >>"$4"'


def test_a_signed_kit_keeps_the_client_where_it_was(program: Path) -> None:
    speak(program, IN_OUT)
    signed = signer().signed(write, before=4, after=4)
    assert (signed.front, signed.back, signed.size) == (b"base", b"tailSIGNED", 20)


def test_the_key_is_in_memory_alone_and_the_time_is_the_certificates(program: Path, tmp_path: Path) -> None:
    speak(program, f'echo "$@" >{tmp_path}/said; cat "$5" >{tmp_path}/key; {IN_OUT}')
    signer().signed(write, 4, 4)
    said = (tmp_path / "said").read_text().split()
    assert said[3] == "-key" and said[4].startswith("/proc/self/fd/")
    assert (tmp_path / "key").read_bytes() == pem(key())
    assert said[said.index("-time") + 1] == str(int(FROM.timestamp()))
    assert not Path(said[said.index("-in") + 1]).parent.exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [("echo Unable to read the key >&2; exit 1", "did not sign: Unable to read"), ("exit 3", "did not sign: 3")],
)
def test_a_signer_that_fails_makes_no_kit(program: Path, script: str, said: str) -> None:
    speak(program, script)
    with pytest.raises(KitNotBuilt, match=said):
        signer().signed(write, 4, 4)


def test_a_signer_that_hangs_is_ended(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(program, "exec tail -f /dev/null")
    monkeypatch.setattr(signing, "SECONDS", 0.2)
    with pytest.raises(KitNotBuilt, match=r"more than 0.2 seconds"):
        signer().signed(write, 4, 4)


def test_a_signer_that_is_not_there_is_told(program: Path) -> None:
    assert not signing.is_there()
    with pytest.raises(KitNotBuilt, match="apt-get install"):
        signer().signed(write, 4, 4)
