# SPDX-License-Identifier: Apache-2.0
"""A plugin author's host."""

from pathlib import Path

import pytest

from appliance.contracts.plugin import PluginError
from appliance.host.refused import StartRefused
from appliance.model.words import Tier
from appliance.testing.hosting import hosted, make_host, place_file

NOTES = """
from pathlib import Path
from appliance.contracts.plugin import Plugin, hookimpl
TIER = "{tier}"
class Mine(Plugin):
    @hookimpl
    def register_jobs(self):
        return []
    async def stop(self):
        Path({path!r}).write_text("stopped")
"""


async def test_the_plugins_are_stopped_even_if_the_test_fails(tmp_path: Path) -> None:
    path = tmp_path / "note"
    place_file(tmp_path, "mine", NOTES.format(tier="vault", path=str(path)))
    with pytest.raises(PluginError):
        async with hosted(tmp_path, {"mine": {}}):
            raise PluginError("the test fails")
    assert path.read_text() == "stopped"


async def test_another_tier_has_no_stores(tmp_path: Path) -> None:
    async with hosted(tmp_path, {}, tier=Tier.WEB) as host:
        assert host.all("records") == []


def test_a_plugin_may_take_the_place_of_one_that_is_added(tmp_path: Path) -> None:
    host = make_host(tmp_path, {"policy_permissions": {"rights": "", "nonsense": 1}})
    with pytest.raises(Exception, match="unknown key `nonsense`"):
        host.load()


async def test_what_is_refused_in_the_service_is_refused_here(tmp_path: Path) -> None:
    place_file(tmp_path, "mine", NOTES.format(tier="vault", path="").replace("register_jobs", "register_job"))
    with pytest.raises(StartRefused, match="did you mean `register_jobs`"):
        async with hosted(tmp_path, {"mine": {}}):
            pytest.fail("it started")
