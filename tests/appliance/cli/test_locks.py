# SPDX-License-Identifier: Apache-2.0
"""`renkei locks`: the list and the release, by the running vault."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.cli.locks import counter_line
from appliance.config.load import load
from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.messages import ArriveStaff, CounterLock
from appliance.link.refusals import Refused
from appliance.model.words import LockState
from tests.appliance.cli.command import Installation

LOGIN = "desk077"


async def wrong_passwords(socket: Path, count: int) -> None:
    """Somebody at the console types a wrong password so many times."""
    client = LinkClient(UnixTarget(socket))
    for _ in range(count):
        with pytest.raises(Refused):
            await client.ask(ArriveStaff(LOGIN, "wrong"))
    await client.close()


def test_a_lock_is_listed_and_released(running: Installation) -> None:
    assert running.renkei("locks", "list").out == "nobody is locked out\n"
    words = ("--login", LOGIN, "--name", "窓口", "--mail", "desk@example.jp", "--role", "fund_desk")
    assert running.renkei("staff", "add", *words).code == 0
    release = ("locks", "release", "--login", LOGIN, "--reason", "asked at the desk")
    assert running.renkei(*release).said == "this account is not locked out"
    asyncio.run(wrong_passwords(Path(load(running.config).run) / "vault" / "console.sock", 6))
    (row,) = running.renkei("locks", "list", "--json").json
    assert (row["login"], row["state"], row["contract_number"]) == (LOGIN, "locked", "")
    line = running.renkei("locks", "list").out
    assert re.fullmatch(rf"fund +{LOGIN} +locked +until \d{{4}}-\d\d-\d\d \d\d:\d\d JST\n", line)
    assert running.renkei(*release[:-1], "").said == "say why, in 1 to 300 letters"
    assert "can sign in again" in running.renkei(*release).out
    assert running.renkei("locks", "list", "--json").json == []
    assert {"account.locked", "account.unlocked", "lock.list_read"} <= set(running.kinds())


def test_a_download_password_has_a_line_of_its_own() -> None:
    locked = CounterLock("x", "123456-0000001", "さくら商事", LockState.LOCKED, 1_780_966_800_000)
    assert counter_line(locked).split() == [
        *("123456-0000001", "(download", "password)", "locked"),
        *("until", "2026-06-09", "10:00", "JST"),
    ]
    blocked = replace(locked, state=LockState.BLOCKED, until=0)
    assert counter_line(blocked).endswith("blocked  until the desk ends it, or a new letter")


def test_nobody_of_that_name(running: Installation) -> None:
    ran = running.renkei("locks", "release", "--login", "nobody99", "--reason", "x", "--contract", "123456-9999999")
    assert ran.code == 1 and "nobody of this name" in ran.said
    assert running.renkei("locks", "release", "--login", LOGIN).code == 2, "a reason is always given"
