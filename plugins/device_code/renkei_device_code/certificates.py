# SPDX-License-Identifier: Apache-2.0
"""The device's own certificate: RSA, self-signed, of its seat, and no authority (SoftEther knows users by it)."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from appliance.model.devices import Claim
from appliance.model.time import in_japan

MAX_DER = 4096
_BITS = range(2048, 4097)
_EXPONENT = 65537
_LEEWAY = dt.timedelta(days=1)
_LONGEST = dt.timedelta(days=20 * 366)
_HASHES = ("sha256", "sha384", "sha512")


class Unfit(Exception):
    """The certificate, or a signature, is not what the claim says it is."""


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """The public key of a device."""

    key: rsa.RSAPublicKey

    def verify(self, signature: bytes, signed: bytes) -> None:
        """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2). Raises Unfit."""
        try:
            self.key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise Unfit("the signature is of something else") from error


def device_key(claim: Claim) -> DeviceKey:
    """The key of the claim's certificate, which was looked at. Raises Unfit."""
    if len(claim.certificate) > MAX_DER:
        raise Unfit("a certificate this long is none of a device")
    try:
        certificate = x509.load_der_x509_certificate(claim.certificate)
        _check(certificate, claim)
        return DeviceKey(_key(certificate))
    # What a damaged certificate makes its reader raise depends on where the damage is.
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise Unfit(f"the certificate cannot be read: {error}") from error


def same_key(one: bytes, other: bytes) -> bool:
    """Whether two certificates, both DER, are of one device key; a key may have had several."""
    return one == other or (bool(mine := _public(one)) and mine == _public(other))


@lru_cache(4096)
def _public(certificate: bytes) -> bytes:
    """The public key in it, b"" where there is none that can be read."""
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return b""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _check(certificate: x509.Certificate, claim: Claim) -> None:
    _need(_name(certificate) == f"{claim.contract_number}.{claim.seat:02d}", "of another seat")
    hashed = certificate.signature_hash_algorithm
    _need(hashed is not None and hashed.name in _HASHES, "signed by a weak hash")
    certificate.verify_directly_issued_by(certificate)
    _need(not _is_authority(certificate), "an authority")
    start, end, made = certificate.not_valid_before_utc, certificate.not_valid_after_utc, in_japan(claim.made_at)
    _need(start - _LEEWAY <= made <= end and end - start <= _LONGEST, "not of its time")


def _key(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise Unfit("the key is not RSA")
    _need(key.key_size in _BITS and key.public_numbers().e == _EXPONENT, "of a weak key")
    return key


def _name(certificate: x509.Certificate) -> str:
    """The common name, where the subject is nothing else."""
    [*names] = certificate.subject
    if len(names) != 1 or names[0].oid != NameOID.COMMON_NAME:
        return ""
    return str(names[0].value)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _need(so: bool, what: str) -> None:
    if not so:
        raise Unfit(f"the certificate is {what}")
