# SPDX-License-Identifier: Apache-2.0
"""A certificate by which programs are signed in tests."""

import datetime as dt
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from renkei_kit_windows.signing import Signer

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
FROM = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CODE = ExtendedKeyUsageOID.CODE_SIGNING


@functools.cache
def key(number: int = 0) -> rsa.RSAPrivateKey:
    """Each number has its own."""
    return rsa.generate_private_key(65537, 2048)


def pem(private: Private) -> bytes:
    """The key as a credential holds it."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def chain(private: Private | None = None, usage: x509.ObjectIdentifier | None = CODE) -> bytes:
    """A certificate that vouches for itself; usage is its one extended key usage."""
    private = private or key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Renkei lab publisher")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(FROM)
        .not_valid_after(FROM + dt.timedelta(days=3650))
    )
    if usage is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    return made.sign(private, hashes.SHA256()).public_bytes(Encoding.PEM)


def signer() -> Signer:
    """One that works."""
    return Signer(chain(), pem(key()))
