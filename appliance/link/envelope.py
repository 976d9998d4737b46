# SPDX-License-Identifier: Apache-2.0
"""What stands around a message on the wire, and how both become bytes.

A request is `POST /link/<message name>`; its body, and that of the answer, is one frame: four bytes of length (big
endian), then that many bytes of MessagePack, then, where the message carries a stream, the raw bytes to the end.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec

from appliance.link.messages import VERSION, Banner, Message
from appliance.link.refusals import Why
from appliance.model.time import Instant
from appliance.model.words import Permission, Role, Site

MAX_HEAD = 1024 * 1024
LENGTH_BYTES = 4
NO_BODY = msgspec.Raw(b"\xc0")
# What goes into journal, log and memory on a sender's word alone is short, or one message could fill them.
Short = Annotated[str, msgspec.Meta(max_length=64)]
Longer = Annotated[str, msgspec.Meta(max_length=256)]
# What the decoders raise for bytes from a stranger: also for text that is no UTF-8, and for endless nesting.
UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Asserted:
    """The two things that only the web tier can see. They never suffice for anything (design §2)."""

    source: Short = ""
    tls: Longer = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """The envelope of a message. within is the number of milliseconds left to answer."""

    request: Short
    body: msgspec.Raw
    version: int = VERSION
    within: int = 10_000
    token: Longer = field(default="", repr=False)
    form: Longer = field(default="", repr=False)
    asserted: Asserted = Asserted()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, for the top of each page. form is the form token of this visit.

    The office is the one that the visit is about. Where that is not the visitor's own, own_office names the own one
    (R240); serves: there may be others to choose from.
    """

    name: str
    office_name: str
    role: Role
    permissions: frozenset[Permission]
    ends_at: Instant
    form: str = field(repr=False)
    office_number: int = 0
    own_office: str = ""
    serves: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message was not done, as refusals.Refused."""

    why: Why
    text: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """The envelope of a reply or a refusal. now is the vault's clock, which in a demo is not the wall's.

    banners are what the fund tells everybody at this site, the most important first; a refusal brings none.
    """

    now: Instant
    body: msgspec.Raw  # NO_BODY in a refusal; msgspec reads a Raw only where the field has no default
    demo: bool = False
    visitor: Visitor | None = None
    refusal: Refusal | None = None
    stream_size: int = 0
    banners: tuple[Banner, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A message as it arrives at the tier that does it. site is decided by the listener."""

    site: Site
    row: Message
    message: Any
    request: str
    token: str = field(default="", repr=False)
    form: str = field(default="", repr=False)
    asserted: Asserted = Asserted()
    stream: AsyncIterator[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the tier says back. stream goes with it where the row carries bytes down; size 0: until it ends."""

    message: Any
    now: Instant
    demo: bool = False
    visitor: Visitor | None = None
    stream: AsyncIterator[bytes] | None = None
    stream_size: int = 0
    banners: tuple[Banner, ...] = ()


@dataclass(frozen=True, slots=True)
class _Versioned:
    """The one field of an Ask that every version has."""

    version: int


_pack = msgspec.msgpack.Encoder().encode
_asks = msgspec.msgpack.Decoder(Ask)
_answers = msgspec.msgpack.Decoder(Answer)
_versions = msgspec.msgpack.Decoder(_Versioned)


def frame(head: object) -> bytes:
    """The framed bytes of an envelope."""
    packed = _pack(head)
    return len(packed).to_bytes(LENGTH_BYTES, "big") + packed


def raw(message: object) -> msgspec.Raw:
    """A message as the body of an envelope."""
    return msgspec.Raw(_pack(message))


def ask_from(head: bytes) -> Ask:
    """The request envelope in head; raises one of UNDECODABLE."""
    return _asks.decode(head)


def answer_from(head: bytes) -> Answer:
    """The answer envelope in head; raises msgspec.ValidationError or DecodeError."""
    return _answers.decode(head)


def version_from(head: bytes) -> int:
    """The version of a request envelope, of whatever version it is; raises as ask_from()."""
    return _versions.decode(head).version
