# SPDX-License-Identifier: Apache-2.0
"""How a key of the record store is put together, so that its bytes order as its parts do."""

Part = str | int | bytes

_FOREVER = 2**63


def join(*parts: Part) -> bytes:
    """The parts as bytes: texts end with a zero byte, numbers take eight bytes, bytes stand as they are."""
    return b"".join(map(_encoded, parts))


def _encoded(part: Part) -> bytes:
    if isinstance(part, int):
        return part.to_bytes(8, "big")
    if isinstance(part, str):
        return part.encode() + b"\0"
    return part


def newest_first(at: int) -> int:
    """A number that orders instants from the latest to the earliest."""
    return _FOREVER - at


def most_first(count: int) -> int:
    """A number that orders counts from the greatest to the smallest."""
    return _FOREVER - count


def after(key: bytes) -> bytes:
    """The smallest key greater than key."""
    return key + b"\0"


def end_of(prefix: bytes) -> bytes:
    """The smallest key greater than every key that begins with prefix; prefix holds a byte below 0xff."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1])
