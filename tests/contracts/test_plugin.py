# SPDX-License-Identifier: Apache-2.0
"""The base of every plugin does nothing by itself."""

from appliance.contracts.plugin import NoSettings, Plugin
from appliance.testing.services import fake_services


async def test_a_plugin_keeps_what_it_is_given_and_has_a_life_without_events() -> None:
    services = fake_services()
    plugin = Plugin(NoSettings(), services)
    assert (plugin.settings, plugin.services) == (NoSettings(), services)
    for step in (plugin.start, plugin.check, plugin.stop, plugin.stop):
        await step()


def test_a_plugin_without_settings_takes_none() -> None:
    assert Plugin.Settings is NoSettings
