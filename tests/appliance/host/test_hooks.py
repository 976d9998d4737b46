# SPDX-License-Identifier: Apache-2.0
"""Hooks: one a family, found without running anything; whole plugins are tested in test_host.py."""

from typing import Any

import pytest

from appliance.contracts.families import BY_ID, FAMILIES
from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Plugin, hookimpl
from appliance.host.hooks import families_of, may_be_missing, may_be_without, new_manager, providers_of
from appliance.host.refused import StartRefused
from appliance.testing.services import fake_services


class TwoFamilies(Plugin):
    @hookimpl
    def register_jobs(self) -> list[Any]:
        return [Job("a", 1, self.run), Job("b", 1, self.run)]

    @hookimpl
    def register_policy(self) -> tuple[Any, ...]:
        return (self,)

    async def judge(self, request: object) -> None: ...

    async def run(self) -> None: ...


class Inherits(TwoFamilies):
    """Its hooks are those of its parent."""


def test_there_is_one_hook_a_family() -> None:
    manager = new_manager()
    hooks = {name for name in vars(manager.hook) if name.startswith("register_")}
    assert hooks == {family.hook for family in FAMILIES}


@pytest.mark.parametrize("kind", [TwoFamilies, Inherits])
def test_families_are_found_without_making_the_plugin(kind: type[Plugin]) -> None:
    assert [family.id for family in families_of(kind)] == ["policy", "jobs"]


def test_each_hook_is_called_once_and_only_for_its_plugin() -> None:
    manager = new_manager()
    first, second = (TwoFamilies(None, fake_services()) for _ in range(2))
    for name, plugin in (("first", first), ("second", second)):
        handed = providers_of(manager, name, plugin)
        assert sorted(family.id for family, _ in handed) == ["jobs", "jobs", "policy"]
        assert [provider for family, provider in handed if family.id == "policy"] == [plugin]


def test_a_name_is_registered_once() -> None:
    manager = new_manager()
    providers_of(manager, "mine", TwoFamilies(None, fake_services()))
    with pytest.raises(StartRefused, match="its hooks do not fit"):
        providers_of(manager, "mine", TwoFamilies(None, fake_services()))


@pytest.mark.parametrize(
    ("text", "may"),
    [
        (b"class A:\n    def register_jobs(self): ...\n", True),
        (b"class A:\n    def register_jobs(self): ...\n    def register_metrics(self): ...\n", True),
        (b"class A:\n    def register_jobs(self): ...\n    def register_policy(self): ...\n", False),
        (b"class A:\n    def register_records(self): ...\n", False),
        (b"class A(B): ...\n", False),
        (b"def register_nothing(): ...\n", False),
        (b"", False),
        (b"not python", False),
        (b"\0", False),
    ],
)
def test_only_a_plugin_that_shows_harmless_hooks_may_be_missing(text: bytes, may: bool) -> None:
    assert may_be_missing(text) is may


def test_what_denies_and_what_is_there_once_cannot_be_left_out() -> None:
    needed = {family.id for family in FAMILIES if not may_be_without(family)}
    assert needed == {"tunnel", "device", "factor", "policy", "records", "blobs", "scanner", "issuer"}
    assert may_be_without(BY_ID["jobs"])
