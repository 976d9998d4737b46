# SPDX-License-Identifier: Apache-2.0
"""Somebody who has never seen the project follows the guide, word for word: what it shows is what is done here."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.installed.fund import Fund
from tests.installed.fund_it import FundIt, at_work

pytestmark = pytest.mark.installed
DOCS = ROOT / "docs" / "plugins"
# The fund lunches all day, so that it is lunch now.
ALL_DAY = "[plugins.policy_lunch]\nbegins = 00:00:00\nends = 23:59:59.999999"


@pytest.fixture
def it(fund: Fund) -> Iterator[FundIt]:
    """Fund IT."""
    with at_work(fund) as fund_it:
        yield fund_it


def section(page: str, number: str) -> str:
    """A section of a page of the documentation, by how its heading begins."""
    text = (DOCS / page).read_text("utf-8")
    return text.partition(f"\n## {number}")[2].partition("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a text in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def written(it: FundIt) -> Path:
    """The file of the guide's blocks, one after another."""
    file = it.work / "policy_lunch.py"
    shown = [block for number in "1234" for block in blocks(section("guide.md", f"{number}. "), "python")]
    file.write_text("\n\n".join(shown), "utf-8")
    return file


def test_the_single_file_of_the_guide_is_checked_installed_and_asked(it: FundIt) -> None:
    written(it)
    [check] = blocks(section("guide.md", "5. "), "sh")
    assert it.does(check).endswith("ok: it may be installed\n")
    installing = section("guide.md", "6. ")
    install, restart = blocks(installing, "sh")
    [table] = blocks(installing, "toml")
    said = it.does(install)
    assert "next: write the table [plugins.policy_lunch] into /etc/renkei/config.toml" in said
    for line in restart.splitlines()[:2]:
        assert f"next: {line}" in said
    with it.configured(table):
        it.has_restarted = True
        listed = it.does(restart)
        assert re.search(r"^policy_lunch +0\.1\.0 +vault +policy +configured$", listed, re.MULTILINE), listed
    assert tomllib.loads(table)["plugins"].keys() == {"policy_lunch"}
    with it.configured(ALL_DAY):
        it.restart()
        assert it.fund.is_up() and not it.can_deliver()
    it.restart()
    assert it.can_deliver()


def test_the_folder_of_the_guide_is_checked_packed_and_installed(it: FundIt) -> None:
    [commands] = blocks(section("guide.md", "7. "), "sh")
    said = it.does(commands)
    assert "ok: it may be installed" in said and "next: systemctl restart renkei-vault.service" in said


def test_the_distribution_of_the_guide_is_one(it: FundIt) -> None:
    [project] = [block for block in blocks(section("guide.md", "7. "), "toml") if "[project]" in block]
    package = it.work / "policy_lunch" / "renkei_policy_lunch"
    package.mkdir(parents=True)
    (package.parent / "pyproject.toml").write_text(project, "utf-8")
    head = re.compile(r"^(from appliance\.model\.words import Tier|TIER = .*|VERSION = .*)\n", re.MULTILINE)
    (package / "__init__.py").write_text(head.sub("", written(it).read_text("utf-8")), "utf-8")
    said = it.does("renkei plugin check policy_lunch; renkei plugin pack policy_lunch; renkei plugin install *.whl")
    assert "installed renkei-policy-lunch 0.1.0" in said


def test_the_quarter_of_an_hour_of_the_operations(it: FundIt) -> None:
    first = section("operations.md", "A first policy")
    commands, restart = blocks(first, "sh")
    [table] = blocks(first, "toml")
    it.does(f"EDITOR=true\n{commands}")
    with it.configured(table.replace("17", "0")):
        it.has_restarted = True
        it.does(restart)
        assert not it.can_deliver()


def test_a_policy_that_keeps_the_vault_from_starting_is_replaced_as_the_operations_say(it: FundIt) -> None:
    it.does("renkei plugin new policy_late; echo 1 / 0 >>policy_late/renkei_policy_late/__init__.py")
    it.does("renkei plugin pack policy_late; renkei plugin install *.whl")
    with it.configured("[plugins.policy_late]"):
        lines = [
            line for line in it.cannot_start().splitlines() if "renkei: config.toml: [plugins.policy_late]" in line
        ]
        assert lines and "renkei_policy_late:PolicyLate does not import: ZeroDivisionError" in lines[0]
        it.does("sed -i '/1 . 0/d' policy_late/renkei_policy_late/__init__.py")
        it.does("sed -i s/0[.]1[.]0/0.1.1/ policy_late/pyproject.toml; renkei plugin pack policy_late")
        [command] = [one for one in blocks(section("operations.md", "Renewing"), "sh") if "--offline" in one]
        it.does(command)
        it.host.until("systemctl is-active renkei-vault.service")
        assert (it.rows()["policy_late"]["version"], it.running("policy_late")) == ("0.1.1", "1.0")
        assert it.entries("plugin.approved")[-1]["reason"] == "0.1.1"
