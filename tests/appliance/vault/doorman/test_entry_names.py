# SPDX-License-Identifier: Apache-2.0
"""Names are read as they were meant (T12), and those that would hurt are refused."""

import struct
import unicodedata
import zlib
from collections.abc import Mapping

import pytest

from appliance.model.problems import Rule
from appliance.vault.doorman.directory import Entry
from appliance.vault.doorman.entry_names import LONGEST, kind_of_file, name_of, same, traps

FORM = "20240524_0123_資格取得届.pdf"
# Signs whose second byte in cp932 is a backslash, a vertical bar and the like.
BACKSLASHES = "表ソ能予十貼暴申構.pdf"
DAKUTEN = "ガギグ_資格_パ.pdf"


def entry(raw: bytes, flags: int = 0, extras: Mapping[int, bytes] | None = None) -> Entry:
    return Entry(raw, 20, flags, 0, 0, 0, 0, 0, 0, 0, extras or {}, None)


def told(raw: bytes, name: str, version: int = 1) -> dict[int, bytes]:
    """The field of Info-ZIP."""
    return {0x7075: struct.pack("<BL", version, zlib.crc32(raw)) + name.encode()}


@pytest.mark.parametrize("name", [FORM, BACKSLASHES, DAKUTEN, "plain.pdf", "①髙㈱.pdf", "ﾃｽﾄ届.pdf"])
def test_each_way_of_writing_a_name_gives_the_same(name: str) -> None:
    as_utf8, as_cp932 = name.encode(), name.encode("cp932")
    assert name_of(entry(as_utf8, 0x800)) == name, "with the flag"
    assert name_of(entry(b"?.pdf", 0, told(b"?.pdf", name))) == name, "in the field of Info-ZIP"
    assert name_of(entry(as_utf8)) == name, "UTF-8 without the flag, as from macOS"
    assert name_of(entry(as_cp932)) == name, "cp932, as from Windows"


def test_what_macos_takes_apart_is_put_together() -> None:
    apart = unicodedata.normalize("NFD", DAKUTEN)
    assert apart != DAKUTEN
    assert name_of(entry(apart.encode())) == name_of(entry(apart.encode(), 0x800)) == DAKUTEN


def test_flag_and_field_may_say_the_same() -> None:
    raw = FORM.encode()
    assert name_of(entry(raw, 0x800, told(raw, FORM))) == FORM
    assert name_of(entry(raw, 0x800, told(raw, "other.pdf"))) is None


@pytest.mark.parametrize(
    "bad",
    [
        entry(b""),
        entry(b"\x83", 0x800),
        entry(FORM.encode("cp932"), 0x800),
        entry(b"\x81\xff.pdf"),
        entry(b"\xed\xa0\x80.pdf", 0x800),
        entry(b"a.pdf", 0, told(b"b.pdf", FORM)),
        entry(b"a.pdf", 0, told(b"a.pdf", FORM, version=2)),
        entry(b"a.pdf", 0, {0x7075: b"\1"}),
        entry(b"a.pdf", 0, {0x7075: told(b"a.pdf", "")[0x7075] + b"\xff"}),
        entry(b"a.pdf", 0, told(b"a.pdf", "")),
        entry(b"a" * (LONGEST + 1)),
        entry(b"a" * 10_000),
    ],
)
def test_a_name_that_nobody_can_read_is_none(bad: Entry) -> None:
    assert name_of(bad) is None


def test_a_name_may_be_long() -> None:
    assert name_of(entry(("届" * LONGEST).encode())) == "届" * LONGEST


@pytest.mark.parametrize(
    "name", [FORM, BACKSLASHES, DAKUTEN, "a b.pdf", "COMMON.pdf", "console.pdf", "a.b.pdf", "zip.pdf"]
)
def test_ordinary_names_are_no_traps(name: str) -> None:
    assert list(traps(name)) == []


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        (
            Rule.ENTRY_PATH,
            ["../a.pdf", "a/../b.pdf", "/a.pdf", "//host/a.pdf", "\\\\host\\a.pdf", "a\\b.pdf", "..\\a"],
        ),
        (Rule.ENTRY_PATH, ["C:\\a.pdf", "c:a.pdf", "C:/a.pdf", "..", ".", "./a.pdf"]),
        (Rule.ENTRY_FOLDER, ["a/", "a/b.pdf", "a//b.pdf"]),
        (Rule.ENTRY_STREAM, ["a.pdf:evil.exe", "a.pdf::$DATA", "資:a.pdf"]),
        (
            Rule.ENTRY_DEVICE,
            ["CON", "con.pdf", "NUL.a.pdf", "Aux .pdf", "COM1.pdf", "lpt9", "COM¹.pdf", "PRN.", "CONIN$.x"],
        ),
        (Rule.ENTRY_CHARACTERS, ["a\0.pdf", "a\n.pdf", "a\x7f.pdf", "a\x9b.pdf", "\u202efdp.exe", "a\u200b.pdf"]),
        (
            Rule.ENTRY_CHARACTERS,
            ["\u2066a.pdf", "\ufeffa.pdf", "a\xad.pdf", "\ue000.pdf", "a\u2028.pdf", "\u3164.pdf"],
        ),
        (
            Rule.ENTRY_CHARACTERS,
            ["a?.pdf", "a*.pdf", 'a".pdf', "<a>.pdf", "a|b.pdf", "\U000e0041.pdf", "\uffff.pdf"],
        ),
        (Rule.ENTRY_NAME, ["a.pdf ", "a.pdf.", "a.pdf. .", "a.pdf\u3000", " ", "..."]),
        (Rule.ENTRY_ARCHIVE, ["a.zip", "a.ZIP", "a.7z", "a.rar", "a.tar.gz", "a.tgz", "a.lzh", "a.cab", "a.zip. "]),
    ],
)
def test_each_trap_has_its_rule(rule: Rule, names: list[str]) -> None:
    assert [name for name in names if rule not in set(traps(name))] == []


@pytest.mark.parametrize(
    ("attributes", "rule"),
    [
        (0, None),
        (0x20, None),
        (0o100644 << 16, None),
        (0o100644 << 16 | 0x8020, None),
        (0x10, Rule.ENTRY_FOLDER),
        (0x08, Rule.ENTRY_FOLDER),
        (0o040755 << 16, Rule.ENTRY_FOLDER),
        (0o120777 << 16, Rule.ENTRY_LINK),
        (0o060000 << 16, Rule.ENTRY_LINK),
        (0o020000 << 16, Rule.ENTRY_LINK),
        (0o010000 << 16, Rule.ENTRY_LINK),
        (0o140000 << 16, Rule.ENTRY_LINK),
        (0x420, Rule.ENTRY_LINK),
    ],
)
def test_only_a_file_is_a_file(attributes: int, rule: Rule | None) -> None:
    assert kind_of_file(attributes) is rule


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("A.PDF", "a.pdf", True),
        ("が.pdf", "か\u3099.pdf", True),
        ("straße.pdf", "STRASSE.PDF", True),
        ("a.pdf", "b.pdf", False),
        ("Ａ.pdf", "A.pdf", False),
    ],
)
def test_names_that_are_one_on_a_disk_are_the_same(one: str, other: str, is_same: bool) -> None:
    assert (same(one) == same(other)) is is_same
