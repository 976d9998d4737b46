# SPDX-License-Identifier: Apache-2.0
"""The directory holds exactly what the end record counts, and each entry has one kind of lock."""

import struct

import pytest

from appliance.model.problems import Rule
from appliance.vault.doorman.asked import Encryption, Fault
from appliance.vault.doorman.directory import Entry, entries_of
from appliance.vault.doorman.ends import end_of
from tests.appliance.vault.doorman.lying import UTF8, Part, lying_zip, rules
from tests.appliance.vault.doorman.making import aes_zip, plain_zip

LOCKED = UTF8 | 1


def entries(package: bytes) -> list[Entry]:
    return entries_of(package, end_of(package, 99))


def rule_of(package: bytes) -> Rule:
    with pytest.raises(Fault) as caught:
        entries(package)
    return caught.value.problem.rule


def aes(version: int = 2, vendor: bytes = b"AE", strength: int = 3, method: int = 8) -> bytes:
    """The field of AES."""
    return struct.pack("<HHH2sBH", 0x9901, 7, version, vendor, strength, method)


def locked(extra: bytes, flags: int = LOCKED, method: int = 99) -> Part:
    return Part(flags=flags, method=method, extra=extra, body=bytes(100))


def test_what_is_locked_with_aes_is_told_by_its_strength() -> None:
    for bits, overhead in ((256, 28), (192, 24), (128, 20)):
        [entry] = entries(aes_zip({"a.pdf": b"content"}, bits=bits, method=0))
        assert entry.encryption == f"aes{bits}" and (entry.compression, entry.overhead) == (0, overhead)
        assert entry.packed - entry.overhead == entry.size == 7


def test_without_the_field_it_is_the_old_lock_or_none() -> None:
    [plain] = entries(plain_zip({"a.pdf": b"content"}))
    assert (plain.encryption, plain.overhead, plain.compression) == (Encryption.NONE, 0, 8)
    [old] = entries(lying_zip(Part(flags=LOCKED)))
    assert (old.encryption, old.overhead) == (Encryption.ZIPCRYPTO, 12)


@pytest.mark.parametrize(
    "part",
    [
        locked(b""),
        locked(aes(), flags=UTF8),
        locked(aes(), method=8),
        locked(aes(version=3)),
        locked(aes(vendor=b"XX")),
        locked(aes(strength=0)),
        locked(aes(strength=4)),
        locked(struct.pack("<HH6s", 0x9901, 6, b"\2\0AE\3\0")),
        Part(flags=LOCKED | 0x40),
        Part(flags=LOCKED | 0x2000),
    ],
)
def test_a_lock_that_nobody_knows_is_refused(part: Part) -> None:
    assert rule_of(lying_zip(part)) is Rule.ZIP_ENCRYPTION


@pytest.mark.parametrize(
    "extra", [b"\1", b"\xff\xff\xff\xff", aes() + aes(), b"\x55\x54\x05\x00abc", aes() + b"\0\0\0"]
)
def test_extra_fields_are_well_formed_and_there_once(extra: bytes) -> None:
    assert rule_of(lying_zip(locked(extra))) is Rule.ZIP_DIRECTORY


def test_sizes_of_64_bits_are_refused() -> None:
    wide = struct.pack("<HHQ", 1, 8, 5_000_000_000)
    assert rule_of(lying_zip(Part(extra=wide, central={"size": 0xFFFFFFFF}))) is Rule.ZIP_ZIP64


def test_an_entry_on_another_disk_is_refused() -> None:
    assert rule_of(lying_zip(Part(central={"disk": 1}))) is Rule.ZIP_SPLIT


def test_each_entry_begins_with_its_signature_and_ends_within() -> None:
    package = bytearray(lying_zip(Part(), Part(name=b"b.pdf")))
    package[package.rindex(b"PK\1\2")] = 0
    assert rule_of(bytes(package)) is Rule.ZIP_DIRECTORY
    for field in ("name", "extra", "comment"):
        assert rule_of(lying_zip(Part(central={field: 5_000}))) is Rule.ZIP_DIRECTORY


def test_there_are_neither_more_nor_fewer_than_counted() -> None:
    two = (Part(), Part(name=b"b.pdf"))
    assert rule_of(lying_zip(*two, here=1, count=1)) is Rule.ZIP_DIRECTORY
    assert rule_of(lying_zip(*two, here=3, count=3)) is Rule.ZIP_DIRECTORY


def test_a_comment_of_an_entry_is_read_over() -> None:
    assert rules(lying_zip(Part(comment=b"hello"))) == []
