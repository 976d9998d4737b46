# SPDX-License-Identifier: Apache-2.0
"""The certificate in a 確認コード: of its seat, self-signed by a strong key, of its time, and no authority."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from renkei_device_code.certificates import Unfit, device_key, same_key
from renkei_device_code.reading import claim_of

from appliance.model.devices import Claim
from appliance.testing.device_suite import FIRST, SECOND
from tests.plugins.device_code.pc import Pc, certificate_builder, device_certificate, private_key

CLAIM = claim_of(Pc().confirmation(FIRST))
NOW = dt.datetime.fromtimestamp(FIRST.now / 1000, dt.UTC)
DAY = dt.timedelta(days=1)


def with_certificate(der: bytes) -> Claim:
    return replace(CLAIM, certificate=der)


def made(change: Callable[[x509.CertificateBuilder], x509.CertificateBuilder], name: str = "") -> Claim:
    builder = change(certificate_builder(FIRST, name=name))
    return with_certificate(builder.sign(private_key("key-1"), hashes.SHA256()).public_bytes(Encoding.DER))


def as_it_is(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return builder


def test_the_certificate_of_a_kit_is_right() -> None:
    key = device_key(CLAIM)
    assert key.key.public_numbers() == private_key("key-1").public_key().public_numbers()


def lasting(start: dt.datetime, end: dt.datetime) -> Claim:
    builder = certificate_builder(FIRST)
    fresh = x509.CertificateBuilder(builder._issuer_name, builder._subject_name, builder._public_key, 7)
    signed = fresh.not_valid_before(start).not_valid_after(end).sign(private_key("key-1"), hashes.SHA256())
    return with_certificate(signed.public_bytes(Encoding.DER))


def test_one_without_extensions_is_right_too() -> None:
    """As Windows makes it."""
    assert device_key(lasting(NOW - DAY, NOW + 365 * DAY))
    assert device_key(lasting(NOW + DAY / 2, NOW + 365 * DAY)), "clocks of PCs are not exact"


@pytest.mark.parametrize(
    ("start", "end"),
    [(NOW - 9 * DAY, NOW - DAY), (NOW + 2 * DAY, NOW + 9 * DAY), (NOW - DAY, NOW + 7400 * DAY)],
)
def test_one_of_another_time_is_refused(start: dt.datetime, end: dt.datetime) -> None:
    with pytest.raises(Unfit, match="time"):
        device_key(lasting(start, end))


@pytest.mark.parametrize("name", ["123456-0000021.02", "123456-0000022.01", "x", "123456-0000021.1"])
def test_one_of_another_seat_is_refused(name: str) -> None:
    with pytest.raises(Unfit, match="another seat"):
        device_key(made(as_it_is, name))


def test_one_that_says_more_than_its_seat_is_refused() -> None:
    names = [
        x509.NameAttribute(NameOID.COMMON_NAME, "123456-0000021.01"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "x"),
    ]

    def renamed(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
        builder._subject_name = builder._issuer_name = x509.Name(names)
        return builder

    with pytest.raises(Unfit, match="another seat"):
        device_key(made(renamed))


def test_an_authority_is_refused() -> None:
    def authority(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
        builder._extensions = []
        return builder.add_extension(x509.BasicConstraints(True, 0), True)

    with pytest.raises(Unfit, match="authority"):
        device_key(made(authority))


def test_one_that_another_key_signed_is_refused() -> None:
    der = certificate_builder(FIRST).sign(private_key("key-2"), hashes.SHA256()).public_bytes(Encoding.DER)
    with pytest.raises(Unfit):
        device_key(with_certificate(der))


def test_a_short_key_is_refused() -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - weak on purpose
    builder = certificate_builder(FIRST)
    builder._public_key = key.public_key()
    with pytest.raises(Unfit, match="weak key"):
        device_key(with_certificate(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)))


def test_another_kind_of_key_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = certificate_builder(FIRST)
    builder._public_key = key.public_key()
    with pytest.raises(Unfit, match="not RSA"):
        device_key(with_certificate(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)))


@pytest.mark.parametrize("place", range(0, 700, 37))
def test_damage_anywhere_is_unfit(place: int) -> None:
    der = bytearray(device_certificate(FIRST))
    der[place] ^= 0x55
    with pytest.raises(Unfit):
        device_key(with_certificate(bytes(der)))


@pytest.mark.parametrize("der", [b"", b"\x30\x82", bytes(4097), device_certificate(FIRST) + b"\0"])
def test_what_is_no_certificate_is_unfit(der: bytes) -> None:
    with pytest.raises(Unfit):
        device_key(with_certificate(der))


def test_two_certificates_may_be_of_one_key() -> None:
    one, other = device_certificate(FIRST), device_certificate(SECOND)
    assert one != other and same_key(one, other)
    assert not same_key(one, device_certificate(FIRST, "key-2"))
    assert same_key(b"x", b"x") and not same_key(b"x", b"y") and not same_key(one, b"")


def test_the_certificate_of_one_seat_does_not_serve_another() -> None:
    assert device_certificate(FIRST) != device_certificate(SECOND)
    with pytest.raises(Unfit, match="another seat"):
        device_key(with_certificate(device_certificate(SECOND)))
