# SPDX-License-Identifier: Apache-2.0
"""Leaves are canonical JSON, and tell nothing that is personal."""

import hashlib
import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.journal import Entry, Kind, Result
from appliance.vault.journal import leaf as leaves_of
from appliance.vault.journal.leaf import NotALeaf

if TYPE_CHECKING:
    from tests.appliance.vault.journal.conftest import Rig

GOLDEN = (
    b'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaa","at":1780966800007,"commit":{"file_name":"'
    b'fc9339e506533b9f1b77a7d039444b9900260bf4c6cadab26f80b61b35b083b2"},"count":1,"kind":"notice.delivered",'
    b'"office":"o","reason":"","request":"request-7","result":"done","seq":41,"sha256":"'
    b'abababababababababababababababababababababababababababababababab","site":"console","thing":"thing-7","v":1}'
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
entries = st.builds(
    Entry,
    kind=st.sampled_from(Kind),
    result=st.sampled_from(Result),
    at=st.integers(0, 2**53),
    site=texts,
    actor=texts,
    office=texts,
    thing=texts,
    reason=texts,
    request=texts,
    salt=st.binary(min_size=16, max_size=16),
    sha256=texts,
    count=st.integers(1, 10**6),
    personal=st.dictionaries(texts.filter(lambda name: "\0" not in name), texts, max_size=4),
)


def test_the_leaf_of_version_1_never_changes(rig: "Rig") -> None:
    assert leaves_of.leaf_of(41, rig.entry(7, "o", file_name="納入告知.pdf")) == GOLDEN


@given(entries, st.integers(0, 2**53))
def test_a_leaf_is_what_any_json_library_calls_canonical(entry: Entry, seq: int) -> None:
    leaf = leaves_of.leaf_of(seq, entry)
    loaded = json.loads(leaf)
    again = json.dumps(loaded, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert leaf == again
    assert b"\n" not in leaf
    assert loaded["seq"] == seq
    for name, value in entry.personal.items():
        message = name.encode() + b"\0" + value.encode()
        assert loaded["commit"][name] == hmac.new(entry.salt, message, hashlib.sha256).hexdigest()


@given(entries)
def test_leaf_and_payload_give_the_entry_back(entry: Entry) -> None:
    leaf, payload = leaves_of.leaf_of(3, entry), leaves_of.payload(leaves_of.payload_of(entry))
    assert leaves_of.entry_of(leaf, payload) == entry
    assert leaves_of.entry_of(leaf) == replace(entry, salt=b"", personal={})


def test_what_is_personal_is_only_in_the_payload(rig: "Rig") -> None:
    entry = rig.entry(1, file_name="山田太郎.pdf", source="192.0.2.7")
    leaf, payload = leaves_of.leaf_of(0, entry), leaves_of.payload_of(entry)
    for text in ("山田太郎.pdf", "192.0.2.7"):
        assert text.encode() not in leaf
        assert text.encode() in payload
    assert entry.salt.hex().encode() not in leaf


def test_name_and_value_cannot_be_mistaken_for_each_other() -> None:
    salt = bytes(16)
    assert leaves_of.commitment(salt, "a", "bc") != leaves_of.commitment(salt, "ab", "c")
    assert leaves_of.commitment(salt, "a", "b") != leaves_of.commitment(b"\1" * 16, "a", "b")


def test_an_entry_that_cannot_be_committed_to(rig: "Rig") -> None:
    with pytest.raises(ValueError, match="salt of 16"):
        leaves_of.leaf_of(0, replace(rig.entry(1, name="x"), salt=b"short"))
    with pytest.raises(ValueError, match="zero byte"):
        leaves_of.leaf_of(0, replace(rig.entry(1), personal={"a\0b": "c"}))
    with pytest.raises(UnicodeEncodeError):
        leaves_of.leaf_of(0, replace(rig.entry(1), reason="\ud800"))


def test_the_facts_of_a_leaf(rig: "Rig") -> None:
    found = leaves_of.facts(leaves_of.leaf_of(9, rig.entry(1, "o", name="x")))
    assert (found.seq, found.office, list(found.commit)) == (9, "o", ["name"])


def test_a_kind_of_a_later_release_does_not_trouble_a_verifier() -> None:
    assert leaves_of.facts(GOLDEN.replace(b"notice.delivered", b"filing.sent")).seq == 41
    with pytest.raises(NotALeaf):
        leaves_of.entry_of(GOLDEN.replace(b"notice.delivered", b"filing.sent"))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        GOLDEN[:-1],
        GOLDEN + b" x",
        GOLDEN.replace(b'"v":1', b'"v":2'),
        GOLDEN.replace(b'"seq":41', b'"seq":"41"'),
        GOLDEN.replace(b'"office":"o",', b""),
    ],
)
def test_bytes_that_are_no_leaf(raw: bytes) -> None:
    with pytest.raises(NotALeaf):
        leaves_of.facts(raw)


def test_bytes_that_are_no_payload_or_no_entry() -> None:
    with pytest.raises(NotALeaf):
        leaves_of.payload(b'{"personal":{"a":1},"salt":""}')
    with pytest.raises(NotALeaf):
        leaves_of.entry_of(GOLDEN.replace(b'"v":1', b'"v":1,"w":2'))
