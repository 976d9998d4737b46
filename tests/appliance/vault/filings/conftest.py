# SPDX-License-Identifier: Apache-2.0
"""The people of an office that sends filings."""

import pytest

from appliance.model.words import Role
from tests.appliance.vault.filings.sending import register_zip_password
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def sender(world: World, user: Person) -> Person:
    """The admin of an office with a ZIP password."""
    await register_zip_password(world, user.office)
    return user


@pytest.fixture
async def colleague(world: World, sender: Person) -> Person:
    """Another one of the office, with all permissions."""
    return await world.visitor(sender.office, "Tanaka03", Role.OFFICE_STAFF)


@pytest.fixture
async def consultant(world: World, sender: Person) -> Person:
    """The office's 社労士."""
    return await world.visitor(sender.office, "Sharo004", Role.SHAROSHI)
