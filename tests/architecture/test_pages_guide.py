# SPDX-License-Identifier: Apache-2.0
"""The guide to pages shows the second worked example as it is."""

import re
import tomllib
from pathlib import Path

import pytest
from renkei_inquiry import Settings

from appliance.config.decode import Where, decode

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "plugins" / "pages.md"
EXAMPLE = ROOT / "examples" / "inquiry"
TEXT = PAGE.read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of the guide in one language, without what a list indents them by."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", TEXT, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: f"{block.splitlines()[0]:.60}")
def test_its_python_is_in_the_example_or_its_test(block: str) -> None:
    sources = [*EXAMPLE.rglob("*.py"), ROOT / "tests" / "examples" / "test_inquiry.py"]
    assert any(block in path.read_text("utf-8") for path in sources)


def test_its_entry_points_are_those_of_the_example() -> None:
    [shown] = [block for block in blocks("toml") if "entry-points" in block]
    assert shown in (EXAMPLE / "pyproject.toml").read_text("utf-8")


def test_its_tables_are_taken() -> None:
    [table] = [
        tomllib.loads(block)["plugins"]["inquiry"] for block in blocks("toml") if "[plugins.inquiry]" in block
    ]
    assert decode(table, Settings, Where("pages.md", "plugins.inquiry")) == Settings(7)
    [acts] = [tomllib.loads(block) for block in blocks("toml") if "acts" in block]
    assert set(acts["plugins"]["policy_permissions"]["acts"]) == {"inquiry.answer"}


def test_its_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert targets
    for target in targets:
        assert (PAGE.parent / target).exists(), target
