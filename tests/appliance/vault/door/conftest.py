# SPDX-License-Identifier: Apache-2.0
"""Somebody who has never signed in."""

from dataclasses import replace

import pytest

from appliance.model.words import AccountState
from appliance.vault.records.tables import accounts
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def newcomer(world: World, office: str) -> Person:
    """Somebody who waits for the first sign-in."""
    person = await world.user(office, "Newcomer1")
    account = await world.account(person)
    fresh = replace(account, state=AccountState.FIRST, mail_confirmed_at=0)
    await world.core.commit(lambda txn: accounts.put(txn, fresh))
    return person
