# SPDX-License-Identifier: Apache-2.0
"""What the pages about VPN sessions are tested with: an office whose PC is connected, and the fund's people."""

import pytest

from appliance.model.words import Role
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.tunnels.given import pc, sakura, tunnels
from tests.appliance.vault.world import Person, World

__all__ = ["auditor", "clerk", "pc", "sakura", "tunnels"]


@pytest.fixture
async def clerk(world: World) -> Person:
    """A clerk (業務担当)."""
    return await staff_of(world, "hara", Role.FUND_CLERK)


@pytest.fixture
async def auditor(world: World) -> Person:
    """An auditor (監査)."""
    return await staff_of(world, "kansa", Role.FUND_AUDITOR)
