# SPDX-License-Identifier: Apache-2.0
"""A trial tells what is good, what is bad, and what could not be tried without a vault or a server."""

from pathlib import Path

import pytest

from appliance.host.found import Found
from appliance.host.single_file import SingleFile
from appliance.testing.trial import Outcome, Step, tried

HEAD = """
from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Plugin, PluginError, hookimpl
from appliance.link.messages import AskHours
TIER = "vault"
"""
PLUGIN = """
class Mine(Plugin):
    @hookimpl
    def register_jobs(self):
        return [Job("mine", 1.0, self.run)]
    async def start(self):
        {start}
    async def run(self):
        {run}
    async def stop(self):
        {stop}
"""


async def steps(
    folder: Path, *, start: str = "pass", run: str = "pass", stop: str = "pass", text: str = PLUGIN
) -> list[Step]:
    """The trial of a plugin."""
    path = folder / "trial.py"
    file = SingleFile.of(path, (HEAD + text.format(start=start, run=run, stop=stop)).encode())
    found = Found("trial", file.tier, "here", "", file.plugin, bytes)
    return [step async for step in tried(found, {})]


async def test_a_good_one_passes_all_of_it(tmp_path: Path) -> None:
    told = await steps(tmp_path)
    assert {step.outcome for step in told} == {Outcome.OK} and len(told) == 6
    assert str(told[0]) == "ok       it imports and hooks jobs"


async def test_a_credential_is_there_under_every_name(tmp_path: Path) -> None:
    told = await steps(tmp_path, start="assert self.services.credential('any')")
    assert {step.outcome for step in told} == {Outcome.OK}


async def test_a_server_that_is_not_here_is_no_fault(tmp_path: Path) -> None:
    told = await steps(tmp_path, start="raise PluginError('no server at 192.0.2.1')")
    assert [step.outcome for step in told] == [Outcome.OK, Outcome.OK, Outcome.SKIPPED]
    assert told[-1].why == "no server at 192.0.2.1"


async def test_a_vault_that_is_not_here_is_no_fault(tmp_path: Path) -> None:
    told = await steps(tmp_path, run="await self.services.ask(AskHours())")
    [skipped] = [step for step in told if step.outcome is not Outcome.OK]
    assert skipped.outcome is Outcome.SKIPPED and "it asks the vault (AskHours)" in str(skipped)


@pytest.mark.parametrize("place", ["start", "run"])
async def test_whatever_it_raises_is_told(tmp_path: Path, place: str) -> None:
    told = await steps(tmp_path, **{place: "raise KeyError('oh')"})
    assert [step.why for step in told if step.outcome is Outcome.BAD] == ["KeyError: 'oh'"]


async def test_it_is_stopped_also_after_a_bad_start(tmp_path: Path) -> None:
    marker = tmp_path / "stopped"
    await steps(tmp_path, start="1 / 0", stop=f"open({str(marker)!r}, 'w').close()")
    assert marker.exists()


async def test_a_stop_that_fails_is_bad(tmp_path: Path) -> None:
    told = await steps(tmp_path, stop="1 / 0")
    assert (told[-1].outcome, told[-1].what) == (Outcome.BAD, "stop")


async def test_an_action_that_refuses_what_it_is_given_here_is_no_fault(tmp_path: Path) -> None:
    text = """
from appliance.contracts.action import Action, ActionRefused
from appliance.model.words import Site
class Mine(Plugin):
    @hookimpl
    def register_action(self):
        return [Action("trial.act", frozenset({{Site.PORTAL}}), frozenset({{"a"}}), None, self.act)]
    async def act(self, request):
        {run}
"""
    told = await steps(tmp_path, text=text, run="raise ActionRefused('no')")
    assert [step.what for step in told if step.outcome is Outcome.SKIPPED] == [
        "action: good fields get an answer of texts"
    ]
    assert Outcome.BAD not in {step.outcome for step in told}


async def test_a_family_whose_suite_needs_more_says_so(tmp_path: Path) -> None:
    text = """
class Mine(Plugin):
    @hookimpl
    def register_notifier(self):
        return [self]
    async def send(self, letter):
        {start}
    async def returns(self):
        return []
"""
    told = await steps(tmp_path, text=text)
    assert told[-1].outcome is Outcome.SKIPPED and "its own tests" in told[-1].why
