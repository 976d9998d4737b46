# SPDX-License-Identifier: Apache-2.0
"""There is one end record, it is the last thing, and it tells the truth about the directory."""

import struct

import pytest

from appliance.model.problems import Rule
from appliance.vault.doorman.asked import Fault
from appliance.vault.doorman.ends import REACH, could_be_ends, end_of
from tests.appliance.vault.doorman.lying import Part, lying_zip, rules
from tests.appliance.vault.doorman.making import plain_zip

SOUND = lying_zip()
END = SOUND[-22:]
LOCATOR = b"PK\6\7" + bytes(16)
RECORD64 = b"PK\6\6" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, 1, 1, 0, 0)


def lied(lie: dict[str, int]) -> bytes:
    """A ZIP whose end record lies."""
    return lying_zip(**lie)  # type: ignore[arg-type]


def rule_of(package: bytes, most: int = 99) -> Rule:
    """Why there is no end record that would do."""
    with pytest.raises(Fault) as caught:
        end_of(package, most)
    return caught.value.problem.rule


def test_the_record_of_a_sound_zip_is_found() -> None:
    end = end_of(SOUND, 99)
    assert (end.at, end.count, end.offset + end.size) == (len(SOUND) - 22, 1, len(SOUND) - 22)
    assert rules(SOUND) == []


@pytest.mark.parametrize("size", [0, 1, 21, 22, 1000])
def test_what_has_none_is_no_zip(size: int) -> None:
    assert rule_of(b"\0" * size) is Rule.ZIP_NONE


def test_a_zip_that_is_cut_anywhere_is_none_any_more() -> None:
    assert {rule_of(SOUND[:size]) for size in range(len(SOUND))} == {Rule.ZIP_NONE}


def test_a_record_out_of_reach_of_readers_is_none() -> None:
    assert rule_of(SOUND + bytes(REACH)) is Rule.ZIP_NONE


@pytest.mark.parametrize("after", [b"\n", b"\0" * 22, bytes(REACH - 22)])
def test_nothing_follows(after: bytes) -> None:
    assert rule_of(SOUND + after) is Rule.ZIP_TRAILING


def test_a_comment_is_something_that_follows() -> None:
    assert rule_of(lying_zip(after=b"hello", comment=5)) is Rule.ZIP_TRAILING
    assert rule_of(lying_zip(comment=5)) is Rule.ZIP_NONE, "the comment is cut"


def test_a_second_record_is_found_wherever_it_hides() -> None:
    other = lying_zip(Part(name=b"other.pdf"))
    assert rule_of(SOUND + END) is Rule.ZIP_ENDS
    assert rule_of(lying_zip(after=other, comment=len(other))) is Rule.ZIP_ENDS, "in the comment"
    assert rule_of(lying_zip(Part(comment=END))) is Rule.ZIP_ENDS, "in the comment of an entry"
    assert rule_of(lying_zip(behind=other)) is Rule.ZIP_ENDS, "between contents and directory"
    assert rule_of(plain_zip({"a.pdf": other}, 0)) is Rule.ZIP_ENDS, "in a content that is stored"
    assert rule_of(other + SOUND) is Rule.ZIP_ENDS, "one ZIP behind another"


def test_a_signature_inside_the_record_itself_is_a_second_one() -> None:
    assert rule_of(SOUND[:-10] + b"PK\5\6" + SOUND[-6:]) in (Rule.ZIP_NONE, Rule.ZIP_ENDS)


def test_four_bytes_that_look_like_a_signature_by_chance_are_no_record() -> None:
    by_chance = b"PK\5\6" + b"\xfe" * 40
    assert list(could_be_ends(by_chance)) == []
    assert rules(lying_zip(Part(name=b"a.pdf", content=by_chance, method=0))) == []


@pytest.mark.parametrize("middle", [LOCATOR, RECORD64 + LOCATOR])
def test_zip64_is_refused(middle: bytes) -> None:
    assert rule_of(lying_zip(middle=middle)) is Rule.ZIP_ZIP64


@pytest.mark.parametrize(
    "lie", [{"count": 0xFFFF, "here": 0xFFFF}, {"size": 0xFFFFFFFF}, {"offset": 0xFFFFFFFF}, {"disk": 0xFFFF}]
)
def test_a_field_that_points_to_zip64_is_refused(lie: dict[str, int]) -> None:
    assert rule_of(lied(lie)) is Rule.ZIP_ZIP64


@pytest.mark.parametrize("lie", [{"disk": 1}, {"first": 1}, {"here": 2}, {"count": 2}])
def test_a_split_one_is_refused(lie: dict[str, int]) -> None:
    assert rule_of(lied(lie)) is Rule.ZIP_SPLIT


def test_there_is_something_in_it_and_not_too_much() -> None:
    assert rule_of(plain_zip({})) is Rule.ZIP_EMPTY
    many = [Part(name=b"%d.pdf" % number) for number in range(100)]
    assert rule_of(lying_zip(*many)) is Rule.ZIP_COUNT
    assert rules(lying_zip(*many[:99])) == []


@pytest.mark.parametrize("lie", [{"offset": 0}, {"offset": len(SOUND)}, {"size": 1}, {"size": len(SOUND)}])
def test_the_directory_ends_where_the_record_begins(lie: dict[str, int]) -> None:
    assert rule_of(lied(lie)) in (Rule.ZIP_DIRECTORY, Rule.ZIP_TRAILING, Rule.ZIP_NONE)
    assert rule_of(lying_zip(middle=b"gap")) is Rule.ZIP_DIRECTORY


@pytest.mark.parametrize("before", [b"MZ", b"%PDF-1.4\n", bytes(1000)])
def test_nothing_precedes(before: bytes) -> None:
    assert rule_of(before + SOUND) is Rule.ZIP_TRAILING
    assert rules(lying_zip(before=before)) == [Rule.ZIP_TRAILING], "and offsets that know of it do not help"
