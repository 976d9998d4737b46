# SPDX-License-Identifier: Apache-2.0
"""The 確認コード as text: its lines, what is signed of it, and the short code that people compare (R31, R74).

The Linux kit carries this file to the PC as it is: it imports the standard library and nothing else.
The form is described in docs/devices.md; kits of other platforms write the same.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

FIRST = "renkei-confirmation"
LAST = "signature"
VERSION = 1
# Letters and digits that are not taken for one another on paper or by phone: no 0 and O, no 1 and I.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SYMBOLS, _GROUP = 9, 3
_BITS_A_SYMBOL = 5
# x⁵ + x² + 1, by which the check symbol is a sum over the field of 32 elements.
_FIELD = 0b100101
_NAME = re.compile(r"[a-z][a-z0-9.-]{0,40}", re.ASCII)
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,8192}", re.ASCII)

Line = tuple[str, str]


class NotALine(ValueError):
    """A name or a value that cannot stand in a line of a 確認コード."""


def signed_part(lines: Iterable[Line]) -> bytes:
    """The bytes that the device's key signs: every line with a line feed after it. Raises NotALine."""
    return "".join(f"{_name(name)}: {_value(value)}\n" for name, value in lines).encode("ascii")


def whole(signed: bytes, signature: str) -> bytes:
    """The file: what was signed, and the signature in base64."""
    return signed + signed_part([(LAST, signature)])


def canonical_bytes(content: bytes) -> bytes:
    """The file as it was written: without what Notepad, or a way through mail, puts around it.

    That is a byte order mark, line ends of Windows, and blank lines at the end.
    """
    return content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"


def parted(signed: bytes) -> list[Line]:
    """The lines of canonical bytes, each a name and a value. Raises NotALine."""
    try:
        texts = signed.decode("ascii").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise NotALine("a sign beyond ASCII") from error
    return [_parted(text) for text in texts]


def short_code_of(signed: bytes) -> str:
    """What people compare by phone: 45 bits of the SHA-256 of what was signed, and a check symbol (A40, L10)."""
    number = int.from_bytes(hashlib.sha256(signed).digest(), "big") >> (256 - _SYMBOLS * _BITS_A_SYMBOL)
    values = [number >> (_BITS_A_SYMBOL * place) & 31 for place in reversed(range(_SYMBOLS))]
    return _grouped("".join(ALPHABET[value] for value in [*values, _check(values)]))


def typed_short_code(typed: str) -> str | None:
    """The short code that somebody typed or wrote down, in its own form; None if a symbol of it is wrong.

    One wrong symbol is always noticed, and so are two that changed places.
    """
    symbols = re.sub(r"[\s-]", "", typed).upper()
    if len(symbols) != _SYMBOLS + 1 or not set(symbols) <= set(ALPHABET):
        return None
    *values, check = map(ALPHABET.index, symbols)
    return _grouped(symbols) if _check(values) == check else None


def file_name(short_code: str) -> str:
    """How the file is called on the desktop of the PC (R31)."""
    return f"確認コード({short_code.replace('-', '')[:6]}).txt"


def _check(values: Sequence[int]) -> int:
    """The sum of all values, each multiplied by another power of x: by Horner."""
    total = 0
    for value in values:
        total = _times_x(total) ^ value
    return _times_x(total)


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD if doubled > 31 else doubled


def _grouped(symbols: str) -> str:
    groups = [symbols[start : start + _GROUP] for start in range(0, _SYMBOLS, _GROUP)]
    return "-".join([*groups, symbols[_SYMBOLS:]])


def _parted(text: str) -> Line:
    name, colon, value = text.partition(": ")
    if not colon:
        raise NotALine("a line without a name")
    return _name(name), _value(value)


def _name(name: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise NotALine("a name that is none")
    return name


def _value(value: str) -> str:
    if _PRINTABLE.fullmatch(value) is None:
        raise NotALine("a value that is no printable ASCII")
    return value
