# SPDX-License-Identifier: Apache-2.0
"""`renkei seats`: the list and revoking, by the running vault."""

import re

import pytest

from appliance.cli.ask import OF_TEXTS
from appliance.model.devices import SeatState
from tests.appliance.cli.command import Installation

CONTRACT = "123456-0000077"
OFFICE = {
    "number": "77",
    "contract": CONTRACT,
    "name": "さくら商事",
    "seats": "2",
    "login": "Sakura77",
    "name-of-admin": "佐倉 花子",
    "kana": "サクラ ハナコ",
    "mail": "hana@example.jp",
}


@pytest.fixture(scope="module")
def office(running: Installation) -> Installation:
    """An installation with an office of two seats."""
    words = [word for key, value in OFFICE.items() for word in (f"--{key}", value)]
    assert running.renkei("contract", "add", *words).code == 0
    return running


def test_seats_are_listed(office: Installation) -> None:
    (page,) = office.renkei("seats", "list", "--contract", CONTRACT, "--json").json
    assert [(row["number"], row["state"]) for row in page["rows"]] == [(1, "ready"), (2, "ready")]
    lines = office.renkei("seats", "list").out.splitlines()
    own = [line for line in lines if line.startswith(CONTRACT)]
    assert len(own) == 2
    assert all(re.fullmatch(rf"{CONTRACT} +0[12] ready +\d{{4}}-\d\d-\d\d \d\d:\d\d JST", line) for line in own)


def test_what_has_no_pc_is_not_revoked(office: Installation) -> None:
    words = ("seats", "revoke", "--contract", CONTRACT, "--reason", "contract ended")
    assert office.renkei(*words).out == "no seat of this office has a PC\n"
    assert office.renkei(*words, "--json").json == {"revoked": []}
    assert office.renkei(*words, "--seat", "1").said == OF_TEXTS["seat.now_ready"]
    assert "there is nothing" in office.renkei(*words, "--seat", "9").said
    assert office.renkei(*words, "--why", "nonsense").code == 2


def test_what_stands_against_it_has_words() -> None:
    assert {f"seat.now_{state}" for state in SeatState} <= OF_TEXTS.keys()
