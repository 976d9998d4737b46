# SPDX-License-Identifier: Apache-2.0
"""The appliance's own authority and its certificates, made by `renkei init`."""

import datetime as dt
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LEEWAY = dt.timedelta(days=1)
LIFE = dt.timedelta(days=366)


@dataclass(frozen=True)
class Span:
    """From when until when the certificates hold. Both clocks of a demo lie well inside (design §10)."""

    start: dt.datetime
    end: dt.datetime

    @classmethod
    def around(cls, *moments: dt.datetime) -> "Span":
        """From a day before the earliest to 366 days after the latest."""
        return cls(min(moments) - LEEWAY, max(moments) + LIFE)


class Authority:
    """A certificate authority whose key is forgotten when the certificates are made."""

    def __init__(self, name: str, span: Span) -> None:
        """name is shown to people who look at the certificate."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._span = span
        builder = self._builder(self._name, self._key).add_extension(x509.BasicConstraints(True, 0), True)
        self.certificate = builder.add_extension(_usage(signs=True), True).sign(self._key, hashes.SHA256())

    def issue(self, common_name: str, names: list[x509.GeneralName]) -> tuple[bytes, bytes]:
        """A certificate chain and its key, both PEM, for server and client use under these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = (
            self._builder(subject, key)
            .add_extension(x509.SubjectAlternativeName(names), False)
            .add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(_usage(signs=False), True)
            .add_extension(x509.ExtendedKeyUsage(uses), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False)
        )
        return _pem(builder.sign(self._key, hashes.SHA256())), _private(key)

    @property
    def pem(self) -> bytes:
        """The authority's own certificate."""
        return _pem(self.certificate)

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._span.start)
            .not_valid_after(self._span.end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )


def site_names(address: str, hosts: Iterable[str]) -> list[x509.GeneralName]:
    """The names of a site's certificate: its address, and its host names without their ports."""
    return [_name(host) for host in dict.fromkeys([address, *map(_without_port, hosts)])]


def _without_port(host: str) -> str:
    """The name of "name:port", "[v6]:port" or "name"."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
