# SPDX-License-Identifier: Apache-2.0
"""An office that has just got its letter."""

import pytest

from tests.appliance.vault.fetching.letters import Holder, holder_of
from tests.appliance.vault.world import World


@pytest.fixture
async def holder(world: World) -> Holder:
    """Whoever has the letter."""
    return await holder_of(world)
