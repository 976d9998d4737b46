# SPDX-License-Identifier: Apache-2.0
"""Traits of a PC: how a value becomes the hash that stands in the 確認コード (fingerprint version 1, L10).

The Linux kit carries this file to the PC as it is: it imports the standard library and nothing else.
"""

import hashlib
import re

VERSION = 1
_ROUNDS = 4096
_BYTES = 16
_LEAST = 6
_MAC = re.compile(r"[0-9A-F]{12}", re.ASCII)


def salt_of(fund: str) -> str:
    """What goes into the hashes of one fund: its offices can be compared with each other, funds cannot (A9).

    fund is what stands for it, or any of its contract numbers.
    """
    return f"renkei-trait/{VERSION}/{fund.partition('-')[0]}"


def canonical_trait(value: str) -> str:
    """The value in capitals, letters and digits alone, so that spellings do not matter.

    "" where it says nothing: fewer than six signs, or one sign again and again.
    """
    signs = re.sub(r"[^0-9A-Z]", "", value.upper(), flags=re.ASCII)
    return signs if len(signs) >= _LEAST and len(set(signs)) > 1 else ""


def canonical_mac(value: str) -> str:
    """The address of a network card that its maker gave it; "" for one that a program made up."""
    signs = canonical_trait(value)
    return signs if _MAC.fullmatch(signs) and not int(signs[:2], 16) & 3 else ""


def trait_hash(canonical: str, salt: str) -> str:
    """The hash that stands for a value: slow, because a maker's numbers are soon counted through."""
    return hashlib.pbkdf2_hmac("sha256", canonical.encode("ascii"), salt.encode("ascii"), _ROUNDS, _BYTES).hex()
