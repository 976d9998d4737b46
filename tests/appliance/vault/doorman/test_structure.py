# SPDX-License-Identifier: Apache-2.0
"""A ZIP is judged as a whole: sizes, locks, names, and all that is wrong at once."""

from typing import Any

import pytest

from appliance.model.problems import Problem, Rule
from appliance.vault.doorman.asked import MIB, Member
from appliance.vault.doorman.structure import RATIO, RATIO_FROM, skeleton, structure_of
from tests.appliance.vault.doorman.lying import UTF8, Part, lying_zip, rules
from tests.appliance.vault.doorman.making import NAME, aes_zip, asked_of, plain_zip, small_pdf
from tests.appliance.vault.doorman.test_directory import aes, locked

LOCKED = UTF8 | 1


def problems(package: bytes, **asked: Any) -> list[Problem]:
    return list(structure_of(package, asked_of(package, **asked)).problems)


def test_a_sound_one_tells_its_members_and_places() -> None:
    package = aes_zip({NAME: small_pdf(), "b.pdf": b"12345"})
    structure = structure_of(package, asked_of(package))
    assert structure.problems == ()
    assert structure.members[1] == Member("b.pdf", 5, structure.members[0].encrypted)
    assert [place.entry.size for place in structure.places] == [len(small_pdf()), 5]
    assert skeleton(package, 99) == list(structure.places)


@pytest.mark.parametrize("size", [10, 1, 0])
def test_declared_sizes_have_a_limit(size: int) -> None:
    package = aes_zip({"a.pdf": b"x" * 5, "b.pdf": b"x" * 6})
    assert [problem.rule for problem in problems(package, most=size)] == [Rule.ZIP_SIZE]
    assert problems(package, most=11) == []


def test_a_bomb_is_refused_for_what_it_declares() -> None:
    huge = {"size": 4_000_000_000}
    found = rules(lying_zip(Part(local=huge, central=huge)))
    assert {Rule.ZIP_SIZE, Rule.ZIP_RATIO} <= set(found)


def test_what_is_packed_too_tightly_is_refused_unless_it_is_small() -> None:
    assert problems(plain_zip({"a.pdf": bytes(RATIO_FROM)}))[0].rule is Rule.ZIP_ENCRYPTION
    assert rules(plain_zip({"a.pdf": bytes(RATIO_FROM)})) == []
    assert rules(plain_zip({"a.pdf": bytes(RATIO_FROM + 1)})) == [Rule.ZIP_RATIO]
    packed = 2 * MIB // RATIO
    for net, expected in ((packed + 1, []), (packed - 1, [Rule.ZIP_RATIO])):
        declared = {"size": 2 * MIB}
        assert rules(lying_zip(Part(body=bytes(net), local=declared, central=declared))) == expected


@pytest.mark.parametrize("method", [1, 6, 9, 12, 14, 93, 95, 97, 98])
def test_only_stored_and_deflated_are_known(method: int) -> None:
    assert Rule.ZIP_METHOD in rules(lying_zip(Part(method=method, body=b"x" * 50)))
    inside = locked(aes(method=method))
    assert Rule.ZIP_METHOD in rules(lying_zip(inside))
    assert Rule.ZIP_METHOD in rules(lying_zip(Part(flags=UTF8 | 0x20)))


@pytest.mark.parametrize(
    ("version", "expected"), [(10, []), (63, []), (64, [Rule.ZIP_METHOD]), (255, [Rule.ZIP_METHOD])]
)
def test_what_needs_a_newer_reader_is_refused(version: int, expected: list[Rule]) -> None:
    told = {"version": version | 0x300}
    assert rules(lying_zip(Part(local=told, central=told))) == expected


@pytest.mark.parametrize(
    "part",
    [
        Part(method=0, body=b"x"),
        Part(flags=LOCKED, body=b"x" * 11),
        Part(flags=LOCKED, method=99, extra=aes(method=0), body=b"x" * 29, content=b""),
        Part(flags=LOCKED, method=99, extra=aes(), body=b"x" * 27),
    ],
)
def test_sizes_that_cannot_be_are_damage(part: Part) -> None:
    assert rules(lying_zip(part), accept_zipcrypto=True) == [Rule.DAMAGED]


def test_locks_are_judged() -> None:
    plain, old = Part(), Part(name=b"old.pdf", flags=LOCKED)
    strong = Part(name=b"strong.pdf", flags=LOCKED, method=99, extra=aes(), body=bytes(100))
    weak = Part(name=b"weak.pdf", flags=LOCKED, method=99, extra=aes(strength=1), body=bytes(100))

    def found(*parts: Part, **asked: Any) -> list[Rule]:
        return [problem.rule for problem in problems(lying_zip(*parts), **asked)]

    assert found(plain) == [Rule.ZIP_ENCRYPTION]
    assert found(plain, accept_zipcrypto=True) == [Rule.ZIP_ENCRYPTION]
    assert found(old) == [Rule.ZIP_ZIPCRYPTO]
    assert found(old, accept_zipcrypto=True) == []
    assert found(strong) == found(weak) == []
    assert found(strong, weak) == [Rule.ZIP_MIXED]
    assert found(strong, plain) == [Rule.ZIP_MIXED, Rule.ZIP_ENCRYPTION]
    assert found(strong, old, accept_zipcrypto=True) == [Rule.ZIP_MIXED]


def test_everything_that_is_wrong_is_said_with_the_name() -> None:
    package = lying_zip(Part(name=b"../a.zip"), Part(name=b"\xff"), Part(name=b"ok.pdf", attributes=0x10))
    assert [(one.rule, one.entry) for one in problems(package)] == [
        (Rule.ZIP_ENCRYPTION, ""),
        (Rule.ENTRY_PATH, "../a.zip"),
        (Rule.ENTRY_ARCHIVE, "../a.zip"),
        (Rule.ENTRY_NAME, ""),
        (Rule.ENTRY_FOLDER, "ok.pdf"),
    ]


def test_members_are_told_also_when_the_headers_are_wrong() -> None:
    package = lying_zip(Part(local={"crc": 1}))
    structure = structure_of(package, asked_of(package))
    assert [one.rule for one in structure.problems] == [Rule.ZIP_LOCAL, Rule.ZIP_ENCRYPTION]
    assert [one.name for one in structure.members] == [NAME] and structure.places == ()


@pytest.mark.parametrize(
    "names",
    [(b"a.pdf", b"a.pdf"), (b"a.pdf", b"A.PDF"), ("が.pdf".encode(), "か\u3099.pdf".encode())],
)
def test_two_of_one_name_are_refused(names: tuple[bytes, bytes]) -> None:
    package = lying_zip(*(Part(name=name) for name in (*names, b"other.pdf")))
    twice = [problem for problem in problems(package) if problem.rule is Rule.ENTRY_TWICE]
    assert len(twice) == 1 and twice[0].entry in {name.decode() for name in names}
