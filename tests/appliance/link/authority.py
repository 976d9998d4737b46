# SPDX-License-Identifier: Apache-2.0
"""A certificate authority for tests, and certificates good and bad."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = dt.timedelta(days=1)
BOTH = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH)
SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Identity:
    """The two PEM files of somebody."""

    certificate: Path
    key: Path


class Authority:
    """Makes certificates below a folder."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        """Its own certificate is at .certificate."""
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(self._name, self._key, -DAY, 10 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(SIGNS, critical=True)
        self.certificate = folder / f"{name}.pem"
        self.certificate.write_bytes(_pem(builder.sign(self._key, hashes.SHA256())))

    def issue(
        self,
        *uris: str,
        start: dt.timedelta = -DAY,
        end: dt.timedelta = 5 * DAY,
        usages: tuple[x509.ObjectIdentifier, ...] = BOTH,
    ) -> Identity:
        """A certificate with these URI names, valid from start to end seen from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody")])
        builder = self._builder(subject, key, start, end)
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri) for uri in uris]
        names.append(x509.DNSName("localhost"))
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        return self._written(builder.sign(self._key, hashes.SHA256()), key)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, start: dt.timedelta, end: dt.timedelta
    ) -> x509.CertificateBuilder:
        """What every certificate has. OpenSSL compares with the real clock, so this does too.

        Which key is whose is what RFC 5280 wants, and Python from 3.13 on.
        """
        now = dt.datetime.now(dt.UTC)
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        of = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + start)
            .not_valid_after(now + end)
            .add_extension(own, critical=False)
            .add_extension(of, critical=False)
        )

    def _written(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Identity:
        """Both as files."""
        made = Identity(*(self._folder / f"{certificate.serial_number}.{kind}" for kind in ("pem", "key")))
        made.certificate.write_bytes(_pem(certificate))
        private = serialization.PrivateFormat.PKCS8
        made.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
        return made


def _pem(certificate: x509.Certificate) -> bytes:
    """As a file has it."""
    return certificate.public_bytes(serialization.Encoding.PEM)
