# SPDX-License-Identifier: Apache-2.0
"""Single-file plugins for the tests of the host, to be used and to be spoilt."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from appliance.config.decode import ConfigError
from appliance.host.host import Host
from appliance.host.refused import StartRefused
from appliance.testing.hosting import make_host, place_file

HEAD = """
import asyncio
from dataclasses import dataclass
from appliance.contracts.plugin import Plugin, PluginError, hookimpl
from appliance.contracts.policy import ABSTAIN, Decision, Verdict
from appliance.contracts.jobs import Job
from appliance.contracts.metrics import Collector
from appliance.contracts.action import Action, ActionAnswer
from appliance.contracts.commands import Command
from appliance.contracts.pages import Guard, Page, PageAnswer
from appliance.model.words import Site
TIER = "vault"
"""
POLICY = """
class Mine(Plugin):
    @hookimpl
    def register_policy(self):
        return [self]
    async def judge(self, request):
        return ABSTAIN
"""
JOBS = """
class Mine(Plugin):
    @hookimpl
    def register_jobs(self):
        return [Job("tidy", 60, self.run)]
    async def run(self):
        pass
"""


def mine(folder: Path, body: str, table: Mapping[str, Any] | None = None, **more: Any) -> Host:
    """A vault's host with one more plugin of our own, `mine`."""
    place_file(folder, "mine", HEAD + body)
    return make_host(folder, {"mine": table or {}}, **more)


async def refusal(host: Host) -> str:
    """Why the host does not start."""
    with pytest.raises((StartRefused, ConfigError)) as caught:
        host.load()
        await host.start()
    return str(caught.value)


def body(change: str, by: str, text: str = POLICY) -> str:
    assert change in text
    return text.replace(change, by)
