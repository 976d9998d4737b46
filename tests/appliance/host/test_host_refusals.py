# SPDX-License-Identifier: Apache-2.0
"""What the host refuses, with which sentence; and what it goes on without."""

from pathlib import Path

import pytest

from appliance.host.blocked import write_blocked
from appliance.host.refused import StartRefused
from appliance.metrics.registry import Metrics
from appliance.model.words import Tier
from appliance.testing.hosting import make_host, place_file
from tests.appliance.host.plugin_texts import HEAD, JOBS, POLICY, body, mine, refusal


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
        (body("policy", "sink"), "the family sink takes no plugins in this release"),
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


async def test_a_secret_that_is_missing_is_said_without_the_name_of_an_exception(tmp_path: Path) -> None:
    said = await refusal(
        mine(tmp_path, POLICY + "    async def start(self):\n        self.services.credential('db')\n")
    )
    missing = f"{tmp_path}/credentials/db: this credential is missing; put the file there, mode 0400"
    assert said == f"config.toml: [plugins.mine]: {missing}"


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
        JOBS.replace("return [", "one = ").replace(")]", "); return [one, one]"),
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
