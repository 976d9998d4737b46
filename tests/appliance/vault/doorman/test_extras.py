# SPDX-License-Identifier: Apache-2.0
"""Extra fields are well formed or refused; each is there once."""

import struct

import pytest

from appliance.vault.doorman.extras import Aes, aes, fields


def field(number: int, content: bytes) -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def test_fields_are_found_by_number() -> None:
    assert fields(b"") == {}
    assert fields(field(1, b"one") + field(2, b"") + field(0xFFFF, b"x")) == {1: b"one", 2: b"", 0xFFFF: b"x"}


@pytest.mark.parametrize(
    "extra", [b"\0", b"\0" * 3, field(1, b"one")[:-1], field(1, b"") + b"\0", field(1, b"a") + field(1, b"a")]
)
def test_what_is_cut_left_over_or_there_twice_is_refused(extra: bytes) -> None:
    with pytest.raises(ValueError, match=r"left over|cut"):
        fields(extra)


def test_the_field_of_aes_is_read() -> None:
    assert aes(b"\x01\x00AE\x01\x08\x00") == Aes(version=1, strength=1, method=8)
    both = [aes(bytes([version]) + b"\0AE\3\0\0") for version in (1, 2)]
    assert [one.has_no_crc for one in both] == [False, True]
    assert [Aes(2, strength, 0).overhead for strength in (1, 2, 3)] == [20, 24, 28]


@pytest.mark.parametrize(
    "content",
    [b"", b"\1\0AE\3\0", b"\0\0AE\3\0\0", b"\3\0AE\3\0\0", b"\2\0EA\3\0\0", b"\2\0AE\0\0\0", b"\2\0AE\4\0\0"],
)
def test_another_kind_of_aes_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="AES"):
        aes(content)
