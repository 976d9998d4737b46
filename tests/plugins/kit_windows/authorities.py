# SPDX-License-Identifier: Apache-2.0
"""An authority as a fund's portal has one, and how Windows names it."""

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.plugins.kit_windows.code_signing import FROM, key


def authority() -> x509.Certificate:
    """One that vouches for itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Renkei lab authority")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key().public_key())
        .serial_number(9)
        .not_valid_before(FROM)
        .not_valid_after(FROM + dt.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    return made.sign(key(), hashes.SHA256())


def pem_of(certificate: x509.Certificate) -> str:
    """As an order has it."""
    return certificate.public_bytes(Encoding.PEM).decode()


def thumbprint(certificate: x509.Certificate) -> str:
    """The name of its entry in the registry."""
    return certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - so Windows names certificates
