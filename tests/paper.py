# SPDX-License-Identifier: Apache-2.0
"""The words of a PDF that the product makes, as somebody would copy them out of it; no program is needed for it."""

import base64
import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_FONT = re.compile(rb"/Name /(F\d+\+?\d*) .*?/ToUnicode (\d+) 0 R", re.DOTALL)
_SIGN = re.compile(rb"<([0-9A-Fa-f]{2,4})> <((?:[0-9A-Fa-f]{4}){1,4})>")
_TOKEN = re.compile(rb"/(F\d+\+?\d*) [\d.]+ Tf|\(((?:[^\\()]|\\.)*)\) Tj|(T\*|ET)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words(pdf: bytes) -> str:
    """The text of all pages, a line for each line that was drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    fonts = {name: _signs(objects[int(at)]) for body in objects.values() for name, at in _FONT.findall(body)}
    contents = re.findall(rb"/Contents (\d+) 0 R", pdf)
    return "".join(piece for at in contents for piece in _drawn(_stream(objects[int(at)]), fonts))


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    stream = found[1]
    if b"/ASCII85Decode" in body:
        stream = base64.a85decode(stream.strip().removesuffix(b"~>"))
    # The end of the line behind it is none of it, and cannot be told from one that is: inflating knows its own end.
    return zlib.decompressobj().decompress(stream) if b"/FlateDecode" in body else stream


def _signs(body: bytes) -> dict[int, str]:
    pairs = _SIGN.findall(_stream(body).partition(b"bfchar")[2])
    return {int(code, 16): bytes.fromhex(sign.decode()).decode("utf-16-be") for code, sign in pairs}


def _drawn(content: bytes, fonts: dict[bytes, dict[int, str]]) -> Iterator[str]:
    signs: dict[int, str] = {}
    for font, text, end in _TOKEN.findall(content):
        if font:
            signs = fonts.get(font, {})
        elif end:
            yield "\n"
        else:
            yield "".join(signs.get(code, chr(code)) for code in _ESCAPE.sub(_unescaped, text))


def _unescaped(found: re.Match[bytes]) -> bytes:
    said = found[1]
    return bytes([int(said, 8)]) if said.isdigit() else _NAMED.get(said, said)
