# SPDX-License-Identifier: Apache-2.0
"""Delegations as tests enter them, and whoever works for others."""

from typing import Any

from appliance.link import messages as m
from appliance.model.words import PRESETS, Role
from tests.appliance.vault.world import Person, World

SINCE, UNTIL = "2026-06-01", "2027-03-31"
REASON = "6 月 1 日付の複数事業所管理届"


def entry(account: str, *offices: str, **changed: Any) -> m.AddDelegations:
    """The message of a 複数事業所管理届, by the preset of a 社労士 (R122)."""
    said: dict[str, Any] = {
        "role": Role.SHAROSHI,
        "permissions": PRESETS[Role.SHAROSHI],
        "since": SINCE,
        "until": UNTIL,
        "reason": REASON,
    }
    return m.AddDelegations(account, offices, **{**said, **changed})


async def clerk_of(world: World) -> Person:
    """One of the fund's staff who enters delegations, signed in."""
    return await (await world.staff("clerk01", Role.FUND_CLERK)).sign_in()


async def delegated(world: World, person: Person, *offices: str, **changed: Any) -> list[str]:
    """The ids of fresh delegations of a person for these offices."""
    clerk = await (await world.staff(f"clerk{world.core.new_id()[:6]}", Role.FUND_CLERK)).sign_in()
    done = await clerk.ask(entry(person.account, *offices, **changed))
    return list(done.delegations)


async def switched(person: Person, office: str) -> Person:
    """The person, from now on working for an office; self, for chaining."""
    person.token = (await person.ask(m.SwitchOffice(office))).token
    return person


async def delegated_by(clerk: Person, managing: str, office: str) -> tuple[str, ...]:
    """The ids of delegations of somebody new at one office, for another one, that this clerk enters."""
    person = await clerk.world.user(managing, "Sharo077")
    done: m.DelegationsAdded = await clerk.ask(entry(person.account, office))
    return done.delegations
