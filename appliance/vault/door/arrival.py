# SPDX-License-Identifier: Apache-2.0
"""An arrival: how far somebody has come, sealed into what they send along with the next step, and kept nowhere.

1. It opens only with the key that is derived from the pepper, for this purpose and at the site that gave it out.
2. It lasts ten minutes from the last step, and dies when the lock, the password, the mail address or the state of
   the account moves.
3. That of a name that nobody has looks the same and is as long.
"""

import base64
import binascii
import hmac
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from appliance.contracts.plugin import Random
from appliance.link.refusals import Refused, Why
from appliance.model.time import MINUTE, Instant
from appliance.model.words import Site

LIFE: Final = 10 * MINUTE
NONCE, SIZE, TAG = 12, 160, 16
LENGTH: Final = -(-(NONCE + SIZE + TAG) // 3) * 4


class Arrival(msgspec.Struct, frozen=True, array_like=True):
    """account is an id that nobody has if the name is nobody's. The instants of proofs are 0 before them.

    name is a pseudonym of what was typed; version is of the facts that must not move.
    """

    account: str
    known: bool
    name: bytes
    version: bytes
    at: Instant
    code_at: Instant = 0
    password_at: Instant = 0


class NotArrived(Refused):
    """The step does not follow from the one before. reason goes into the journal."""

    def __init__(self, reason: str) -> None:
        """reason is a fixed word."""
        super().__init__(Why.NOT_SIGNED_IN, "door.expired")
        self.reason = reason


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Arrival).decode


class Arrivals:
    """Seals arrivals and opens them."""

    def __init__(self, pepper: bytes, random: Random) -> None:
        """pepper is the credential that the key is derived from."""
        self._cipher = AESGCM(hmac.digest(pepper, b"arrival key", "sha256"))
        self._random = random

    def seal(self, site: Site, arrival: Arrival) -> str:
        """What goes out."""
        nonce = self._random.bytes(NONCE)
        # msgpack reads one value and would complain about more; the length in front says where it ends.
        packed = _encode(arrival)
        plain = bytes((len(packed),)) + packed
        return base64.urlsafe_b64encode(
            nonce + self._cipher.encrypt(nonce, plain.ljust(SIZE, b"\0"), _audience(site))
        ).decode()

    def open(self, site: Site, text: str, now: Instant) -> Arrival:
        """What came back. Raises NotArrived."""
        arrival = self._opened(site, text)
        if not 0 <= now - arrival.at < LIFE:
            raise NotArrived("arrival is too old")
        return arrival

    def _opened(self, site: Site, text: str) -> Arrival:
        try:
            sealed = base64.b64decode(text, altchars=b"-_", validate=True) if len(text) == LENGTH else b""
            plain = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _audience(site))
        except (InvalidTag, binascii.Error, ValueError):
            raise NotArrived("unknown arrival") from None
        return _decode(plain[1 : 1 + plain[0]])


def _audience(site: Site) -> bytes:
    return f"renkei arrival 1 {site}".encode()
