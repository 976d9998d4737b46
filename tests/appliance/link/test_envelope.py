# SPDX-License-Identifier: Apache-2.0
"""Envelopes survive the wire, and nonsense does not become one."""

import msgspec
import pytest

from appliance.link.envelope import (
    LENGTH_BYTES,
    NO_BODY,
    UNDECODABLE,
    Answer,
    Ask,
    Asserted,
    Refusal,
    Visitor,
    answer_from,
    ask_from,
    frame,
    raw,
    version_from,
)
from appliance.link.messages import VERSION, Menu, OpenMenu
from appliance.link.refusals import Why
from appliance.model.words import Permission, Role


def unframed(framed: bytes) -> bytes:
    """The head, after its length has been checked."""
    assert int.from_bytes(framed[:LENGTH_BYTES], "big") == len(framed) - LENGTH_BYTES
    return framed[LENGTH_BYTES:]


def test_an_ask_comes_through_whole() -> None:
    ask = Ask("r1", raw(OpenMenu()), within=250, token="t", form="f", asserted=Asserted("192.0.2.1", "ok"))
    got = ask_from(unframed(frame(ask)))
    assert (got.request, got.within, got.token, got.form, got.asserted) == ("r1", 250, "t", "f", ask.asserted)
    assert got.version == VERSION
    assert msgspec.msgpack.decode(got.body, type=OpenMenu) == OpenMenu()


def test_an_answer_comes_through_whole() -> None:
    visitor = Visitor("名前", "事業所", Role.SHAROSHI, frozenset({Permission.DOWNLOAD}), 5, "form")
    answer = Answer(7, raw(Menu(2, True)), True, visitor, stream_size=9)
    got = answer_from(unframed(frame(answer)))
    assert (got.now, got.demo, got.visitor, got.stream_size, got.refusal) == (7, True, visitor, 9, None)
    assert msgspec.msgpack.decode(got.body, type=Menu) == Menu(2, True)


def test_a_refusal_comes_through_whole() -> None:
    refusal = Refusal(Why.FULL, "refused.full", {"limit": "85"})
    assert answer_from(unframed(frame(Answer(7, NO_BODY, refusal=refusal)))).refusal == refusal


def test_unknown_fields_are_passed_over() -> None:
    packed = msgspec.msgpack.encode({"request": "r", "body": {}, "version": 1, "from_tomorrow": [1, 2]})
    assert ask_from(packed).request == "r"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xc1",
        b"garbage that is no message pack",
        msgspec.msgpack.encode([1, 2]),
        msgspec.msgpack.encode({"request": "r"}),
        msgspec.msgpack.encode({"request": 5, "body": {}}),
        msgspec.msgpack.encode({"request": "r", "body": {}, "within": "soon"}),
        msgspec.msgpack.encode({"request": "r", "body": {}})[:-1],
        b"\x82\xa7request\xa1\xff\xa4body\x80",
        b"\x82\xa7request\xa1r\xa4body" + b"\x91" * 100_000 + b"\xc0",
    ],
)
def test_nonsense_is_no_ask(head: bytes) -> None:
    with pytest.raises(UNDECODABLE):
        ask_from(head)


@pytest.mark.parametrize(
    ("most", "field"), [(64, "request"), (256, "token"), (256, "form"), (64, "source"), (256, "tls")]
)
def test_what_a_sender_says_of_itself_is_short(most: int, field: str) -> None:
    """One entry that is too large for the journal would keep all refusals after it out of it."""

    def head(length: int) -> bytes:
        said = {"request": "r", "body": {}, "asserted": {}}
        (said["asserted"] if field in ("source", "tls") else said)[field] = "あ" * length  # type: ignore[index]
        return msgspec.msgpack.encode(said)

    ask_from(head(most))
    with pytest.raises(msgspec.ValidationError):
        ask_from(head(most + 1))


def test_the_version_is_read_even_from_an_ask_that_cannot_be() -> None:
    assert version_from(msgspec.msgpack.encode({"version": 9, "request": [], "body": 0})) == 9
    with pytest.raises(msgspec.MsgspecError):
        version_from(msgspec.msgpack.encode({"request": "r"}))


@pytest.mark.parametrize("secret", ["token", "form"])
def test_secrets_stay_out_of_the_printed_form(secret: str) -> None:
    assert "hush" not in repr(Ask("r", raw(OpenMenu()), **{secret: "hush"}))  # type: ignore[arg-type]
