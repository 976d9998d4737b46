# SPDX-License-Identifier: Apache-2.0
"""A plugin on trial: its life from import to stop without a vault, and the suites of what it hands over.

What needs something that is not here – a server, an answer of the vault – is said as such and is no fault.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.config.decode import ConfigError, Where
from appliance.contracts.action import ActionAnswer, ActionRefused
from appliance.contracts.families import BY_ID, Family
from appliance.contracts.plugin import PluginError
from appliance.host.found import Found
from appliance.host.hooks import families_of, new_manager
from appliance.host.loading import Loaded, loaded
from appliance.host.names import Names
from appliance.host.refused import StartRefused
from appliance.link.refusals import Refused, Why
from appliance.testing.plugin_suites import ActionSuite, CommandsSuite, JobsSuite, MetricsSuite, PagesSuite
from appliance.testing.policy_suite import PolicySuite
from appliance.testing.services import fake_services

TEST_SECONDS = 30.0


class Outcome(StrEnum):
    """How one step of the trial went."""

    OK = "ok"
    SKIPPED = "skipped"
    BAD = "bad"


@dataclass(frozen=True)
class Step:
    """One line of the report."""

    outcome: Outcome
    what: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.outcome:8} {self.what}{': ' if self.why else ''}{self.why}"


class _AnySecret(dict[str, bytes]):
    """A credential of every name: what stands in it does not matter here."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> bytes:
        return b"a secret of the trial, 32 bytes.."

    def __bool__(self) -> bool:
        return True


async def tried(found: Found, table: Mapping[str, Any]) -> AsyncIterator[Step]:
    """Try a plugin with the settings of its table; each step as it is done. A bad one ends the trial."""
    try:
        families = families_of(found.load())
        for family in families:
            if found.tier is not None and found.tier not in family.tiers:
                raise StartRefused(f"the family {family.id} has no place in the tier {found.tier}")
        yield Step(Outcome.OK, f"it imports and hooks {', '.join(family.id for family in families)}")
        plugin = _made(found, table)
        yield Step(Outcome.OK, "its settings, its making and what it hands over")
    except (StartRefused, ConfigError) as error:
        yield Step(Outcome.BAD, str(error))
        return
    step = await _begun(plugin)
    yield step
    if step.outcome is Outcome.OK:
        async for step in _suites(plugin):
            yield step
    async for step in _ended(plugin):
        yield step


async def _ended(plugin: Loaded) -> AsyncIterator[Step]:
    """stop(); nothing is said of a good one."""
    try:
        async with asyncio.timeout(TEST_SECONDS):
            await plugin.plugin.stop()
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is its fault, and told
        yield Step(Outcome.BAD, "stop", _told(error))


def _made(found: Found, table: Mapping[str, Any]) -> Loaded:
    """As a host makes it. Raises StartRefused, ConfigError."""
    services = fake_services(answers=_away, secrets=_AnySecret())
    where = Where("its table", f"plugins.{found.name}")
    plugin = loaded(found, table, where, lambda name: services, new_manager())
    names = Names()
    for family, provider in plugin.handed:
        names.take(found.name, family, provider)
    return plugin


def _away(message: object) -> Any:
    raise Refused(Why.AWAY, "", {"asked": type(message).__name__})


async def _begun(plugin: Loaded) -> Step:
    """start() and check()."""
    try:
        async with asyncio.timeout(TEST_SECONDS):
            await plugin.plugin.start()
            await plugin.plugin.check()
    except (PluginError, Refused) as error:
        return Step(Outcome.SKIPPED, "start, check and its suites", f"{error}")
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is its fault, and told
        return Step(Outcome.BAD, "start and check", _told(error))
    return Step(Outcome.OK, "start and check")


async def _suites(plugin: Loaded) -> AsyncIterator[Step]:
    """The suite of each family that it hooks."""
    by_family: dict[str, list[object]] = {}
    for family, provider in plugin.handed:
        by_family.setdefault(family.id, []).append(provider)
    for id, providers in by_family.items():
        suites = list(_suites_of(BY_ID[id], providers))
        if not suites:
            yield Step(
                Outcome.SKIPPED, f"{id}", "its suite needs what stands behind the plugin; run it in its own tests"
            )
        for suite in suites:
            for name in sorted(name for name in dir(suite) if name.startswith("test_")):
                yield await _tested(id, suite, name)


async def _tested(family: str, suite: Callable[[], object], name: str) -> Step:
    what = f"{family}: {name.removeprefix('test_').replace('_', ' ')}"
    try:
        async with asyncio.timeout(TEST_SECONDS):
            await getattr(suite(), name)()
    except ActionRefused as refused:
        return Step(Outcome.SKIPPED, what, f"it refuses what it is given here ({refused}); run it in its own tests")
    except Refused as refused:
        return Step(Outcome.SKIPPED, what, f"it asks the vault ({refused.values.get('asked', refused)})")
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is its fault, and told
        return Step(Outcome.BAD, what, _told(error))
    return Step(Outcome.OK, what)


def _told(error: Exception) -> str:
    """What was raised, and what had raised it."""
    cause = f", because of {type(error.__cause__).__name__}: {error.__cause__}" if error.__cause__ else ""
    return f"{type(error).__name__}: {error}{cause}"


def _suites_of(family: Family, providers: Sequence[Any]) -> Iterator[Callable[[], object]]:
    """The suites of a family that need nothing but its providers."""
    kinds = {
        "jobs": JobsSuite,
        "commands": CommandsSuite,
        "metrics": MetricsSuite,
        "action": ActionSuite,
        "pages": _Pages,
    }

    async def make(suite: object) -> Any:
        return providers

    if family.id in kinds:
        yield type("Suite", (kinds[family.id],), {"make": make})
    for provider in providers if family.id == "policy" else ():

        async def make_policy(suite: object, one: Any = provider) -> Any:
            return one

        yield type("Suite", (PolicySuite,), {"make_policy": make_policy})


class _Pages(PagesSuite):
    """Pages whose vault says no, as it does to whoever may not."""

    async def make(self) -> Sequence[Any]:
        """Overridden by each trial."""
        raise NotImplementedError  # the pages to try are known where a trial is made

    def answer(self, message: object) -> Any:
        """Refused."""
        raise ActionRefused("ただいま利用できません。")

    async def acted(self, name: str, fields: Mapping[str, str], thing: str = "") -> ActionAnswer:
        """Refused."""
        raise ActionRefused("ただいま利用できません。")
