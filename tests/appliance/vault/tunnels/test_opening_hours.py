# SPDX-License-Identifier: Apache-2.0
"""What the policies say of the hours of the VPN, whatever else they deny."""

import datetime as dt

import pytest
from renkei_policy_hours import PolicyHours

from appliance.contracts.plugin import NoSettings
from appliance.contracts.policy import Decision, PolicyRequest, Verdict
from appliance.model.time import JST, instant
from appliance.testing.services import fake_services
from appliance.vault.tunnels.judging import Hours
from appliance.vault.tunnels.opening_hours import hours_of
from tests.appliance.vault.providers import Judge
from tests.appliance.vault.world import World


def at(text: str) -> int:
    """A time of Tuesday 2026-06-09 in Japan."""
    return instant(dt.datetime.fromisoformat(f"2026-06-09T{text}").replace(tzinfo=JST))


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("07:59:59", Hours(False, False)),
        ("08:00", Hours(True, True, at("20:10"))),
        ("19:59:59", Hours(True, True, at("20:10"))),
        ("20:00", Hours(False, True, at("20:10"))),
        ("20:10", Hours(False, False)),
    ],
)
async def test_the_policy_of_hours(world: World, now: str, hours: Hours) -> None:
    world.plugins.add("policy", PolicyHours(NoSettings(), fake_services()), "policy_hours")
    assert await hours_of(world.core, at(now)) == hours


async def test_without_one_it_is_always_open(world: World) -> None:
    assert await hours_of(world.core, at("03:00")) == Hours(True, True)


async def test_a_denial_that_is_not_of_the_hours_is_the_portals_business(world: World) -> None:
    async def never(request: PolicyRequest) -> Verdict:
        return Verdict(Decision.DENY, "no rights", until=1)

    world.plugins.add("policy", Judge(never), "own")
    assert await hours_of(world.core, at("12:00")) == Hours(True, True)


async def test_the_earliest_end_counts(world: World) -> None:
    for minute in ("19:00", "18:00", "20:00"):

        async def until(request: PolicyRequest, end: int = at(minute)) -> Verdict:
            return Verdict(Decision.ABSTAIN, "", until=end)

        world.plugins.add("policy", Judge(until), "own")
    assert (await hours_of(world.core, at("12:00"))).until == at("18:00")
