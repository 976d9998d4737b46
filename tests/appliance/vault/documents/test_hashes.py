# SPDX-License-Identifier: Apache-2.0
"""The running hashes: carried on part by part, forgotten at a restart, and never believed in the wrong place."""

import hashlib

import pytest

from appliance.link.refusals import Why
from appliance.vault.documents import uploads
from appliance.vault.documents.hashes import MAX_KEPT, RunningHashes
from tests.appliance.vault.world import Person, World, delivery

PART = 64
WHOLE = b"%PDF-1.7 " + bytes(range(150))


def test_a_hash_is_known_after_as_many_parts_as_were_kept() -> None:
    hashes = RunningHashes()
    hashes.keep("u", 1, hashlib.sha256(b"one"))
    assert hashes.at("u", 1).digest() == hashlib.sha256(b"one").digest()  # type: ignore[union-attr]
    assert hashes.at("u", 2) is None
    assert hashes.at("v", 1) is None
    assert hashes.at("u", 0).digest() == hashlib.sha256().digest()  # type: ignore[union-attr]


def test_what_was_given_out_is_a_copy() -> None:
    hashes = RunningHashes()
    hashes.keep("u", 1, hashlib.sha256(b"one"))
    hashes.at("u", 1).update(b"two")  # type: ignore[union-attr]
    assert hashes.at("u", 1).digest() == hashlib.sha256(b"one").digest()  # type: ignore[union-attr]


def test_the_oldest_is_forgotten_and_a_used_one_is_not() -> None:
    hashes = RunningHashes()
    for number in range(MAX_KEPT):
        hashes.keep(str(number), 1, hashlib.sha256())
    hashes.keep("0", 2, hashlib.sha256(b"two"))
    hashes.keep("new", 1, hashlib.sha256())
    assert hashes.at("1", 1) is None
    assert hashes.at("0", 1) is not None and hashes.at("0", 2) is not None
    assert hashes.at("new", 1) is not None
    hashes.forget("new")
    hashes.forget("new")
    assert hashes.at("new", 1) is None


@pytest.mark.parametrize("restarts", [{0}, {1}, {2}, {0, 1, 2}])
async def test_a_restart_between_parts_loses_nothing(
    world: World, clerk: Person, office: str, restarts: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PART_SIZE", PART)
    upload = await clerk.begin(office, len(WHOLE))
    for number in range(3):
        await clerk.put(upload, number, WHOLE[number * PART : (number + 1) * PART])
        if number in restarts:
            await world.restart()
    await clerk.refused(Why.INVALID, delivery(upload, WHOLE + b"!"))
    await clerk.ask(delivery(upload, WHOLE))
