# SPDX-License-Identifier: Apache-2.0
"""Keys are made by openssl, for their owner alone, and their public halves are what other programs read."""

import base64
import os
from shutil import which

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from renkei_kit_linux.on_pc import keys
from renkei_kit_linux.on_pc.order import Trouble

from tests.plugins.kit_linux.office_pc import OfficePc, order_there


def certificate(pc: OfficePc) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(keys.certificate_line(pc.places)))


def test_keys_are_for_their_owner_alone(keyed: OfficePc) -> None:
    for secret in (keyed.places.key, keyed.places.wireguard):
        assert secret.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in keyed.places.own.iterdir()) == ["device.key", "device.pem", "wireguard.key"]


def test_the_certificate_is_of_the_seat_and_of_the_key(keyed: OfficePc) -> None:
    found = certificate(keyed)
    [name] = found.subject
    assert name.value == "916237-0000021.01" == keys.common_name(keyed.places)
    assert found.subject == found.issuer
    assert found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert (found.not_valid_after_utc - found.not_valid_before_utc).days == keys.DAYS
    key = load_pem_private_key(keyed.places.key.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey) and key.key_size == keys.BITS
    assert found.public_key() == key.public_key()


def test_what_is_signed_proves(keyed: OfficePc) -> None:
    signature = base64.b64decode(keys.signature(keyed.places, b"said"))
    public = certificate(keyed).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(signature, b"said", padding.PKCS1v15(), hashes.SHA256())


def test_the_key_of_wireguard_is_the_public_half(keyed: OfficePc) -> None:
    key = load_pem_private_key(keyed.places.wireguard.read_bytes(), None)
    assert isinstance(key, x25519.X25519PrivateKey)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert base64.b64decode(keys.wireguard_line(keyed.places)) == public


def test_keys_that_there_are_stay(keyed: OfficePc) -> None:
    before = keyed.places.key.read_bytes()
    keys.make_keys(keyed.places, order_there())
    assert keyed.places.key.read_bytes() == before


@pytest.mark.parametrize("broken", ["device.key", "device.pem"])
def test_keys_of_which_one_half_is_gone_are_made_anew(pc: OfficePc, keyed: OfficePc, broken: str) -> None:
    pc.places.own.mkdir(parents=True)
    for name in ("device.key", "device.pem", "wireguard.key"):
        (pc.places.own / name).write_bytes((keyed.places.own / name).read_bytes())
    (pc.places.own / broken).unlink()
    keys.make_keys(pc.places, order_there())
    assert keys.common_name(pc.places) == "916237-0000021.01"
    assert pc.places.key.read_bytes() != keyed.places.key.read_bytes()


def test_keys_of_another_seat_are_made_anew(pc: OfficePc, keyed: OfficePc) -> None:
    pc.places.own.mkdir(parents=True)
    for name in ("device.key", "device.pem"):
        (pc.places.own / name).write_bytes((keyed.places.own / name).read_bytes())
    keys.make_keys(pc.places, order_there(seat=2))
    assert keys.common_name(pc.places) == "916237-0000021.02"


# --- when openssl is not what it should be ------------------------------------------------------------------------


@pytest.fixture
def path(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> OfficePc:
    """A PC whose programs are those that a test gives it."""
    pc.places.own.mkdir(parents=True)
    monkeypatch.setenv("PATH", f"{pc.folder / 'bin'}:{pc.environment['PATH']}")
    return pc


def trouble(pc: OfficePc) -> Trouble:
    with pytest.raises(Trouble) as caught:
        keys.make_keys(pc.places, order_there())
    return caught.value


def test_without_openssl(path: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert trouble(path).word == "no_openssl"


def test_one_that_fails_is_quoted(path: OfficePc) -> None:
    path.program("openssl", "echo first >&2; echo 'no entropy' >&2; exit 1")
    found = trouble(path)
    assert (found.word, found.values["detail"]) == ("openssl_failed", "genpkey: no entropy")
    assert [*path.places.own.iterdir()] == []


def test_one_that_hangs_is_left(path: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    path.program("openssl", "exec sleep 600")
    monkeypatch.setattr(keys, "_SECONDS", 0.05)
    assert trouble(path).word == "openssl_failed"


def test_one_without_x25519_makes_no_key_of_wireguard(path: OfficePc) -> None:
    real = which("openssl", path=os.defpath)
    path.program("openssl", f'case "$*" in *X25519*) exit 1;; esac; exec {real} "$@"')
    keys.make_keys(path.places, order_there())
    assert keys.wireguard_line(path.places) == ""
    assert keys.common_name(path.places) == "916237-0000021.01"
