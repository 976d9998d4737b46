# SPDX-License-Identifier: Apache-2.0
"""Texts speak of files, commands and sections that exist."""

import re
from pathlib import Path

import pytest

from appliance.cli.main import WORDS
from appliance.host.commands import commands
from tests.architecture import tree

HEADINGS = ["Status", "Context", "Decision", "Consequences"]
TIER_HEADINGS = ["Role", "Encapsulated data", "Messaging", "Ports", "Persistent data"]
FILE = re.compile(r"`((?:appliance|plugins|tests|docs|systemd|packaging|examples|\.ci)/[\w./-]+)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")
READMES = [Path("README.md"), Path("README.ja.md")]
TEXTS = [path for path in tree.files() if path.suffix == ".md"]
DECISIONS = [path for path in TEXTS if path.parent == Path("docs/decisions")]


def read(path: Path) -> str:
    """A text of the project."""
    return tree.text(path) or ""


def named(path: Path) -> str:
    """The name of a test case about a file."""
    return str(path)


def targets() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z-]+):", read(Path("Makefile")), re.MULTILINE))


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_files_that_a_text_names_exist(path: Path) -> None:
    tree.nothing(name for name in FILE.findall(read(path)) if not (tree.ROOT / name).exists())
    linked = [path.parent / name for name in LINK.findall(read(path))]
    tree.nothing(name for name in linked if not (tree.ROOT / name).exists())


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_make_targets_that_a_text_names_exist(path: Path) -> None:
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)", _code(read(path)))) <= targets()


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_commands_that_a_text_names_exist(path: Path) -> None:
    named = set(re.findall(r"^(?:[#$] )?renkei ([a-z]+(?:-[a-z]+)*)", _code(read(path)), re.MULTILINE))
    assert named <= {*WORDS, *(command.name for command in commands(WORDS))}


def _code(text: str) -> str:
    """What stands between backticks or in code blocks: prose may well make sense."""
    return "\n".join(re.findall(r"`([^`\n]+)`", text) + re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("path", READMES, ids=named)
def test_the_readme_begins_with_the_two_commands_and_the_picture(path: Path) -> None:
    assert {"make demo-once", "make test"} <= set(re.findall(r"make [a-z-]+", _code(read(path))))
    assert "docs/tiers.svg" in read(path)
    assert "docs/architecture.md" in read(path)


def test_the_two_readmes_say_the_same() -> None:
    one, other = (re.findall(r"^#+ ", read(path), re.MULTILINE) for path in READMES)
    assert one == other, "the same headings in both languages"
    assert len(re.findall(r"[ぁ-んァ-ヶ一-龠]", read(READMES[1]))) > 500


def test_every_target_says_what_it_is_for() -> None:
    documented = set(re.findall(r"^([a-z-]+):.*## ", read(Path("Makefile")), re.MULTILINE))
    assert documented == targets()
    wanted = {
        "setup",
        "test",
        "lab",
        "check",
        "demo",
        "demo-once",
        "bench",
        "apt",
        "lock",
        "format",
        "clean",
        "help",
    }
    assert wanted <= targets()


@pytest.mark.parametrize("path", DECISIONS, ids=named)
def test_a_decision_has_its_four_headings(path: Path) -> None:
    assert re.findall(r"^## (.+)$", read(path), re.MULTILINE) == HEADINGS
    assert re.match(r"# \d+\. ", read(path))


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS if path.name[0].isdigit()]
    assert numbers == list(range(1, len(numbers) + 1))
    titled = [int(re.search(r"\d+", read(path)).group()) for path in DECISIONS]  # type: ignore[union-attr]
    assert titled == numbers


def test_each_tier_is_described_under_the_same_headings() -> None:
    text = read(Path("docs/architecture.md"))
    for tier in ("web", "vault", "gate"):
        part = re.search(rf"^### {tier}$(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
        assert part, f"{tier} has no part of its own"
        assert re.findall(r"^- \*\*(.+?)\*\*", part.group(1), re.MULTILINE) == TIER_HEADINGS


def test_the_map_shows_every_room() -> None:
    text = read(Path("docs/architecture.md"))
    rooms = {path.parts[1] for path in tree.python("appliance") if len(path.parts) > 2}
    assert {room for room in rooms if f"appliance/{room}" not in text} == set()
    plugins = {path.parts[1] for path in tree.python("plugins")}
    assert {plugin for plugin in plugins if plugin not in text} == set()


def test_the_changelog_begins_with_this_version() -> None:
    version = tree.distributions()[0].version
    first = re.search(r"^## \[?(\d+\.\d+\.\d+)", read(Path("CHANGELOG.md")), re.MULTILINE)
    assert first and first.group(1) == version
