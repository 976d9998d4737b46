# SPDX-License-Identifier: Apache-2.0
"""Values open at their own key only, as they were, under every key version."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.testing.clock import FakeRandom
from appliance.vault.keys.sealing import Master, Sealer, Unsealable, WrongMasterKey, unwrap, wrap

KEY = bytes(range(32))
OTHER = bytes(32)
INDEX = b"i" * 32


@pytest.fixture
def sealer() -> Sealer:
    return Sealer({1: KEY}, 1, INDEX, FakeRandom())


class Plain:
    """Chance that is all zeros: what is sealed can be written down here."""

    def bytes(self, count: int) -> bytes:
        return bytes(count)


@given(key=st.binary(min_size=1, max_size=500), plain=st.binary(max_size=2000))
def test_what_was_sealed_opens(key: bytes, plain: bytes) -> None:
    sealer = Sealer({7: KEY}, 7, INDEX, FakeRandom())
    sealed = sealer.seal(key, plain)
    assert len(sealed) == len(plain) + 31
    assert sealer.open(key, sealed) == plain


def test_the_format_is_this_one() -> None:
    # Format 1 must stay readable for as long as there are such values.
    sealed = bytes.fromhex("0100030000000000000000000000007ed0d4b7db0d4031e436e15736f83ed4196cdff5cbe6")
    sealer = Sealer({3: KEY}, 3, INDEX, Plain())
    assert sealer.seal(b"t/1", b"plain!") == sealed
    assert sealer.open(b"t/1", sealed) == b"plain!"


def test_equal_values_are_sealed_differently(sealer: Sealer) -> None:
    assert sealer.seal(b"k", b"v") != sealer.seal(b"k", b"v")


def test_plain_text_does_not_show(sealer: Sealer) -> None:
    assert b"secret" not in sealer.seal(b"k", b"secret" * 9)


@pytest.mark.parametrize("byte", range(31 + 5))
def test_a_change_of_any_byte_shows(sealer: Sealer, byte: int) -> None:
    sealed = bytearray(sealer.seal(b"k", b"plain"))
    sealed[byte] ^= 1
    with pytest.raises(Unsealable):
        sealer.open(b"k", bytes(sealed))


@pytest.mark.parametrize("size", range(31 + 5))
def test_a_cut_shows(sealer: Sealer, size: int) -> None:
    with pytest.raises(Unsealable):
        sealer.open(b"k", sealer.seal(b"k", b"plain")[:size])


def test_a_value_opens_under_no_other_primary_key(sealer: Sealer) -> None:
    sealed = sealer.seal(b"notice/1", b"plain")
    with pytest.raises(Unsealable, match="belongs to another key"):
        sealer.open(b"notice/2", sealed)


def test_a_value_opens_with_no_other_record_key(sealer: Sealer) -> None:
    with pytest.raises(Unsealable):
        Sealer({1: OTHER}, 1, INDEX, FakeRandom()).open(b"k", sealer.seal(b"k", b"plain"))


def test_a_new_version_seals_and_the_old_one_opens(sealer: Sealer) -> None:
    old = sealer.seal(b"k", b"old")
    sealer.add_key(2, OTHER)
    new = sealer.seal(b"k", b"new")
    assert (old[1:3], new[1:3]) == (b"\0\1", b"\0\2")
    assert (sealer.open(b"k", old), sealer.open(b"k", new)) == (b"old", b"new")


@pytest.mark.parametrize(
    ("sealed", "sentence"),
    [
        (b"\x01\x00\x09" + bytes(40), "version 9 of the record key is not in the key ring"),
        (b"\x02\x00\x01" + bytes(40), "format 2 of sealed values is unknown"),
        (b"\x01\x00\x01", "at least 31 bytes, not 3"),
    ],
)
def test_why_it_cannot_be_opened(sealer: Sealer, sealed: bytes, sentence: str) -> None:
    with pytest.raises(Unsealable, match=sentence):
        sealer.open(b"k", sealed)


def test_pseudonyms_are_equal_for_equal_texts_only(sealer: Sealer) -> None:
    again = Sealer({2: OTHER}, 2, INDEX, FakeRandom("x"))
    assert sealer.blind("login", "tanaka") == again.blind("login", "tanaka")
    others = [("login", "Tanaka"), ("mail", "tanaka"), ("logint", "anaka"), ("", "logintanaka"), ("login", "")]
    blinds = {sealer.blind(label, text) for label, text in [*others, ("login", "tanaka")]}
    assert len(blinds) == 6
    assert all(len(blind) == 16 for blind in blinds)


def test_pseudonyms_need_the_index_key(sealer: Sealer) -> None:
    other = Sealer({1: KEY}, 1, b"j" * 32, FakeRandom())
    assert sealer.blind("login", "tanaka") != other.blind("login", "tanaka")


def test_a_wrapped_key_is_for_its_purpose() -> None:
    wrapped = wrap(KEY, b"office/1", OTHER, b"n" * 12)
    assert unwrap(KEY, b"office/1", wrapped) == OTHER
    with pytest.raises(Unsealable):
        unwrap(KEY, b"office/2", wrapped)
    with pytest.raises(Unsealable):
        unwrap(OTHER, b"office/1", wrapped)


@pytest.mark.parametrize(
    "spoil",
    [lambda w: w[:-1], lambda w: w[:20], lambda w: b"", lambda w: b"\x02" + w[1:], lambda w: w[:-1] + b"x"],
    ids=["cut", "short", "empty", "format", "changed"],
)
def test_a_spoilt_wrapped_key(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Unsealable):
        unwrap(KEY, b"p", spoil(wrap(KEY, b"p", OTHER, b"n" * 12)))


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_master_key_of_another_size(size: int) -> None:
    with pytest.raises(WrongMasterKey, match=f"32 bytes, not {size}"):
        Master(bytes(size))


def test_the_id_of_a_master_key_tells_it_apart_and_nothing_more() -> None:
    assert Master(KEY).id == Master(KEY).id != Master(OTHER).id
    assert Master(KEY).id not in KEY


def test_one_master_key_opens_what_it_wrapped() -> None:
    wrapped = Master(KEY).wrap(b"p", b"k" * 32, b"n" * 12)
    assert Master(KEY).unwrap(b"p", wrapped) == b"k" * 32
    with pytest.raises(Unsealable):
        Master(OTHER).unwrap(b"p", wrapped)
