# SPDX-License-Identifier: Apache-2.0
"""Fixtures: the portal with the real vault behind it, the policy that is shipped, and the admin of an office."""

from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import pytest
from renkei_policy_permissions.rights import Rights, RightsPolicy

from appliance.model.words import Site
from appliance.vault.letters import LetterKind
from tests.appliance.vault.people.folk import a_minute_later, admin_of
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
    """Somebody in front of the portal."""
    return await site_of(open_site, world, Site.PORTAL)


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office, registered and in; the code of the sign-in was asked for a while ago."""
    person = await admin_of(world)
    a_minute_later(world)
    return person


async def code_in(world: World, person: Person, kind: LetterKind) -> str:
    """The code in the last letter of a kind."""
    letters = await world.letters(person.account, kind)
    return str(letters[-1].fields["code"])
