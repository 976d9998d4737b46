# SPDX-License-Identifier: Apache-2.0
"""The key of the letter: its signs, and what is kept of it (A3, T5)."""

from collections import Counter

import pytest

from appliance.model.download_password import KEY_LENGTH, UNUSED
from appliance.testing.clock import FakeRandom
from appliance.vault.door.passwords import READABLE
from appliance.vault.issuing.download_keys import give_download_key, new_download_key, verifier_of
from appliance.vault.records.device_tables import download_keys
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.world import PEPPER, World

MANY = 1_000_000


@pytest.mark.lab
def test_a_million_keys_have_no_sign_that_looks_like_another() -> None:
    random = FakeRandom("keys")
    signs: Counter[str] = Counter()
    keys = set()
    for _ in range(MANY):
        key = new_download_key(random)
        assert len(key) == KEY_LENGTH
        keys.add(key)
    for key in keys:
        signs.update(key)
    assert set(signs) == set(READABLE) and not UNUSED & set(signs)
    assert len(keys) == MANY
    # 8,000,000 signs of 56: each within two hundredths of its share.
    share = sum(signs.values()) / len(READABLE)
    assert all(abs(count - share) < share / 50 for count in signs.values())


def test_a_verifier_is_of_one_installation() -> None:
    assert verifier_of(PEPPER, "eSUqeg24") == verifier_of(PEPPER, "eSUqeg24")
    assert (
        len({verifier_of(pepper, key) for pepper in (PEPPER, b"q" * 32) for key in ("eSUqeg24", "eSUqeg25")}) == 4
    )


async def test_another_key_kills_the_one_before(world: World) -> None:
    office, letter = await new_office(world)
    await world.core.commit(lambda txn: give_download_key(world.core, txn, office.id, "eSUqeg24", 5))
    key = await world.core.read(lambda snapshot: download_keys.get(snapshot, office.id))
    assert key is not None and key.verifier == verifier_of(PEPPER, "eSUqeg24")
    assert key.verifier != verifier_of(PEPPER, letter.download_key)
    assert (key.made_at, key.imported, key.length) == (5, False, 8)
