# SPDX-License-Identifier: Apache-2.0
"""The second factors that are configured, and the state that stands in for a stranger's."""

import pytest

from appliance.config.settings import Door
from appliance.contracts.factor import Begun, Enrolled
from appliance.host.refused import ProviderFailed
from appliance.link.refusals import Why
from appliance.vault.door.factors import MAX_NAME, NoFactor, begun, decoy, enrolled, factor, factor_of, sends
from appliance.vault.door.seeking import Stranger
from tests.appliance.vault.world import World

NOW = 1_780_966_800_000


async def test_a_factor_is_found_by_the_name_of_its_plugin(world: World) -> None:
    assert factor(world.core, "otp_totp") is world.app
    with pytest.raises(NoFactor) as caught:
        factor(world.core, "otp_carrier_pigeon")
    assert (caught.value.why, caught.value.reason) == (
        Why.NOT_ALLOWED,
        "the second factor otp_carrier_pigeon is not configured",
    )


async def test_the_one_that_mails_is_named_by_the_settings(world: World) -> None:
    assert sends(world.core, "otp_email") and not sends(world.core, "otp_totp")


async def test_names_are_cut_to_what_a_code_can_hold(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def enrol(request: object) -> Enrolled:
        asked.append(request)
        return Enrolled(b"state")

    monkeypatch.setattr(world.app, "enrol", enrol)
    await enrolled(world.core, "otp_totp", "a", "x" * 200, NOW)
    assert len(asked) == 1 and len(asked[0].label) == MAX_NAME  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [ProviderFailed("hung"), None])
async def test_one_that_fails_is_as_good_as_none(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    if error is None:
        world.mailed.broken = "it is broken"
    else:

        async def fail(request: object) -> Begun:
            raise error

        for name in ("enrol", "begin"):
            monkeypatch.setattr(world.mailed, name, fail)
    with pytest.raises(NoFactor, match="no_factor"):
        await enrolled(world.core, "otp_email", "a", "label", NOW)
    with pytest.raises(NoFactor, match="no_factor"):
        await begun(world.core, "otp_email", "a", b"state", NOW)


async def test_a_decoy_is_made_once_and_for_each_factor(world: World) -> None:
    first = await decoy(world.core, "otp_email", NOW)
    assert await decoy(world.core, "otp_email", NOW + 1) == first
    assert await decoy(world.core, "otp_totp", NOW) != first


async def test_without_leave_of_the_fund_an_app_counts_for_nothing(world: World) -> None:
    assert world.core.settings.door == Door()
    for number in range(20):
        assert await factor_of(world.core, Stranger(b"%d" % number)) == "otp_email"
