# SPDX-License-Identifier: Apache-2.0
"""A PC of an office, for tests: its traits, its keys, and the 確認コード that a kit writes on it."""

import base64
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from appliance.contracts.device import SeatToBind
from appliance.model.confirmation import Line, signed_part, whole
from appliance.model.devices import Hint
from appliance.model.time import SECOND
from appliance.model.traits import canonical_trait, salt_of, trait_hash

OFFICE_PC = {
    "system-uuid": "4C4C4544-0042-3510-8052-C7C04F4D3332",
    "system-serial": "7B5RML2",
    "board-serial": "/7B5RML2/CNPE1007630183/",
    "os-id": "0f3d6a0e-8c1a-4f61-9d7e-2b5c9a7e4d10",
    "disk.1": "S4EVNF0M748293X",
    "mac.1": "8C:04:BA:5E:10:22",
}
OTHER_PC = {
    "system-uuid": "8E1F5C80-2A64-11EB-9C2B-F8A2D6B1E7A0",
    "system-serial": "PF2L8XQ3",
    "board-serial": "L1HF0CE01RT",
    "os-id": "5a9e63b7-10c4-46d0-8f29-6b1d0e8c7f33",
    "disk.1": "PHBA1240041S512L",
    "disk.2": "WD-WCC6Y3AHK9T4",
    "mac.1": "54:05:DB:91:7C:0E",
    "mac.2": "90:78:41:AA:03:5F",
}
NOTHING: Mapping[str, str] = {}


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """The key called name; made once in a run."""
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class Pc:
    """A PC with a kit on it. traits are values as the machine says them; salt is that of the contract if ""."""

    traits: Mapping[str, str] = field(default_factory=lambda: OFFICE_PC)
    key: str = "key-1"
    hints: Collection[Hint] = ()
    wireguard_key: str = ""
    salt: str = ""

    def lines(self, seat: SeatToBind, certificate: bytes | None = None) -> list[Line]:
        """What it says of itself; certificate is DER."""
        made_at = dt.datetime.fromtimestamp(seat.now // SECOND, dt.UTC)
        der = certificate if certificate is not None else device_certificate(seat, self.key)
        wireguard = [("wireguard-key", self.wireguard_key)] if self.wireguard_key else []
        return [
            ("renkei-confirmation", "1"),
            ("contract", seat.contract_number),
            ("seat", f"{seat.number:02d}"),
            ("kit", seat.kit),
            ("made-at", f"{made_at:%Y-%m-%dT%H:%M:%SZ}"),
            ("made-by", "tests 1"),
            ("certificate", base64.b64encode(der).decode()),
            *wireguard,
            ("fingerprint-version", "1"),
            *sorted(fingerprint(self.traits, self.salt or salt_of(seat.contract_number))),
            *sorted(("hint", hint.value) for hint in self.hints),
        ]

    def confirmation(self, seat: SeatToBind) -> bytes:
        """The file on its desktop."""
        return signed(self.lines(seat), self.key)


def fingerprint(traits: Mapping[str, str], salt: str) -> list[Line]:
    """The lines of the traits that say something."""
    canonical = {name: canonical_trait(value) for name, value in traits.items()}
    return [(f"trait.{name}", trait_hash(value, salt)) for name, value in canonical.items() if value]


def signed(lines: list[Line], key: str = "key-1") -> bytes:
    """The file that holds these lines."""
    part = signed_part(lines)
    signature = private_key(key).sign(part, padding.PKCS1v15(), hashes.SHA256())
    return whole(part, base64.b64encode(signature).decode())


@cache
def device_certificate(seat: SeatToBind, key: str = "key-1") -> bytes:
    """The certificate that a kit makes, DER."""
    return certificate_builder(seat, key).sign(private_key(key), hashes.SHA256()).public_bytes(Encoding.DER)


def certificate_builder(seat: SeatToBind, key: str = "key-1", name: str = "") -> x509.CertificateBuilder:
    """The same before it is signed; name is another common name than the seat's."""
    start = dt.datetime.fromtimestamp(seat.now // SECOND, dt.UTC)
    called = x509.NameAttribute(NameOID.COMMON_NAME, name or f"{seat.contract_number}.{seat.number:02d}")
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([called]))
        .issuer_name(x509.Name([called]))
        .public_key(private_key(key).public_key())
        .serial_number(1 + start.second)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=3653))
        .add_extension(x509.BasicConstraints(False, None), True)
    )
