# SPDX-License-Identifier: Apache-2.0
"""The portal's own authority and the certificates of the sites, made by `renkei init`."""

import datetime as dt
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LEEWAY = dt.timedelta(days=1)
LIFE = dt.timedelta(days=366)
# Who trusts the authority on many PCs does so once in the life of the PCs.
LONGER = dt.timedelta(days=3653)
MOST_NAME_BYTES = 64
Issued = tuple[bytes, bytes]


@dataclass(frozen=True)
class Span:
    """From when until when the certificates hold. Both clocks of a demo lie well inside (design §10)."""

    start: dt.datetime
    end: dt.datetime

    @classmethod
    def around(cls, *moments: dt.datetime) -> "Span":
        """From a day before the earliest to 366 days after the latest."""
        return cls(min(moments) - LEEWAY, max(moments) + LIFE)

    def longer(self) -> "Span":
        """The same with ten years more, for an authority."""
        return Span(self.start, self.end + LONGER)


class Authority:
    """A certificate authority. only: whoever trusts it trusts it for these names and addresses, and no others.

    Names bound sites alone, so such a one vouches for servers alone: neither for programs, letters nor people.
    """

    def __init__(self, name: str, span: Span, only: Sequence[x509.GeneralName] = ()) -> None:
        """name is shown to people who look at the certificate."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._span = span
        subject = _called(name)
        builder = _builder(subject, subject, self._key, span).add_extension(x509.BasicConstraints(True, 0), True)
        if only:
            builder = builder.add_extension(_constraints(only), True)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        self.certificate = builder.add_extension(_usage(signs=True), True).sign(self._key, hashes.SHA256())

    @classmethod
    def kept(cls, pem: bytes, key: bytes, span: Span) -> Self:
        """One that was made before; what it issues holds for span. Raises ValueError where key is not its own."""
        authority = cls.__new__(cls)
        authority.certificate = x509.load_pem_x509_certificate(pem)
        found = serialization.load_pem_private_key(key, None)
        if (
            not isinstance(found, ec.EllipticCurvePrivateKey)
            or found.public_key() != authority.certificate.public_key()
        ):
            raise ValueError("the key is not that of the authority")
        authority._key, authority._span = found, span
        return authority

    def issue(self, common_name: str, names: list[x509.GeneralName], span: Span | None = None) -> Issued:
        """A certificate and its key, both PEM, for server and client use under these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_called(common_name), self.certificate.subject, key, span or self._span)
        of_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = _serving(builder, names).add_extension(of_issuer, False)
        return _pem(builder.sign(self._key, hashes.SHA256())), _private(key)

    def outside(self, names: Sequence[x509.GeneralName]) -> list[str]:
        """Those of these names and addresses for which it cannot vouch: whoever trusts it would refuse them."""
        try:
            only = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        except x509.ExtensionNotFound:
            return []
        permitted = only.permitted_subtrees or ()
        return [str(name.value) for name in names if not any(_is_within(name, one) for one in permitted)]

    @property
    def pem(self) -> bytes:
        """The authority's own certificate."""
        return _pem(self.certificate)

    @property
    def key(self) -> bytes:
        """Its key, PEM: a secret."""
        return _private(self._key)


def self_signed(common_name: str, names: list[x509.GeneralName], span: Span) -> Issued:
    """A certificate that nobody vouches for, and its key, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _called(common_name)
    builder = _serving(_builder(subject, subject, key, span), names)
    return _pem(builder.sign(key, hashes.SHA256())), _private(key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, span: Span
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span.start)
        .not_valid_after(span.end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _serving(builder: x509.CertificateBuilder, names: list[x509.GeneralName]) -> x509.CertificateBuilder:
    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return (
        builder.add_extension(x509.SubjectAlternativeName(names), False)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(_usage(signs=False), True)
        .add_extension(x509.ExtendedKeyUsage(uses), False)
    )


def _called(name: str) -> x509.Name:
    """A common name has at most 64 bytes (RFC 5280); a longer one loses its end."""
    short = name.encode()[:MOST_NAME_BYTES].decode(errors="ignore")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, short)])


def _constraints(names: Sequence[x509.GeneralName]) -> x509.NameConstraints:
    """These names and addresses only (RFC 5280 §4.2.1.10): a form of which none is permitted is excluded whole."""
    permitted = [_subtree(name) for name in names]
    excluded = () if any(isinstance(name, x509.DNSName) for name in names) else (x509.DNSName(""),)
    return x509.NameConstraints(permitted, excluded or None)


def _subtree(name: x509.GeneralName) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_network(name.value)) if isinstance(name, x509.IPAddress) else name


def _is_within(name: x509.GeneralName, subtree: x509.GeneralName) -> bool:
    if isinstance(name, x509.IPAddress) and isinstance(subtree, x509.IPAddress):
        return ipaddress.ip_address(str(name.value)) in ipaddress.ip_network(str(subtree.value))
    if isinstance(name, x509.DNSName) and isinstance(subtree, x509.DNSName):
        return f".{name.value.lower()}".endswith(f".{subtree.value.lower()}")
    return False


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
