# SPDX-License-Identifier: Apache-2.0
"""What goes between vault and worker is whole, of one shape, and has a limit."""

import socket

import pytest

from appliance.model.problems import Problem, Rule
from appliance.model.sheets import Cell, CellKind, Sheet
from appliance.model.words import Format
from appliance.vault.doorman.asked import Answer, Asked, Encryption, Found, Member
from appliance.vault.doorman.frames import LENGTH, MOST, Broken, length_of, packed, received, unpacked
from tests.appliance.vault.doorman.making import ANY


@pytest.mark.parametrize(
    "value",
    [
        Asked("届.zip", 5, ANY, "pass", True, 7, True),
        Answer(
            (Problem(Rule.ZIP_SIZE, "a", {"max": "1"}),),
            (Member("\ud7ff\U0001f600", 1, Encryption.AES256),),
            (Found("a.xlsx", Format.XLSX, 9, bytes(range(32))),),
            (Sheet(((Cell("届"), Cell("=1+1", CellKind.FORMULA)), ())),),
            "x",
        ),
    ],
)
def test_what_goes_comes(value: Asked | Answer) -> None:
    frame = packed(value)
    assert length_of(frame[: LENGTH.size]) == len(frame) - LENGTH.size
    assert unpacked(frame[LENGTH.size :], type(value)) == value


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00", b"\xff" * 10, packed(Asked("a", 1, ANY))[4:], packed({"problems": [1]})[4:]],
    ids=["nothing", "nul", "full", "a question", "half an answer"],
)
def test_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(Broken):
        unpacked(body, Answer) if b"file_name" not in body else unpacked(body[:-1], Asked)


def test_a_length_beyond_reason_is_refused() -> None:
    assert length_of(LENGTH.pack(MOST)) == MOST
    with pytest.raises(Broken):
        length_of(LENGTH.pack(MOST + 1))


def test_bytes_are_waited_for_until_the_other_side_ends() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(b"abc")
        theirs.send(b"defg")
        assert received(ours, 5) == b"abcde"
        theirs.close()
        with pytest.raises(Broken):
            received(ours, 5)
