# SPDX-License-Identifier: Apache-2.0
"""Whose request it is, and which words of an error may be told."""

import asyncio
import errno
import os

import pytest

from appliance.contracts.records import StoreError
from appliance.link.refusals import Refused, Why
from appliance.model.origin import FIELDS, REQUEST, told, words_of

TYPED = "山田 太郎"


class Foreign(Exception):
    """Of no module of ours."""


@pytest.mark.parametrize(
    ("error", "phrase"),
    [
        (StoreError("the disk is away"), "StoreError: the disk is away"),
        (Refused(Why.INVALID, "refused.name", {"name": TYPED}), "Refused: invalid (refused.name)"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "OSError: No space left on device"),
        (FileNotFoundError(2, "No such file", "/state/a"), "FileNotFoundError: No such file: '/state/a'"),
        (ValueError(f"what is {TYPED}?"), "ValueError"),
        (KeyError(TYPED), "KeyError"),
        (UnicodeDecodeError("utf-8", TYPED.encode(), 0, 1, TYPED), "UnicodeDecodeError"),
        (OSError(TYPED), "OSError"),
        (OSError(TYPED, TYPED), "OSError"),
        (Foreign(TYPED), "Foreign"),
        (ExceptionGroup(TYPED, [ValueError(TYPED)]), "ExceptionGroup"),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else "",
)
def test_only_our_own_words_and_the_systems_are_told(error: Exception, phrase: str) -> None:
    assert told(error) == phrase
    assert TYPED not in words_of(error)


def test_a_refusal_shows_no_values_in_whatever_form() -> None:
    refused = Refused(Why.INVALID, "refused.name", {"name": TYPED})
    assert TYPED not in f"{refused} {refused!r} {[refused]}"


async def test_each_task_has_its_own_origin() -> None:
    async def answered(number: str) -> str:
        REQUEST.set(number)
        await asyncio.sleep(0)
        return REQUEST.get()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(answered(number)) for number in ("one", "two")]
    assert [task.result() for task in tasks] == ["one", "two"]
    assert {origin.get() for origin in FIELDS.values()} == {""}
