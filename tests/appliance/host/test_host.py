# SPDX-License-Identifier: Apache-2.0
"""The host: what starts, and in which order plugins live and die; see also test_host_refusals.py."""

import asyncio
import logging
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from appliance.contracts.policy import Decision, PolicyRequest
from appliance.host import bounded
from appliance.host import host as host_module
from appliance.host.host import Host
from appliance.host.refused import StartRefused
from appliance.metrics.registry import Metrics
from appliance.model.words import Role, Site, Tier
from appliance.testing.hosting import hosted, make_host, place_file
from tests.appliance.host.plugin_texts import HEAD, JOBS, POLICY, body, mine, refusal

ASKED = PolicyRequest("notice.list", Site.PORTAL, "a", Role.OFFICE_ADMIN, frozenset(), "o", "o", 0)


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
