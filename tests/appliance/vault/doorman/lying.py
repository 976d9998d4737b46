# SPDX-License-Identifier: Apache-2.0
"""A maker of ZIPs that can lie in every field, and what the doorman says of their structure."""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.model.problems import Rule
from appliance.vault.doorman.structure import structure_of
from tests.appliance.vault.doorman.making import NAME, asked_of, small_pdf

UTF8, DESCRIBED = 0x800, 0x8
LOCAL = ("version", "flags", "method", "time", "date", "crc", "packed", "size", "name", "extra")
CENTRAL = ("made_by", *LOCAL, "comment", "disk", "inner", "attributes", "offset")
END = ("disk", "first", "here", "count", "size", "offset", "comment")


@dataclass(frozen=True)
class Part:
    """One entry. local and central override fields of one header; name and extra change with the bytes there."""

    name: bytes = NAME.encode()
    content: bytes = field(default_factory=small_pdf)
    flags: int = UTF8
    method: int = 8
    body: bytes | None = None
    extra: bytes = b""
    local_extra: bytes | None = None
    comment: bytes = b""
    attributes: int = 0
    descriptor: bytes = b""
    before: bytes = b""
    local: Mapping[str, int] = field(default_factory=dict)
    central: Mapping[str, int] = field(default_factory=dict)
    local_name: bytes | None = None

    @property
    def packed(self) -> bytes:
        """The content as it lies in the ZIP."""
        if self.body is not None:
            return self.body
        deflate = zlib.compressobj(9, wbits=-15)
        return deflate.compress(self.content) + deflate.flush() if self.method == 8 else self.content

    def figures(self) -> dict[str, int]:
        """The truth."""
        return {
            "made_by": 20,
            "version": 20,
            "flags": self.flags,
            "method": self.method,
            "time": 0,
            "date": 0x5021,
            "crc": zlib.crc32(self.content),
            "packed": len(self.packed),
            "size": len(self.content),
            "name": len(self.name),
            "extra": len(self.extra),
            "comment": len(self.comment),
            "disk": 0,
            "inner": 0,
            "attributes": self.attributes,
        }

    def local_bytes(self) -> bytes:
        """Header, content and descriptor."""
        extra = self.extra if self.local_extra is None else self.local_extra
        name = self.name if self.local_name is None else self.local_name
        figures = {**self.figures(), "name": len(name), "extra": len(extra)}
        if self.flags & DESCRIBED:
            figures |= {"crc": 0, "packed": 0, "size": 0}
        told = [{**figures, **self.local}[key] for key in LOCAL]
        return struct.pack("<4s5H3L2H", b"PK\3\4", *told) + name + extra + self.packed + self.descriptor

    def central_bytes(self, offset: int) -> bytes:
        """The entry of the directory."""
        told = [{**self.figures(), "offset": offset, **self.central}[key] for key in CENTRAL]
        return struct.pack("<4s6H3L5H2L", b"PK\1\2", *told) + self.name + self.extra + self.comment

    def true_descriptor(self, shape: str = "<4s3L") -> bytes:
        """The descriptor that belongs behind the content."""
        sign = (b"PK\7\x08",) if "4s" in shape else ()
        return struct.pack(shape, *sign, zlib.crc32(self.content), len(self.packed), len(self.content))


def lying_zip(
    *parts: Part, before: bytes = b"", behind: bytes = b"", middle: bytes = b"", after: bytes = b"", **end: int
) -> bytes:
    """before the first header, behind the last content, between directory and end record, after that."""
    data, offsets = before, []
    for part in parts or (Part(),):
        data += part.before
        offsets.append(len(data))
        data += part.local_bytes()
    data += behind
    directory = b"".join(part.central_bytes(at) for part, at in zip(parts or (Part(),), offsets, strict=True))
    truth = {"disk": 0, "first": 0, "here": len(offsets), "count": len(offsets), "comment": 0}
    truth |= {"size": len(directory), "offset": len(data)}
    return (
        data + directory + middle + struct.pack("<4s4H2LH", b"PK\5\6", *[(truth | end)[key] for key in END]) + after
    )


def rules(package: bytes, **asked: Any) -> list[Rule]:
    """What is wrong with it, apart from that it is not locked."""
    problems = structure_of(package, asked_of(package, **asked)).problems
    return [problem.rule for problem in problems if problem.rule is not Rule.ZIP_ENCRYPTION]
