# SPDX-License-Identifier: Apache-2.0
"""From a table to a plugin: the order of the steps. Whole starts are tested in test_host.py."""

from dataclasses import dataclass
from typing import Any

import pytest

from appliance.config.decode import ConfigError, Where
from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Plugin, Services, hookimpl
from appliance.host.found import Found
from appliance.host.hooks import new_manager
from appliance.host.loading import DoWithout, loaded
from appliance.host.refused import StartRefused
from appliance.model.words import Tier
from appliance.testing.services import fake_services

WHERE = Where("config.toml", "plugins.mine")


@dataclass(frozen=True)
class DepthSettings:
    depth: int = 1


class Mine(Plugin):
    Settings = DepthSettings

    def __init__(self, settings: Any, services: Services) -> None:
        super().__init__(settings, services)
        if settings.depth == 13:
            raise OSError("too deep")

    @hookimpl
    def register_jobs(self) -> list[Job]:
        return [Job("dig", self.settings.depth, self.run)]

    async def run(self) -> None: ...


def load(table: dict[str, Any], kind: type[Plugin] = Mine, text: bytes = b"") -> Any:
    found = Found("mine", Tier.VAULT, "here", "1.2", lambda: kind, lambda: text)
    return loaded(found, table, WHERE, lambda name: fake_services(), new_manager())


@pytest.mark.parametrize("optional", [True, False])
def test_a_plugin_is_made_from_its_table(optional: bool) -> None:
    made = load({"depth": 7, "optional": optional})
    assert (made.name, made.version, made.optional) == ("mine", "1.2", optional)
    assert made.plugin.settings == DepthSettings(7)
    [(family, job)] = made.handed
    assert (family.id, job.every_seconds) == ("jobs", 7)


def test_optional_is_not_passed_to_the_plugin_and_must_be_a_truth() -> None:
    with pytest.raises(ConfigError, match="`optional` must be true or false"):
        load({"optional": 1})


@pytest.mark.parametrize("table", [{"depth": "7"}, {"deep": 7}])
def test_a_mistake_in_the_table_is_never_optional(table: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"^config\.toml: \[plugins\.mine\]"):
        load({**table, "optional": True})


def test_a_plugin_that_cannot_be_made_is_refused_or_done_without() -> None:
    with pytest.raises(StartRefused, match=r"^config\.toml: \[plugins\.mine\]: OSError: too deep"):
        load({"depth": 13})
    with pytest.raises(DoWithout, match="OSError: too deep"):
        load({"depth": 13, "optional": True})


def test_a_credential_that_is_missing_is_named() -> None:
    class Needs(Mine):
        def __init__(self, settings: Any, services: Services) -> None:
            raise ConfigError("secrets/key: this credential is missing")

    with pytest.raises(StartRefused, match="secrets/key: this credential is missing"):
        load({}, Needs)
