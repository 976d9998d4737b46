# SPDX-License-Identifier: Apache-2.0
"""What is opened is whole, no larger than it declares, and opens with one password only."""

import random
import zlib
from dataclasses import replace

import pytest

from appliance.model.problems import Rule
from appliance.vault.doorman.asked import MIB, Fault
from appliance.vault.doorman.local import Place
from appliance.vault.doorman.opening import content_of, pieces_of
from appliance.vault.doorman.structure import skeleton
from tests.appliance.vault.doorman.lying import Part, lying_zip
from tests.appliance.vault.doorman.making import PASSWORD, aes_zip, plain_zip

KEY = PASSWORD.encode()
CONTENT = b"The quick brown fox. " * 100


def first(package: bytes) -> Place:
    return skeleton(package, 99)[0]


def rule_of(package: bytes, key: bytes = KEY, place: Place | None = None) -> Rule:
    with pytest.raises(Fault) as caught:
        content_of(package, place or first(package), key)
    return caught.value.problem.rule


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("content", [b"", b"x", CONTENT])
def test_what_was_locked_comes_out(bits: int, method: int, content: bytes) -> None:
    package = aes_zip({"a.pdf": content}, bits=bits, method=method)
    assert content_of(package, first(package), KEY) == content


@pytest.mark.parametrize("method", [0, 8])
def test_what_is_not_locked_comes_out(method: int) -> None:
    package = plain_zip({"a.pdf": CONTENT}, method)
    assert content_of(package, first(package), b"") == CONTENT


@pytest.mark.parametrize("content", [bytes(5_000_000), random.Random(1).randbytes(3_000_000)])
@pytest.mark.parametrize("method", [0, 8])
def test_large_ones_come_in_pieces(method: int, content: bytes) -> None:
    package = aes_zip({"a.pdf": content}, method=method)
    pieces = list(pieces_of(package, first(package), KEY))
    assert b"".join(pieces) == content
    assert len(pieces) > 2 and max(map(len, pieces)) <= MIB


@pytest.mark.parametrize("wrong", [b"", b"x", PASSWORD.lower().encode(), KEY + b" "])
def test_another_password_does_not_open(wrong: bytes) -> None:
    assert rule_of(aes_zip({"a.pdf": CONTENT}), wrong) is Rule.PASSWORD


@pytest.mark.parametrize("method", [0, 8])
def test_no_byte_of_what_is_locked_can_be_changed(method: int) -> None:
    package = aes_zip({"a.pdf": CONTENT[:200]}, method=method)
    place = first(package)
    for at in range(place.content, place.content_end):
        changed = bytearray(package)
        changed[at] ^= 1
        assert rule_of(bytes(changed), place=place) in (Rule.PASSWORD, Rule.DAMAGED)


@pytest.mark.parametrize("method", [0, 8])
def test_a_changed_byte_of_what_is_not_locked_never_changes_the_content(method: int) -> None:
    """Deflate has several ways to say one thing."""
    package = plain_zip({"a.pdf": CONTENT}, method)
    place = first(package)
    damaged = 0
    for at in range(place.content, place.content_end):
        changed = bytearray(package)
        changed[at] ^= 0x10
        try:
            assert content_of(bytes(changed), place, b"") == CONTENT
        except Fault as fault:
            assert fault.problem.rule is Rule.DAMAGED
            damaged += 1
    assert damaged > 0.7 * (place.content_end - place.content)


@pytest.mark.parametrize("size", [0, 1, len(CONTENT) - 1, len(CONTENT) + 1, 10 * len(CONTENT)])
def test_a_size_that_is_not_true_is_damage(size: int) -> None:
    told = {"size": size, "crc": zlib.crc32(CONTENT[:size])}
    assert rule_of(lying_zip(Part(content=CONTENT, local=told, central=told))) is Rule.DAMAGED


def test_a_size_that_is_not_true_is_damage_also_where_no_check_sum_would_tell() -> None:
    package = aes_zip({"a.pdf": CONTENT})
    place = first(package)
    shorter = replace(place, entry=replace(place.entry, size=len(CONTENT) - 1))
    assert rule_of(package, place=shorter) is Rule.DAMAGED


def test_a_bomb_is_stopped_at_what_it_declares() -> None:
    deflate = zlib.compressobj(9, wbits=-15)
    body = deflate.compress(bytes(50_000_000)) + deflate.flush()
    told = {"size": 1000, "crc": zlib.crc32(bytes(1000))}
    assert rule_of(lying_zip(Part(body=body, local=told, central=told))) is Rule.DAMAGED


@pytest.mark.parametrize("surplus", [b"\0", b"more", zlib.compress(b"another stream")])
def test_bytes_behind_the_packed_ones_are_damage(surplus: bytes) -> None:
    packed = Part(content=CONTENT).packed
    assert rule_of(lying_zip(Part(content=CONTENT, body=packed + surplus))) is Rule.DAMAGED
    assert rule_of(lying_zip(Part(content=CONTENT, body=packed[:-3]))) is Rule.DAMAGED


def test_a_check_sum_counts_also_where_it_need_not_be() -> None:
    package = aes_zip({"a.pdf": CONTENT})
    place = first(package)
    told = replace(place, entry=replace(place.entry, crc=zlib.crc32(CONTENT)))
    assert content_of(package, told, KEY) == CONTENT
    assert rule_of(package, place=replace(place, entry=replace(place.entry, crc=1))) is Rule.DAMAGED
