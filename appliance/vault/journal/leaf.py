# SPDX-License-Identifier: Apache-2.0
"""The two halves of an entry: the leaf, which stays for ever, and the payload, which can be destroyed.

A leaf is canonical JSON: keys in the order of their bytes, no blanks, UTF-8, only what must be escaped escaped.
What names people is in it as a salted commitment; salt and values are in the payload.
"""

import hmac
from collections.abc import Mapping

import msgspec

from appliance.model.journal import Entry, Kind, Result
from appliance.model.time import Instant

VERSION = 1
SALT_SIZE = 16


class Shape(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The fields of a leaf of version 1, in the order in which they are written."""

    actor: str
    at: Instant
    commit: dict[str, str]
    count: int
    kind: Kind
    office: str
    reason: str
    request: str
    result: Result
    seq: int
    sha256: str
    site: str
    thing: str
    v: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a verifier reads of a leaf; it skips the rest, so that the kinds of later releases do not trouble it."""

    commit: dict[str, str]
    seq: int
    v: int
    office: str


class Payload(msgspec.Struct, frozen=True, gc=False):
    """What makes the commitments readable."""

    personal: dict[str, str]
    salt: bytes


_encode = msgspec.json.Encoder(order="deterministic").encode
_shape = msgspec.json.Decoder(Shape).decode
_facts = msgspec.json.Decoder(Facts).decode
_payload = msgspec.json.Decoder(Payload).decode

NO_PAYLOAD = Payload({}, b"")


class NotALeaf(ValueError):
    """The bytes are no leaf that this version can read."""


def commitment(salt: bytes, name: str, value: str) -> str:
    """HMAC-SHA-256 over name, a zero byte and value, under the salt of the entry, in hex."""
    return hmac.digest(salt, f"{name}\0{value}".encode(), "sha256").hex()


def commitments(salt: bytes, personal: Mapping[str, str]) -> dict[str, str]:
    """The commitment of each personal value, by name."""
    return {name: commitment(salt, name, value) for name, value in personal.items()}


def leaf_of(seq: int, entry: Entry) -> bytes:
    """The leaf of an entry. ValueError if personal values have no salt of 16 bytes, or a name holds a zero."""
    personal = entry.personal
    if personal and len(entry.salt) != SALT_SIZE:
        raise ValueError(f"personal values need a salt of {SALT_SIZE} bytes")
    if any("\0" in name for name in personal):
        raise ValueError("the name of a personal value holds a zero byte")
    shape = Shape(
        actor=entry.actor,
        at=entry.at,
        commit=commitments(entry.salt, personal),
        count=entry.count,
        kind=entry.kind,
        office=entry.office,
        reason=entry.reason,
        request=entry.request,
        result=entry.result,
        seq=seq,
        sha256=entry.sha256,
        site=entry.site,
        thing=entry.thing,
        v=VERSION,
    )
    return _encode(shape)


def payload_of(entry: Entry) -> bytes:
    """What is kept apart of an entry: salt and personal values."""
    return _encode(Payload(dict(entry.personal), entry.salt))


def facts(leaf: bytes) -> Facts:
    """What a verifier needs of a leaf; NotALeaf if there is none."""
    try:
        found = _facts(leaf)
    except msgspec.DecodeError as error:
        raise NotALeaf(str(error)) from error
    if found.v != VERSION:
        raise NotALeaf(f"version {found.v} is unknown")
    return found


def payload(raw: bytes) -> Payload:
    """The payload; NotALeaf if raw is none."""
    try:
        return _payload(raw)
    except msgspec.DecodeError as error:
        raise NotALeaf(str(error)) from error


def entry_of(leaf: bytes, kept: Payload = NO_PAYLOAD) -> Entry:
    """The entry of a leaf and of its payload, if that still exists; NotALeaf if leaf is none."""
    try:
        shape = _shape(leaf)
    except msgspec.DecodeError as error:
        raise NotALeaf(str(error)) from error
    return Entry(
        kind=shape.kind,
        result=shape.result,
        at=shape.at,
        site=shape.site,
        actor=shape.actor,
        office=shape.office,
        thing=shape.thing,
        reason=shape.reason,
        request=shape.request,
        salt=kept.salt,
        sha256=shape.sha256,
        count=shape.count,
        personal=kept.personal,
    )
