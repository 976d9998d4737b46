# SPDX-License-Identifier: Apache-2.0
"""The console with the real vault behind it, and the fund's people."""

from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import pytest
from renkei_policy_permissions.rights import Rights, RightsPolicy

from appliance.model.words import Role, Site
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World, opened
from tests.appliance.web.conftest import Opening
from tests.appliance.web.whole import Reader, site_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A vault without offices and accounts, with the policy that is shipped."""
    async with opened(World.new(tmp_path / "shreds")) as made:
        policy = RightsPolicy()
        policy.rights = Rights.parse(files("renkei_policy_permissions").joinpath("rights.toml").read_text("utf-8"))
        made.plugins.add("policy", policy, "permissions")
        yield made


@pytest.fixture
async def reader(open_site: Opening, world: World) -> Reader:
    """Somebody in front of the console."""
    return await site_of(open_site, world, Site.CONSOLE)


@pytest.fixture
async def hayashi(world: World) -> Person:
    """One of systems."""
    return await staff_of(world, "hayashi")


@pytest.fixture
async def mori(world: World) -> Person:
    """Another one of systems."""
    return await staff_of(world, "mori")


@pytest.fixture
async def desk(world: World) -> Person:
    """Somebody at the desk (窓口)."""
    return await staff_of(world, "desk", Role.FUND_DESK)
