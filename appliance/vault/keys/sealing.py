# SPDX-License-Identifier: Apache-2.0
"""Sealing of values above the record store, and the wrapping of keys by keys (design §5, §6)."""

import hmac
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from appliance.contracts.plugin import Random

KEY = 32
NONCE = 12
TAG = 16
PSEUDONYM = 16
MASTER_ID = 16

_SEALED = 1
_WRAPPED = b"\x01"
_HEAD = 3
_BODY = _HEAD + NONCE


class Unsealable(Exception):
    """What was sealed cannot be opened: it was changed, moved or cut, or its key is not here."""


class WrongMasterKey(Exception):
    """The master key is not the one that wrapped these keys."""


class Sealer:
    """Seals values to their primary keys with AES-256-GCM; safe in any thread.

    A sealed value is: format (1 byte), version of the record key (2), nonce (12), ciphertext and tag (16).
    Nonces are random, so one key version is good for 2³² values (NIST SP 800-38D); Keyring.add_record_key() begins
    the next one.
    """

    def __init__(self, keys: Mapping[int, bytes], current: int, index_key: bytes, random: Random) -> None:
        """keys are the record keys by version, 32 bytes each; current is the version that seals."""
        self._ciphers = {_head(version): AESGCM(key) for version, key in keys.items()}
        self._current = (_head(current), self._ciphers[_head(current)])
        self._index_key = index_key
        self._random = random

    def seal(self, key: bytes, plain: bytes) -> bytes:
        """plain, sealed to the primary key under which it will be kept; 31 bytes longer."""
        head, cipher = self._current
        nonce = self._random.bytes(NONCE)
        return head + nonce + cipher.encrypt(nonce, plain, key)

    def open(self, key: bytes, sealed: bytes) -> bytes:
        """What was sealed to this primary key. Raises Unsealable."""
        cipher = self._ciphers.get(sealed[:_HEAD])
        if cipher is None or len(sealed) < _BODY + TAG:
            raise Unsealable(_why_not(sealed))
        try:
            return cipher.decrypt(sealed[_HEAD:_BODY], sealed[_BODY:], key)
        except InvalidTag:
            raise Unsealable("the value was changed, or belongs to another key") from None

    def blind(self, label: str, text: str) -> bytes:
        """A pseudonym of text (16 bytes of HMAC-SHA-256), for equality only; equal texts differ by label."""
        name = label.encode()
        message = bytes((len(name),)) + name + text.encode()
        return hmac.digest(self._index_key, message, "sha256")[:PSEUDONYM]

    def add_key(self, version: int, key: bytes) -> None:
        """Seal with this version from now on; what older ones have sealed stays readable."""
        cipher = AESGCM(key)
        self._ciphers[_head(version)] = cipher
        self._current = (_head(version), cipher)


def _head(version: int) -> bytes:
    return bytes((_SEALED,)) + version.to_bytes(2, "big")


def _why_not(sealed: bytes) -> str:
    if len(sealed) < _BODY + TAG:
        return f"a sealed value has at least {_BODY + TAG} bytes, not {len(sealed)}"
    if sealed[0] != _SEALED:
        return f"format {sealed[0]} of sealed values is unknown"
    return f"version {int.from_bytes(sealed[1:_HEAD], 'big')} of the record key is not in the key ring"


def wrap(by: bytes, purpose: bytes, key: bytes, nonce: bytes) -> bytes:
    """key, wrapped by another key for this purpose alone; nonce is 12 fresh random bytes. 29 bytes longer."""
    return _WRAPPED + nonce + AESGCM(by).encrypt(nonce, key, purpose)


def unwrap(by: bytes, purpose: bytes, wrapped: bytes) -> bytes:
    """The key that was wrapped for this purpose. Raises Unsealable."""
    if wrapped[:1] != _WRAPPED or len(wrapped) < 1 + NONCE + TAG:
        raise Unsealable("this is no wrapped key, or one of an unknown format")
    try:
        return AESGCM(by).decrypt(wrapped[1 : 1 + NONCE], wrapped[1 + NONCE :], purpose)
    except InvalidTag:
        raise Unsealable("the wrapped key was changed, or is for another purpose") from None


class Master:
    """The master key: wraps the keys of the key ring and of the shred folder, and has an id that is no secret."""

    def __init__(self, secret: bytes) -> None:
        """secret is the credential, 32 random bytes. Raises WrongMasterKey for any other length."""
        if len(secret) != KEY:
            raise WrongMasterKey(
                f"the master key has {KEY} bytes, not {len(secret)}: give the credential as it was made"
            )
        derived = HKDFExpand(SHA256(), KEY + MASTER_ID, b"renkei master key v1").derive(secret)
        self._wrapping = derived[:KEY]
        self.id = derived[KEY:]

    def wrap(self, purpose: bytes, key: bytes, nonce: bytes) -> bytes:
        """key, wrapped for this purpose."""
        return wrap(self._wrapping, purpose, key, nonce)

    def unwrap(self, purpose: bytes, wrapped: bytes) -> bytes:
        """The key wrapped for this purpose. Raises Unsealable."""
        return unwrap(self._wrapping, purpose, wrapped)
