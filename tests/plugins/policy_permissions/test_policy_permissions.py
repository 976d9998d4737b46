# SPDX-License-Identifier: Apache-2.0
"""The plugin around the rights policy: which table it reads, and when it refuses to start."""

from pathlib import Path

import pytest
from renkei_policy_permissions import PolicyPermissions, Settings

from appliance.contracts.plugin import PluginError
from appliance.contracts.policy import Decision, PolicyRequest
from appliance.model.words import Role, Site
from appliance.testing.services import fake_services

AUDITOR = PolicyRequest("history.read", Site.CONSOLE, "a", Role.FUND_AUDITOR, frozenset(), "", "", 0)


async def decision(plugin: PolicyPermissions) -> Decision:
    [policy] = plugin.register_policy()
    return (await policy.judge(AUDITOR)).decision


async def test_it_denies_until_it_has_started() -> None:
    plugin = PolicyPermissions(Settings(), fake_services())
    assert await decision(plugin) is Decision.DENY
    await plugin.start()
    assert await decision(plugin) is Decision.ALLOW


async def test_a_fund_may_bring_its_own_table(tmp_path: Path) -> None:
    (tmp_path / "rights.toml").write_text('[office]\n[fund]\n"history.read" = ["fund_clerk"]\n')
    plugin = PolicyPermissions(Settings(str(tmp_path / "rights.toml")), fake_services())
    await plugin.start()
    assert await decision(plugin) is Decision.DENY


async def test_a_table_that_is_missing_or_wrong_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "rights.toml"
    plugin = PolicyPermissions(Settings(str(path)), fake_services())
    with pytest.raises(PluginError, match=r"rights\.toml"):
        await plugin.start()
    path.write_text('[office]\n"menu.read" = "everything"\n[fund]\n')
    with pytest.raises(PluginError, match="everything"):
        await plugin.start()
    assert await decision(plugin) is Decision.DENY
