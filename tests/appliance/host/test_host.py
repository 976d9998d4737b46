# SPDX-License-Identifier: Apache-2.0
"""The host: what starts, what is refused with which sentence, in which order plugins live and die."""

import asyncio
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from appliance.config.decode import ConfigError
from appliance.contracts.policy import Decision, PolicyRequest
from appliance.host import bounded
from appliance.host import host as host_module
from appliance.host.blocked import write_blocked
from appliance.host.host import Host
from appliance.host.refused import StartRefused
from appliance.metrics.registry import Metrics
from appliance.model.words import Role, Site, Tier
from appliance.testing.hosting import hosted, make_host, place_file

ASKED = PolicyRequest("notice.list", Site.PORTAL, "a", Role.OFFICE_ADMIN, frozenset(), "o", "o", 0)

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


# --- what works ---------------------------------------------------------------------------------------------------


async def test_the_vault_starts_with_its_stores_and_the_rights_policy(tmp_path: Path) -> None:
    async with hosted(tmp_path, {}) as host:
        assert [one.plugin for one in host.all("policy")] == ["policy_permissions"]
        assert await host.one("records").read(lambda view: view.get(b"nothing")) is None
        assert await host.one("blobs").delete("a" * 26) is False


async def test_plugins_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    place_file(tmp_path, "mine", HEAD + POLICY)
    place_file(tmp_path, "another", HEAD + POLICY)
    async with hosted(tmp_path, {"mine": {}, "another": {}}) as host:
        assert [one.plugin for one in host.all("policy")] == ["policy_permissions", "mine", "another"]


async def test_an_allow_of_another_than_the_rights_policy_denies(tmp_path: Path) -> None:
    host = mine(tmp_path, body("return ABSTAIN", 'return Verdict(Decision.ALLOW, "all is well")'))
    host.load()
    await host.start()
    verdict = await host.all("policy")[1].provider.judge(ASKED)
    assert verdict.decision is Decision.DENY


async def test_settings_reach_the_plugin_as_its_own_dataclass(tmp_path: Path) -> None:
    text = (
        "@dataclass(frozen=True)\nclass S:\n    word: str = 'a'\n"
        + POLICY.replace("(Plugin):", "(Plugin):\n    Settings = S")
        + "    async def start(self):\n        assert self.settings == S('given')\n"
    )
    host = mine(tmp_path, text, {"word": "given"})
    host.load()
    await host.start()


async def test_a_plugin_of_another_tier_is_left_to_that_tier(tmp_path: Path) -> None:
    place_file(tmp_path, "page", "raise RuntimeError('not to be imported here')\nTIER = 'web'\n")
    host = make_host(tmp_path, {"page": {}})
    host.load()


async def test_a_plugin_without_a_table_is_not_imported(tmp_path: Path) -> None:
    place_file(tmp_path, "unused", "TIER = 'vault'\nraise RuntimeError('not to be imported')\n")
    make_host(tmp_path, {}).load()


async def test_the_gate_and_the_web_need_no_stores(tmp_path: Path) -> None:
    for tier in (Tier.GATE, Tier.WEB):
        make_host(tmp_path, {}, tier=tier).load()


async def test_figures_of_a_plugin_are_shown_once_it_runs(tmp_path: Path) -> None:
    metrics = Metrics(process=False)
    text = JOBS + (
        "    @hookimpl\n    def register_metrics(self):\n"
        "        return [Collector('depth', 'How deep', (), lambda: [((), 7)])]\n"
    )
    host = mine(tmp_path, text, metrics=metrics)
    host.load()
    assert b"renkei_plugin_mine_depth 7" not in metrics.text()
    await host.start()
    assert b"renkei_plugin_mine_depth 7.0" in metrics.text()
    assert b'renkei_plugin_running{plugin="mine"} 1.0' in metrics.text()


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("import nothing_of_this_name", "does not import: ModuleNotFoundError"),
        ("raise SystemExit(3)", "does not import: SystemExit"),
        ("def broken(:", "does not import: SyntaxError"),
        ("", "defines 0 subclasses of Plugin"),
        (POLICY + POLICY.replace("Mine", "Second"), "defines 2 subclasses of Plugin"),
        ("class Mine(Plugin):\n    pass", "Mine hooks nothing"),
        (body("register_policy", "register_polcy"), "register_polcy is no hook; did you mean `register_policy`?"),
        (body("    @hookimpl\n", ""), "Mine.register_policy lacks its decorator; write @hookimpl above it"),
        (body("    @hookimpl\n", "").replace("policy", "polcy"), "did you mean `register_policy`?"),
        (body("def register_policy", "async def register_policy"), "write `def`, not `async def`"),
        (body("@hookimpl", "@hookimpl(wrapper=True)"), "write @hookimpl without arguments"),
        (body("register_policy(self)", "register_policy(self, more)"), "its hooks do not fit"),
        (body("return [self]", "return self"), "its register_policy returned Mine; return a list of providers"),
        (body("return [self]", "return None"), "its register_policy returned NoneType"),
        (body("return [self]", "raise KeyError('oh')"), "its register_policy failed: KeyError"),
        (body("return [self]", "return [self, self]"), "there can be one policy `mine`"),
        (body("async def judge", "def judge"), "has `judge`, which must be `async def`"),
        (body("def judge", "def jugde"), "lacks the method `judge(request)`"),
        (body("judge(self, request)", "judge(self, asked)"), "the contract says `judge(request)`"),
        (body("judge(self, request)", "judge(self, request, more)"), "the contract says `judge(request)`"),
        (POLICY + "    def start(self):\n        pass\n", "Mine.start must be `async def`"),
        (body("policy", "tunnel"), "the family tunnel takes no plugins in this release"),
        (body("policy", "records"), "its records provider Mine lacks the method `write(batch)`"),
        (JOBS.replace("[Job", "['job', Job"), "its jobs provider str is no Job"),
        (JOBS.replace("[Job", "[Job('tidy', 1, self.run), Job"), "there can be one jobs `mine.tidy`"),
        (JOBS.replace("async def run", "def run"), "has a `run` that must be `async def`"),
        (POLICY + "    def __init__(self, settings, services):\n        raise OSError('no')\n", "OSError: no"),
        (POLICY + "    async def start(self):\n        raise PluginError('no port')\n", "no port"),
        (POLICY + "    async def check(self):\n        raise OSError('gone')\n", "OSError: gone"),
        (POLICY + "    Settings = dict\n", "Mine.Settings cannot be used"),
        (
            "class Mine(Plugin):\n    @hookimpl\n    def register_commands(self):\n"
            "        return [Command('word', 'help', print, print)]\n",
            "the family commands has no place in the tier vault",
        ),
        (
            "async def act(request):\n    return ActionAnswer({})\n"
            "class Mine(Plugin):\n    @hookimpl\n    def register_action(self):\n"
            "        return [Action('theirs.act', frozenset({Site.PORTAL}), frozenset(), None, act)]\n",
            "its action is called `theirs.act`; write `mine.act`",
        ),
        (
            "async def show(request):\n    return PageAnswer()\n"
            "class Mine(Plugin):\n    @hookimpl\n    def register_pages(self):\n"
            "        return [Page(Site.PORTAL, 'GET', '', Guard.ANYONE, '', show)]\n",
            "the family pages has no place in the tier vault",
        ),
    ],
)
async def test_a_plugin_that_cannot_be_right_stops_the_start(tmp_path: Path, text: str, sentence: str) -> None:
    said = await refusal(mine(tmp_path, text))
    assert sentence in said
    assert said.startswith("config.toml: [plugins.mine]: ")


async def test_a_table_without_a_plugin_stops_the_start(tmp_path: Path) -> None:
    said = await refusal(make_host(tmp_path, {"policy_permisions": {}}))
    assert said.startswith("config.toml: [plugins.policy_permisions]: this plugin is not installed")
    assert "did you mean `policy_permissions`?" in said


async def test_an_unknown_key_stops_the_start(tmp_path: Path) -> None:
    said = await refusal(make_host(tmp_path, {"policy_permissions": {"rihgts": ""}}))
    assert said == "config.toml: [plugins.policy_permissions]: unknown key `rihgts`; did you mean `rights`?"


async def test_two_plugins_of_one_name_stop_the_start(tmp_path: Path) -> None:
    place_file(tmp_path, "policy_permissions", HEAD + POLICY)
    assert "there are two plugins `policy_permissions`" in await refusal(make_host(tmp_path, {}))


async def test_a_second_store_stops_the_start(tmp_path: Path) -> None:
    place_file(tmp_path, "more", make_and_read_stores(tmp_path))
    said = await refusal(make_host(tmp_path, {"more": {}}))
    assert "[plugins.more]: there can be exactly one blob store, and `stores_in_memory`" in said


def make_and_read_stores(folder: Path) -> str:
    make_host(folder, {})
    return (folder / "plugins.d" / "stores_in_memory.py").read_text()


async def test_a_vault_without_a_blob_store_does_not_start(tmp_path: Path) -> None:
    host = make_host(tmp_path, {})
    path = tmp_path / "plugins.d" / "stores_in_memory.py"
    text = path.read_text()
    path.write_text(text[: text.rindex("    @hookimpl")])
    assert await refusal(host) == "config.toml: there is no blob store; add the table of a blobs plugin"


async def test_a_vault_whose_rights_policy_is_not_configured_does_not_start(tmp_path: Path) -> None:
    host = make_host(tmp_path, {}, rights="policy_other")
    assert "[vault]: `rights` names policy_other" in await refusal(host)


async def test_one_asks_for_what_is_there_exactly_once(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="no plugin is the record store"):
        make_host(tmp_path, {}, tier=Tier.WEB).one("records")


# --- optional and blocked -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "import nothing_of_this_name\n" + JOBS,
        JOBS + "    async def start(self):\n        raise PluginError('no port')\n",
        JOBS + "    async def check(self):\n        raise OSError('gone')\n",
        JOBS + "    def __init__(self, settings, services):\n        raise OSError('no')\n",
        JOBS.replace("return [Job", "return [1, Job"),
    ],
)
async def test_the_start_goes_on_without_an_optional_plugin(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics(process=False)
    host = mine(tmp_path, text, {"optional": True}, metrics=metrics)
    host.load()
    await host.start()
    assert host.all("jobs") == []
    assert "[plugins.mine]" in caplog.text and "optional" in caplog.text
    assert b'renkei_plugin_running{plugin="mine"} 0.0' in metrics.text()
    await host.stop()


async def test_an_optional_plugin_that_works_runs(tmp_path: Path) -> None:
    host = mine(tmp_path, JOBS, {"optional": True})
    host.load()
    await host.start()
    assert [one.plugin for one in host.all("jobs")] == ["mine"]


@pytest.mark.parametrize("text", [POLICY, "import nothing_of_this_name\n" + POLICY])
async def test_a_policy_is_never_optional(tmp_path: Path, text: str) -> None:
    said = await refusal(mine(tmp_path, text, {"optional": True}))
    assert "cannot be left out" in said or "does not import" in said


async def test_an_optional_plugin_that_hides_its_hooks_is_not_left_out(tmp_path: Path) -> None:
    assert "does not import" in await refusal(mine(tmp_path, "import hidden_hooks", {"optional": True}))


async def test_a_mistake_in_the_table_of_an_optional_plugin_is_still_one(tmp_path: Path) -> None:
    assert "unknown key `depth`" in await refusal(mine(tmp_path, JOBS, {"optional": True, "depth": 1}))
    assert "`optional` must be true or false" in await refusal(mine(tmp_path, JOBS, {"optional": "yes"}))


async def test_a_blocked_plugin_is_not_loaded(tmp_path: Path) -> None:
    write_blocked(tmp_path, frozenset({"mine"}))
    host = mine(tmp_path, "raise RuntimeError('not to be imported')\n" + JOBS)
    host.load()
    await host.start()
    assert host.all("jobs") == []


@pytest.mark.parametrize("text", [POLICY, body("policy", "records"), "hidden = 1"])
async def test_a_blocked_plugin_that_is_needed_stops_the_start(tmp_path: Path, text: str) -> None:
    write_blocked(tmp_path, frozenset({"mine"}))
    said = await refusal(mine(tmp_path, text))
    assert "[plugins.mine]: the plugin is blocked" in said and "renkei plugin unblock mine" in said


# --- life ---------------------------------------------------------------------------------------------------------

LIFE = """
from pathlib import Path
class Mine(Plugin):
    def note(self, word):
        with open(@FILE@, "a") as file:
            file.write("@NAME@ " + word + "\\n")
    @hookimpl
    def register_jobs(self):
        self.note("hook")
        return []
    async def start(self):
        self.note("start")
    async def check(self):
        self.note("check")
        @CHECK@
    async def stop(self):
        self.note("stop")
        @STOP@
"""


def lives(folder: Path, checks: Mapping[str, str], stops: Mapping[str, str] | None = None) -> tuple[Host, Path]:
    notes = folder / "notes"
    for name, check in checks.items():
        text = LIFE.replace("@FILE@", repr(str(notes))).replace("@NAME@", name).replace("@CHECK@", check)
        place_file(folder, name, HEAD + text.replace("@STOP@", (stops or {}).get(name, "pass")))
    return make_host(folder, {name: {} for name in checks}), notes


async def test_each_step_of_a_life_happens_once_and_stops_are_in_reverse(tmp_path: Path) -> None:
    host, notes = lives(tmp_path, {"a": "pass", "b": "pass"})
    host.load()
    await host.start()
    await host.stop()
    await host.stop()
    expected = ["a hook", "b hook", "a start", "a check", "b start", "b check", "b stop", "a stop"]
    assert notes.read_text().splitlines() == expected


async def test_after_a_start_that_failed_half_way_what_was_begun_is_stopped(tmp_path: Path) -> None:
    host, notes = lives(tmp_path, {"a": "pass", "b": "raise PluginError('no')", "c": "pass"})
    assert await refusal(host) == "config.toml: [plugins.b]: no"
    words = notes.read_text().splitlines()
    assert words[3:] == ["a start", "a check", "b start", "b check", "b stop", "a stop"]


async def test_a_stop_that_fails_or_hangs_does_not_keep_the_others_from_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(host_module, "STOP_SECONDS", 0.01)
    stops = {"b": "raise OSError('oh')", "c": "await asyncio.Event().wait()"}
    host, notes = lives(tmp_path, dict.fromkeys("abc", "pass"), stops)
    host.load()
    await host.start()
    await host.stop()
    assert notes.read_text().splitlines()[-3:] == ["c stop", "b stop", "a stop"]
    assert "plugin b: its stop failed" in caplog.text and "plugin c: its stop failed" in caplog.text


@pytest.mark.parametrize("method", ["start", "check"])
async def test_a_start_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setattr(host_module, "START_SECONDS", 0.01)
    monkeypatch.setattr(bounded, "GRACE", 0.01)
    hangs = (
        f"    async def {method}(self):\n        while True:\n            try:\n"
        "                await asyncio.Event().wait()\n            except asyncio.CancelledError:\n"
        "                pass\n"
    )
    said = await refusal(mine(tmp_path, POLICY + hangs))
    assert re.match(r"config\.toml: \[plugins\.mine\]: Abandoned: no answer within 0\.01 s", said)


async def test_a_start_that_is_cancelled_stops_what_was_begun(tmp_path: Path) -> None:
    host, notes = lives(tmp_path, {"a": "pass", "b": "await asyncio.Event().wait()"})
    host.load()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(host.start())
        await asyncio.sleep(0)  # the plugins' own steps wait for nothing, so all is done up to the check of b
        assert notes.read_text().endswith("b check\n")
        task.cancel()
    assert notes.read_text().splitlines()[-2:] == ["b stop", "a stop"]


async def test_the_threads_of_plugins_end_with_them(tmp_path: Path) -> None:
    text = POLICY + "    async def start(self):\n        assert await self.services.in_thread(sum, [1, 2]) == 3\n"
    host = mine(tmp_path, text)
    host.load()
    await host.start()
    await host.stop()


def test_messages_name_the_file_that_was_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    host = Host(
        Tier.WEB,
        make_host(tmp_path, {"absent": {}})._settings,
        lambda name: pytest.fail("nothing is made"),
        Metrics(process=False),
        config_file=tmp_path / "fund.toml",
    )
    with pytest.raises(StartRefused, match=r"^fund\.toml: \[plugins\.absent\]"):
        host.load()
