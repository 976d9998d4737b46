# SPDX-License-Identifier: Apache-2.0
"""A reader that goes by the local headers sees what one sees that goes by the directory."""

import struct
from dataclasses import replace

import pytest

from appliance.model.problems import Rule
from tests.appliance.vault.doorman.lying import DESCRIBED, UTF8, Part, lying_zip, rules
from tests.appliance.vault.doorman.test_directory import aes, locked

OTHER = Part(name=b"b.pdf")
STREAMED = Part(flags=UTF8 | DESCRIBED)
WIDE = struct.pack("<HH2Q", 1, 16, 0, 0)


@pytest.mark.parametrize("field", ["flags", "method", "time", "crc", "packed", "size"])
def test_a_header_that_differs_is_refused(field: str) -> None:
    for part in (Part(local={field: 1}), Part(central={"time": 1}), Part(local={"version": 52})):
        assert rules(lying_zip(part, OTHER))[0] is Rule.ZIP_LOCAL


@pytest.mark.parametrize("name", [b"evil.exe", b"B.PDF", b"", b"b.pdf\0"])
def test_another_name_is_refused(name: bytes) -> None:
    assert rules(lying_zip(replace(OTHER, local_name=name)))[0] is Rule.ZIP_LOCAL


def test_another_lock_or_second_name_is_refused() -> None:
    weaker = replace(locked(aes()), local_extra=aes(strength=1))
    assert rules(lying_zip(weaker))[0] is Rule.ZIP_LOCAL
    assert rules(lying_zip(replace(locked(aes()), local_extra=b"")))[0] is Rule.ZIP_LOCAL
    second = struct.pack("<HHBL", 0x7075, 9, 1, 0) + b"evil"
    assert rules(lying_zip(Part(local_extra=second)))[0] is Rule.ZIP_LOCAL


def test_other_fields_may_differ_as_they_do_in_real_ones() -> None:
    times = struct.pack("<HHBL", 0x5455, 5, 1, 0)
    assert rules(lying_zip(Part(extra=times, local_extra=times + struct.pack("<HH", 0xA220, 0)))) == []
    assert rules(lying_zip(Part(local_extra=b"\0")))[0] is Rule.ZIP_LOCAL


@pytest.mark.parametrize("offset", [1, 10, 2**31, 0xFFFFFFFE])
def test_a_header_that_is_not_there_is_refused(offset: int) -> None:
    assert rules(lying_zip(Part(central={"offset": offset})))[0] is Rule.ZIP_LOCAL


def test_entries_that_share_bytes_are_refused() -> None:
    assert rules(lying_zip(Part(), replace(OTHER, central={"offset": 0})))[0] is Rule.ZIP_LOCAL
    twice = replace(Part(), central={"offset": 0})
    assert rules(lying_zip(Part(), twice))[0] is Rule.ZIP_OVERLAP
    longer = {"packed": len(Part().packed) + 30}
    assert rules(lying_zip(Part(local=longer, central=longer), OTHER))[0] is Rule.ZIP_OVERLAP
    beyond = {"packed": 100_000}
    assert rules(lying_zip(Part(local=beyond, central=beyond)))[0] is Rule.ZIP_OVERLAP


def test_a_kernel_that_many_entries_share_is_refused() -> None:
    """The bomb of 2019: every entry's content is all entries that follow."""
    inner = lying_zip(*(Part(name=b"%d.pdf" % number) for number in range(50)))
    whole = {"packed": len(inner) - 200}
    assert rules(lying_zip(Part(local=whole, central=whole), *[OTHER] * 49))[0] in (
        Rule.ZIP_OVERLAP,
        Rule.ZIP_LOCAL,
    )


def test_gaps_are_refused() -> None:
    assert rules(lying_zip(Part(), replace(OTHER, before=b"gap")))[0] is Rule.ZIP_OVERLAP
    assert rules(lying_zip(behind=b"gap"))[0] is Rule.ZIP_OVERLAP
    hidden = Part(name=b"hidden.pdf").local_bytes()
    assert rules(lying_zip(Part(), behind=hidden))[0] is Rule.ZIP_OVERLAP, "an entry that is not in the directory"


def test_the_order_of_the_directory_is_free() -> None:
    one, two = Part().local_bytes(), OTHER.local_bytes()
    directory = OTHER.central_bytes(len(one)) + Part().central_bytes(0)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(directory), len(one + two), 0)
    assert rules(one + two + directory + end) == []


@pytest.mark.parametrize("shape", ["<4s3L", "<3L"])
def test_a_descriptor_with_or_without_signature_is_right(shape: str) -> None:
    part = replace(STREAMED, descriptor=STREAMED.true_descriptor(shape))
    assert rules(lying_zip(part, OTHER)) == []
    told = part.figures()
    assert rules(lying_zip(replace(part, local={key: told[key] for key in ("crc", "packed", "size")}))) == []


@pytest.mark.parametrize("shape", ["<4sL2Q", "<L2Q"])
def test_a_descriptor_of_64_bits_belongs_to_a_header_that_says_so(shape: str) -> None:
    descriptor = STREAMED.true_descriptor(shape)
    figures = {"packed": 0xFFFFFFFF, "size": 0xFFFFFFFF}
    wide = replace(STREAMED, descriptor=descriptor, local_extra=WIDE, local=figures)
    assert rules(lying_zip(wide, OTHER)) == []
    assert rules(lying_zip(replace(STREAMED, descriptor=descriptor)))[0] is Rule.ZIP_OVERLAP
    assert rules(lying_zip(replace(wide, local={})))[0] is Rule.ZIP_ZIP64
    assert rules(lying_zip(replace(wide, local_extra=WIDE[:-8].replace(b"\x10", b"\x08", 1))))[0] is Rule.ZIP_ZIP64


def test_sizes_of_64_bits_that_contradict_are_refused() -> None:
    figures = {"packed": 0xFFFFFFFF, "size": 0xFFFFFFFF}
    lie = struct.pack("<HH2Q", 1, 16, 1, len(Part().packed))
    assert rules(lying_zip(Part(local_extra=lie, local=figures)))[0] is Rule.ZIP_LOCAL


@pytest.mark.parametrize("descriptor", [b"", b"PK\7\x08", bytes(12), bytes(16), bytes(20)])
def test_a_descriptor_that_is_missing_or_lies_is_refused(descriptor: bytes) -> None:
    assert rules(lying_zip(replace(STREAMED, descriptor=descriptor)))[0] in (Rule.ZIP_LOCAL, Rule.ZIP_OVERLAP)


def test_a_descriptor_that_nobody_announced_is_a_gap() -> None:
    assert rules(lying_zip(Part(descriptor=Part().true_descriptor())))[0] is Rule.ZIP_OVERLAP
