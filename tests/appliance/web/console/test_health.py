# SPDX-License-Identifier: Apache-2.0
"""The page of health: words for every light, what is broken first, for systems and audit alone."""

from dataclasses import replace

import pytest

from appliance.config.settings import SiteSettings
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.health import LIGHTS as SHOWN
from appliance.model.health import About, Light
from appliance.model.words import Role
from appliance.web.console.health import LOOKS, WORST
from appliance.web.console.health_words import LIGHTS, NAMES, WORDS
from tests.appliance.vault.world import World
from tests.appliance.web.whole import Reader

# What only the command at the vault's own host can tell.
NOT_HERE = {About.VAULT, About.CONFIG, About.SITE}


def test_there_are_words_for_every_light_and_no_others() -> None:
    assert WORDS.keys() == {(about, light) for about in set(About) - NOT_HERE for light in SHOWN[about]}
    assert NAMES.keys() == set(About) - NOT_HERE
    assert LIGHTS.keys() == LOOKS.keys() == set(WORST) == set(Light)
    for (_, light), words in WORDS.items():
        assert bool(words.fix) is (light is not Light.GREEN) and words.cause.endswith("。")


async def test_systems_see_how_everything_is(reader: Reader, world: World) -> None:
    (world.folder / "vault").mkdir(parents=True)
    sites = replace(world.core.settings.sites, console=SiteSettings("127.0.0.13", certificate="/nowhere"))
    world.core.settings = replace(world.core.settings, sites=sites)
    system = await (await world.staff("system", Role.FUND_SYSTEM)).sign_in()
    seen = await reader.be(system.token).see("/health")
    assert "システムの状態" in seen.text and "異常が 1 件あります" in seen.text  # its certificate
    for text in (
        "記録の保管庫",
        "応答しています。",
        "鍵の控え",
        "要確認",
        "メールサーバー",
        "一度も検証していません。",
    ):
        assert text in seen.text
    assert seen.text.index("異常") < seen.text.index("正常")


@pytest.mark.parametrize("role", [Role.FUND_AUDITOR, Role.FUND_CLERK])
async def test_who_may_look_has_a_way_to_it(reader: Reader, world: World, role: Role) -> None:
    person = await (await world.staff("somebody", role)).sign_in()
    links = (await reader.be(person.token).see("/")).page.links
    assert ("/health" in links) is (role is Role.FUND_AUDITOR)
    outcome = await world.outcome(person.site, m.ReadDiagnosis(), token=person.token)
    assert (outcome is Why.NOT_ALLOWED) is (role is Role.FUND_CLERK)
