# SPDX-License-Identifier: Apache-2.0
"""Second factor: proves that who signs in also holds something, and keeps nothing itself (design §4, R50, A46).

The core keeps each account's state under the plugin's name, sealed; it writes the letters, and it counts the tries,
before the answer and apart from those of the password (L5). A new state is stored only if the old one still stands
(compare and set), and nothing counts that could not be stored: so of two answers at once one proves, and no answer
proves twice (L9).

A state is fit for use once an answer was proven with it: the core keeps a fresh one aside until then. To enrol
again voids all that was begun before; the core does so when the address changes to which codes are sent (T24).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from appliance.model.time import Instant

MAX_STATE = 4096
MAX_LABEL = 64
MAX_TYPED = 64

# What typing leaves between digits: spaces, dashes, invisible signs; and what the keys for "-" give in Japanese.
_BETWEEN = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf"})
_ALSO_BETWEEN = frozenset("\t\r\n\N{MINUS SIGN}\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """An account is to get this factor.

    label and issuer, of at most MAX_LABEL characters, name the account and the service where the person keeps it.
    """

    account: str
    label: str
    issuer: str
    now: Instant

    def __post_init__(self) -> None:
        """Refuse names that would not fit into a QR code. Raises ValueError."""
        if max(len(self.label), len(self.issuer)) > MAX_LABEL:
            raise ValueError(f"label and issuer have at most {MAX_LABEL} characters")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The fresh state, with a secret like no other; and what the person has to see, this once.

    Pages know the keys of shown: `secret` is a text to be typed, `uri` an address that an app understands, and
    `qr` the same as an SVG image.
    """

    state: bytes
    shown: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what nobody could keep."""
        _check_state(self.state)


@dataclass(frozen=True, slots=True)
class FactorRequest:
    """An account is about to be asked for its answer. state is what the core keeps."""

    account: str
    state: bytes
    now: Instant


@dataclass(frozen=True, slots=True)
class Begun:
    """code, as it stands in the letter, is valid before ends_at; "" and None where nothing has to be sent."""

    state: bytes
    code: str = ""
    ends_at: Instant | None = None

    def __post_init__(self) -> None:
        """Refuse a code without an end and an end without a code."""
        _check_state(self.state)
        if not isinstance(self.code, str) or (type(self.ends_at) is int) is not bool(self.code):
            raise ValueError("a code that is sent has an end, and only such a code")


@dataclass(frozen=True, slots=True)
class FactorAnswer:
    """What the person answered, as typed; digits_typed() reads it. state is what the core keeps."""

    account: str
    state: bytes
    answer: str
    now: Instant


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the answer is right. state is the new one, None if the old one stands; what proves has changed it."""

    proven: bool
    state: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse a yes that is none, and a proof that could be repeated."""
        if not isinstance(self.proven, bool):
            raise TypeError("proven is True or False")
        if self.state is not None:
            _check_state(self.state)
        elif self.proven:
            raise ValueError("what proves has a new state, so that it proves once")


NOT_PROVEN = Proof(False)


class Factor(Protocol):
    """Any number may be configured; an account has some of them, by the names of their plugins.

    All it knows comes with the request; chance comes from services.random. A state that it cannot read is a
    PluginError. A factor that raises, hangs or answers nonsense has not proven anything.
    """

    async def enrol(self, request: EnrolRequest) -> Enrolled:
        """A fresh state, independent of any earlier one of this account."""

    async def begin(self, request: FactorRequest) -> Begun:
        """Make the code that is to be sent; the core stores the state before it sends.

        While a code is valid and unused, it comes again with the same end (A23). A factor that sends nothing
        answers with the state as it is.
        """

    async def verify(self, request: FactorAnswer) -> Proof:
        """Judge an answer in constant time, whatever was typed. The state of a proven one proves it no more."""


def digits_typed(answer: str) -> str:
    """The digits of a code as people type it, "" if it is anything else than digits.

    Full-width digits are digits; spaces, dashes and invisible signs do not count.
    """
    if len(answer) > MAX_TYPED:
        return ""
    kept = "".join(sign for sign in unicodedata.normalize("NFKC", answer) if not _is_between(sign))
    return kept if _DIGITS.fullmatch(kept) else ""


def _is_between(sign: str) -> bool:
    return unicodedata.category(sign) in _BETWEEN or sign in _ALSO_BETWEEN


def _check_state(state: object) -> None:
    if not isinstance(state, bytes) or not 0 < len(state) <= MAX_STATE:
        raise ValueError(f"a state has 1 to {MAX_STATE} bytes")
