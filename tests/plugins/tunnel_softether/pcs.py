# SPDX-License-Identifier: Apache-2.0
"""Keys and certificates as PCs make them, and seats that have them."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from appliance.contracts.tunnel import TunnelSeat

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a PC")])


@dataclass(frozen=True)
class Pc:
    """What a PC has made for itself, PEM and DER."""

    certificate: bytes
    der: bytes
    key: bytes


@cache
def pc(which: str = "") -> Pc:
    """A PC, the same for the same word in one run of the tests."""
    key = rsa.generate_private_key(65537, 2048)
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(NAME, NAME, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=366))
    signed = made.sign(key, hashes.SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return Pc(signed.public_bytes(Encoding.PEM), signed.public_bytes(Encoding.DER), secret)


def name_of(number: int) -> str:
    """As the id of a kit: 26 small letters."""
    return "".join("abcdefghijklmnopqrstuvwxyz"[number // 26**place % 26] for place in range(25, -1, -1))


def seat(number: int, which: str = "") -> TunnelSeat:
    """A seat with the certificate of a PC."""
    return TunnelSeat(name_of(number), pc(f"{number}{which}").der)
