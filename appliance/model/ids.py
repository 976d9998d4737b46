# SPDX-License-Identifier: Apache-2.0
"""Identifiers: random ids, and the one place where typed identifiers are made canonical."""

import base64
import re
import unicodedata

ID_BYTES = 16
ID_PATTERN = re.compile(r"^[a-z2-7]{26}$")

_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ー－ｰ"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad"), None)

CONTRACT_NUMBER = re.compile(r"^[0-9]{6,7}-[0-9]{7,8}$")
USER_ID = re.compile(r"^[A-Za-z0-9]{8,15}$")
STAFF_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{2,31}$")
# Keeps nonsense, and further lines of a header, out of letters. Only a letter that arrives proves an address.
MAIL = re.compile(r"[^\s@\x00-\x20\x7f]{1,64}@[^\s@\x00-\x20\x7f]{1,189}")


def id_from(random: bytes) -> str:
    """The text form of 16 random bytes: 26 small letters and digits, safe in keys, URLs and file names."""
    if len(random) != ID_BYTES:
        raise ValueError(f"an id is made of {ID_BYTES} bytes, not {len(random)}")
    return base64.b32encode(random).decode("ascii").rstrip("=").lower()


def is_id(text: str) -> bool:
    """Whether text has the form of an id."""
    return ID_PATTERN.fullmatch(text) is not None


def canonical(typed: str) -> str:
    """What a person meant by an identifier: NFKC, invisible signs and outer blanks gone (practice §3.1, L6).

    Case is kept: user ids tell capitals from small letters (R25, R313).
    """
    return unicodedata.normalize("NFKC", typed).translate(_INVISIBLE).strip()


def canonical_number(typed: str) -> str:
    """Like canonical(), and every hyphen look-alike is a hyphen, for numbers such as R22 (A1, T4)."""
    return canonical(typed.translate(_HYPHENS)).translate(_HYPHENS)
