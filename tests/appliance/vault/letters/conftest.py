# SPDX-License-Identifier: Apache-2.0
"""A vault with a notifier in memory, and a hand for writing letters."""

import pytest

from appliance.testing.memory_mail import MemoryMail
from tests.appliance.vault.letters.post_office import PostOffice
from tests.appliance.vault.world import Person, World


@pytest.fixture
def mail(world: World) -> MemoryMail:
    """The other side."""
    mail = MemoryMail()
    world.plugins.add("notifier", mail, "mail")
    return mail


@pytest.fixture
def post(world: World, mail: MemoryMail, user: Person) -> PostOffice:
    """Everything that has to do with letters, and one user."""
    return PostOffice(world, mail, user)
