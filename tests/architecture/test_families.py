# SPDX-License-Identifier: Apache-2.0
"""Each family has its contract, its suite, its section and its hook; and the guide shows the example as it is."""

import importlib
import re
import textwrap
import tomllib
from pathlib import Path

import pytest

from appliance.contracts.families import FAMILIES, Family
from appliance.host.conform import handlers, methods
from tests.architecture.families_page import BEGIN, PAGE, reference

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "plugins" / "guide.md").read_text("utf-8")
EXAMPLES = ROOT / "examples"
SUITES = {
    "tunnel": "tunnel_suite:TunnelSuite",
    "device": "device_suite:DeviceSuite",
    "kit": "kit_suite:KitSuite",
    "factor": "factor_suite:FactorSuite",
    "notifier": "notifier_suite:NotifierSuite",
    "policy": "policy_suite:PolicySuite",
    "records": "records_suite:RecordsSuite",
    "blobs": "blobs_suite:BlobsSuite",
    "scanner": "scanner_suite:ScannerSuite",
    "action": "plugin_suites:ActionSuite",
    "pages": "plugin_suites:PagesSuite",
    "metrics": "plugin_suites:MetricsSuite",
    "commands": "plugin_suites:CommandsSuite",
    "jobs": "plugin_suites:JobsSuite",
}
TAKING = [family for family in FAMILIES if family.contract is not None]


def named(family: Family) -> str:
    return family.id


def test_the_reference_is_current() -> None:
    page = (ROOT / PAGE).read_text("utf-8")
    assert page.partition(BEGIN)[2] == f"\n{reference()}", "run python -m tests.architecture.families_page"


@pytest.mark.parametrize("family", TAKING, ids=named)
def test_a_family_has_a_file_of_its_own(family: Family) -> None:
    assert family.contract is not None
    assert family.contract.__module__ == f"appliance.contracts.{family.id}"


@pytest.mark.parametrize("family", TAKING, ids=named)
def test_the_reference_shows_each_signature(family: Family) -> None:
    section = reference().partition(f"## {family.id}\n")[2].partition("\n## ")[0]
    assert family.contract is not None
    for name in [*methods(family.contract), *handlers(family.contract)]:
        assert re.search(rf"\b{name}\b[(:]", section), name


@pytest.mark.parametrize("family", TAKING, ids=named)
def test_a_family_has_a_suite(family: Family) -> None:
    module, _, name = SUITES[family.id].partition(":")
    suite = getattr(importlib.import_module(f"appliance.testing.{module}"), name)
    assert [test for test in dir(suite) if test.startswith("test_")]


def test_there_is_no_suite_without_a_family() -> None:
    assert set(SUITES) == {family.id for family in TAKING}


# --- the guide ----------------------------------------------------------------------------------------------------


def blocks(language: str) -> list[str]:
    """The code blocks of the guide in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_all_python_of_the_guide_is_in_the_example_or_its_test() -> None:
    sources = [EXAMPLES / "policy_lunch.py", ROOT / "tests" / "examples" / "test_policy_lunch.py"]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    assert blocks("python")
    for block in blocks("python"):
        assert block in text


def test_the_guide_leaves_out_nothing_of_the_example_but_its_head() -> None:
    source = (EXAMPLES / "policy_lunch" / "renkei_policy_lunch" / "__init__.py").read_text("utf-8")
    body = source[source.index("@dataclass") :]
    shown = "\n".join(blocks("python"))
    assert [line for line in body.splitlines() if line not in shown] == []


def test_the_distribution_of_the_guide_is_that_of_the_example() -> None:
    project = (EXAMPLES / "policy_lunch" / "pyproject.toml").read_text("utf-8")
    [shown] = [block for block in blocks("toml") if "[project]" in block]
    assert shown in project
    tomllib.loads(project)


def test_the_table_of_the_guide_is_one_that_the_plugin_takes() -> None:
    [table] = [block for block in blocks("toml") if "[plugins." in block]
    assert set(tomllib.loads(table)["plugins"]["policy_lunch"]) <= {"begins", "ends"}


def test_the_words_for_outcomes_are_those_of_the_guard() -> None:
    guard = (ROOT / "appliance" / "host" / "guarded.py").read_text("utf-8")
    [listed] = re.findall(r"outcome \((.*?)\)", textwrap.dedent(GUIDE), re.DOTALL)
    for word in re.findall(r"`(\w+)`", listed):
        assert f'"{word}"' in guard, word


def test_links_of_guide_and_reference_lead_somewhere() -> None:
    for page in (ROOT / "docs" / "plugins" / "guide.md", ROOT / PAGE):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
