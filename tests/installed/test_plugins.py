# SPDX-License-Identifier: Apache-2.0
"""The fund's own plugins on an installed host: from a new folder to what is asked, left out and removed."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.appliance.host.wheels import JOB, POLICY, write_wheel
from tests.architecture.tree import ROOT
from tests.installed.container import ContainerFailed
from tests.installed.fund import Fund
from tests.installed.fund_it import DROP_INS, SITE, VAULT, FundIt, at_work
from tests.installed.versions import Versions, built, repacked, states

pytestmark = pytest.mark.installed
OPERATIONS = (ROOT / "docs" / "plugins" / "operations.md").read_text("utf-8")
DROPPED_IN = "/etc/systemd/system/renkei-vault.service.d/plugins.conf"
TABLE = "[plugins.{}]"
MAY_BE_MISSING = "[plugins.{}]\noptional = true"
# It tells when it is imported.
LOUD = f'import sys\nprint("mine is imported", file=sys.stderr)\n{JOB}'


@pytest.fixture
def it(fund: Fund) -> Iterator[FundIt]:
    """Fund IT."""
    with at_work(fund) as fund_it:
        yield fund_it


def next_command(said: str) -> str:
    """The command that a command tells to restart what is concerned."""
    [command] = re.findall(r"^next: (systemctl .*)$", said, re.MULTILINE)
    return str(command)


def test_a_new_policy_passes_is_installed_and_is_asked_after_the_restart(it: FundIt) -> None:
    assert it.plugin("new", "lunch_rule").endswith("next: renkei plugin check lunch_rule\n")
    checked = it.plugin("check", "lunch_rule")
    assert checked.endswith("ok: it may be installed\n") and "its own: test_lunch_rule.Rules" in checked
    assert not {"bad", "skipped", "warning:"} & set(checked.split())
    wheel = it.plugin("pack", "lunch_rule").strip()
    digest = hashlib.sha256((it.work / wheel).read_bytes()).hexdigest()
    said = it.plugin("install", wheel)
    assert f"installed renkei-lunch-rule 0.1.0 sha256:{digest}" in said
    assert "next: write the table [plugins.lunch_rule] into /etc/renkei/config.toml" in said
    assert json.loads(it.approved())["distributions"][0]["sha256"] == digest
    entry = it.entries("plugin.approved")[-1]
    assert (entry["thing"], entry["sha256"], entry["result"]) == ("renkei-lunch-rule", digest, "done")
    with it.configured("[plugins.lunch_rule]\nlast_hour = 0"):
        assert it.rows()["lunch_rule"]["state"] == "configured"
        assert it.can_deliver()
        it.does(f"renkei check\n{next_command(said)}")
        it.has_restarted = True
        assert it.running("lunch_rule") == "1.0"
        assert not it.can_deliver()
        assert it.fund.is_up()
        assert "take the table out first" in it.refused("remove", "lunch_rule")
    it.restart()
    assert it.can_deliver()
    assert it.plugin("remove", "lunch_rule") == "removed renkei-lunch-rule\n"
    assert "lunch_rule" not in it.rows() and not list((it.host.root / SITE).iterdir())
    assert it.entries("plugin.removed")[-1]["sha256"] == digest


@pytest.mark.parametrize("family", ["pages", "action", "jobs", "metrics"])
def test_what_is_new_passes_at_once(it: FundIt, family: str) -> None:
    it.plugin("new", f"my_{family}", "--family", family)
    assert it.plugin("check", f"my_{family}").endswith("ok: it may be installed\n")


def test_what_is_checked_is_nobody_and_finds_nothing_of_the_fund(it: FundIt) -> None:
    look = """
import os
told = [os.geteuid()]
for path in ("/etc/renkei/credentials", "/var/lib/renkei/vault", "/root"):
    try:
        os.listdir(path)
    except PermissionError:
        told.append(path)
raise RuntimeError(f"seen {told}")
"""
    (it.work / "look.py").write_text(f'TIER = "vault"\n{look}')
    with pytest.raises(ContainerFailed) as failed:
        it.plugin("check", "look.py")
    assert "seen [65534, '/etc/renkei/credentials', '/var/lib/renkei/vault', '/root']" in str(failed.value)


def test_a_page_of_the_fund_is_served_after_the_restart_that_is_told(it: FundIt) -> None:
    it.plugin("new", "my_pages", "--family", "pages")
    said = it.does("renkei plugin pack my_pages; renkei plugin install *.whl")
    assert next_command(said) == "systemctl restart 'renkei-web@*.service'"
    with it.configured(TABLE.format("my_pages")):
        it.does(next_command(said))
        status, words = it.fund.page(it.fund.office, "/x/my_pages")
        assert status == 200, words
    it.does(next_command(said))
    assert it.fund.page(it.fund.office, "/x/my_pages")[0] == 404


def test_what_no_table_names_is_not_even_imported(it: FundIt) -> None:
    write_wheel(it.work, "mine", text=LOUD)
    it.does("renkei plugin install *.whl")
    since = it.cursor()
    it.restart()
    assert it.running("mine") == "" and "mine is imported" not in it.said(since)
    with it.configured(TABLE.format("mine")):
        it.restart()
        assert it.running("mine") == "1.0" and "mine is imported" in it.said(since)


def test_a_plugin_of_a_site_is_never_loaded_by_the_vault(it: FundIt) -> None:
    write_wheel(it.work, "mine", group="renkei.web", text=LOUD)
    it.does("renkei plugin install *.whl")
    since = it.cursor()
    with it.configured(MAY_BE_MISSING.format("mine")):
        it.restart()
    assert it.running("mine") == "" and "mine is imported" not in it.said(since)


def test_a_policy_has_no_place_in_a_site(it: FundIt) -> None:
    write_wheel(it.work, "mine", group="renkei.web", text=POLICY)
    it.does("renkei plugin install *.whl")
    since = it.cursor()
    with it.configured(TABLE.format("mine")):
        it.restart()
        it.host.run("systemctl", "restart", "renkei-web@public.service", check=False)
        said = it.host.run("journalctl", "-q", "-o", "cat", f"--after-cursor={since}")
        assert "[plugins.mine]: the family policy has no place in the tier web" in said
    it.host.until("systemctl is-active renkei-web@public.service")


def test_blocked_until_unblocked(it: FundIt) -> None:
    write_wheel(it.work, "mine")
    it.does("renkei plugin install *.whl")
    with it.configured(TABLE.format("mine")):
        for word, figure, state in (("block", "0.0", "blocked"), ("unblock", "1.0", "configured")):
            said = it.plugin(word, "mine")
            it.does(next_command(said))
            it.has_restarted = True
            assert (it.running("mine"), it.rows()["mine"]["state"]) == (figure, state)
            assert it.entries(f"plugin.{word}ed")[-1]["thing"] == "mine"


def test_a_blocked_policy_keeps_the_vault_from_starting_until_it_is_freed_offline(it: FundIt) -> None:
    write_wheel(it.work, "mine", text=POLICY)
    it.does("renkei plugin install *.whl")
    with it.configured(TABLE.format("mine")):
        it.restart()
        assert "no service starts without it" in it.plugin("block", "mine")
        said = it.cannot_start()
        assert "[plugins.mine]: the plugin is blocked, and the service cannot run without it" in said
        it.plugin("unblock", "mine", "--offline")
        it.host.until(f"systemctl is-active {VAULT}")
        assert it.running("mine") == "1.0"


def test_an_optional_one_that_does_not_import_is_left_out(it: FundIt) -> None:
    write_wheel(it.work, "mine", text=f"{JOB}\n1 / 0\n")
    it.does("renkei plugin install *.whl")
    since = it.cursor()
    with it.configured(MAY_BE_MISSING.format("mine")):
        it.restart()
        said = it.said(since)
        assert "[plugins.mine]: renkei_mine:Mine does not import: ZeroDivisionError" in said
        assert "the start goes on without it" in said
        assert (it.running("mine"), it.rows()["mine"]["state"]) == ("0.0", "optional-failed")


def test_a_single_file_is_approved_where_it_was_dropped(it: FundIt) -> None:
    drop_in = it.host.root / DROP_INS / "mine.py"
    drop_in.write_text(f'TIER = "vault"\n{JOB}')
    drop_in.chmod(0o644)
    with it.configured(MAY_BE_MISSING.format("mine")):
        since = it.cursor()
        it.restart()
        assert it.running("mine") == "0.0"
        assert "was not approved; read it, then `renkei plugin install /etc/renkei/plugins.d/mine.py`" in it.said(
            since
        )
        assert it.rows()["mine"]["state"] == "optional-failed"
        it.plugin("install", "/etc/renkei/plugins.d/mine.py")
        it.restart()
        assert it.running("mine") == "1.0"
    it.restart()
    assert it.plugin("remove", "mine") == "removed mine\n" and not drop_in.exists()


def test_native_code_runs_where_the_unit_allows_it(it: FundIt) -> None:
    [library] = (it.host.root / "usr/lib").glob("python3.*/lib-dynload/_queue.cpython-*.so")
    tag = f"cp{library.parts[-3].removeprefix('python').replace('.', '')}"
    files = {f"renkei_mine/{library.name}": library.read_bytes()}
    made = write_wheel(it.work, "mine", files=files, text=f"from renkei_mine import _queue\n{JOB}")
    wheel = made.rename(made.with_name(f"renkei_mine-1.0-{tag}-{tag}-linux_x86_64.whl")).name
    assert "if you trust who built it, say --allow-native" in it.refused("install", wheel)
    it.plugin("install", "--allow-native", wheel)
    with it.configured(MAY_BE_MISSING.format("mine")):
        it.restart()
        assert it.running("mine") == "0.0"
        [unit] = re.findall(r"^```ini\n(.*?)^```$", OPERATIONS, re.MULTILINE | re.DOTALL)
        it.host.write(DROPPED_IN, unit)
        it.host.run("systemctl", "daemon-reload")
        it.restart()
        assert it.running("mine") == "1.0"
    it.host.shell(f"rm {DROPPED_IN}; systemctl daemon-reload")


# --- upgrades of the appliance ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def newer(packages: Path, fund: Fund) -> Versions:
    """A version that comes after the one that is built."""
    return repacked(packages, fund.host, f"{built(packages).number}+plugins")


@pytest.fixture
def with_plugins(it: FundIt) -> Iterator[FundIt]:
    """A wheel with a library of its own, and a single file; both run."""
    write_wheel(it.work, "library", group="other")
    write_wheel(it.work, "mine", requires=("renkei-library",))
    (it.work / "alone.py").write_text(f'TIER = "vault"\n{JOB}')
    it.does("renkei plugin install *.whl alone.py")
    with it.configured(f"{MAY_BE_MISSING.format('mine')}\n{TABLE.format('alone')}"):
        it.restart()
        yield it
    it.restart()


def test_plugins_are_still_there_after_an_upgrade_and_a_reinstall(with_plugins: FundIt, newer: Versions) -> None:
    it, before = with_plugins, with_plugins.approved()
    newer.install(it.host)
    it.host.until(f"systemctl is-active {VAULT}")
    assert (it.running("mine"), it.running("alone"), it.approved()) == ("1.0", "1.0", before)
    it.host.run("dpkg", "--remove", "renkei-gateway", "renkei-vault")
    newer.install(it.host)
    it.host.run("systemctl", "start", "renkei.target")
    assert (it.running("mine"), it.running("alone"), it.approved()) == ("1.0", "1.0", before)


def test_a_bad_plugin_does_not_stop_an_upgrade(with_plugins: FundIt, newer: Versions) -> None:
    it = with_plugins
    alone = it.host.root / DROP_INS / "alone.py"
    good = alone.read_text()
    alone.write_text(f"{good}\n1 / 0\n")
    said = newer.install(it.host)
    assert states(it.host) == {f"{newer.number} installed"}, said
    assert it.host.run("systemctl", "is-active", VAULT, check=False).strip() != "active"
    assert "alone.py was changed since it was approved" in it.host.journal(VAULT)
    alone.write_text(good)
    it.host.until(f"systemctl is-active {VAULT}")
