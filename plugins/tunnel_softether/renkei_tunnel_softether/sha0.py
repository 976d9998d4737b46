# SPDX-License-Identifier: Apache-2.0
"""SHA-0, by which the server keeps its password; for nothing else, as it is broken (FIPS 180 of 1993)."""

import struct

_START = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
_BLOCK = 64
_WORD = 0xFFFFFFFF


def sha0(data: bytes) -> bytes:
    """The 20 bytes of the sum. SHA-1 turns each word of the schedule by one bit; this does not."""
    state: tuple[int, ...] = _START
    padded = data + b"\x80" + bytes(-(len(data) + 9) % _BLOCK) + struct.pack(">Q", len(data) * 8)
    for start in range(0, len(padded), _BLOCK):
        mixed = _mixed(state, padded[start : start + _BLOCK])
        state = tuple((before + after) & _WORD for before, after in zip(state, mixed, strict=True))
    return struct.pack(">5I", *state)


def _mixed(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = list(struct.unpack(">16I", block))
    for place in range(16, 80):
        words.append(words[place - 3] ^ words[place - 8] ^ words[place - 14] ^ words[place - 16])
    a, b, c, d, e = state
    for place, word in enumerate(words):
        chosen, constant = _chosen(place, b, c, d)
        a, b, c, d, e = (_turned(a, 5) + chosen + e + constant + word) & _WORD, a, _turned(b, 30), c, d
    return a, b, c, d, e


def _chosen(place: int, b: int, c: int, d: int) -> tuple[int, int]:
    if place < 20:
        return (b & c) | (~b & d & _WORD), 0x5A827999
    if place < 40:
        return b ^ c ^ d, 0x6ED9EBA1
    if place < 60:
        return (b & c) | (b & d) | (c & d), 0x8F1BBCDC
    return b ^ c ^ d, 0xCA62C1D6


def _turned(word: int, bits: int) -> int:
    return ((word << bits) | (word >> (32 - bits))) & _WORD
