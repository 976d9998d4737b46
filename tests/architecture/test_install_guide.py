# SPDX-License-Identifier: Apache-2.0
"""The papers for those who install say what the command, the units and the packages say."""

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.cli.answers import QUESTIONS, examples_in, settle
from appliance.cli.init import SITE_METRICS, arguments, next_steps
from appliance.cli.main import WORDS, parser
from appliance.cli.places import Places
from tests.architecture import tree

INSTALL, FIREWALL, UPGRADE, JAPANESE = (
    Path("docs") / name for name in ("install.md", "firewall.md", "upgrade.md", "install.ja.md")
)
PAPERS = (INSTALL, FIREWALL, UPGRADE, JAPANESE)
UNIT = re.compile(r"\brenkei[\w-]*(?:@\w*)?\.(?:service|socket|target)")
EXAMPLE = Path("config.example.toml")


def read(path: Path) -> str:
    """A paper."""
    return tree.text(path) or ""


def blocks(path: Path, kind: str = "") -> list[str]:
    """What stands between fences of a kind."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", read(path), re.MULTILINE | re.DOTALL)
    return [block for found, block in fenced if found == kind]


def commands(path: Path) -> list[str]:
    """Each command of ours that is typed as root, with the lines that it goes on for."""
    text = "\n".join(blocks(path)).replace("\\\n", " ")
    return re.findall(r"^# (renkei .*?)(?: && .*)?$", text, re.MULTILINE)


def rows(path: Path, heading: str) -> list[list[str]]:
    """The cells of each row of the table that begins so."""
    lines = iter(read(path).splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            next(lines)
            break
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in _table(lines)]


def _table(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def example() -> dict[str, Any]:
    """Every setting with its default."""
    return tomllib.loads(read(EXAMPLE))


def has(table: str, key: str = "") -> bool:
    """Whether the example has a table, and a key in it."""
    found: Any = example()
    for part in [*table.split("."), *([key] if key else [])]:
        if part not in found:
            return False
        found = found[part]
    return True


@pytest.fixture
def answered(tmp_path: Path) -> argparse.Namespace:
    """What `renkei init` knows after reading the answers of the guide."""
    answers, *_ = blocks(INSTALL, "toml")
    (tmp_path / "answers.toml").write_text(answers, "utf-8")
    command = argparse.ArgumentParser()
    arguments(command)
    given = command.parse_args(["--answers", str(tmp_path / "answers.toml")])
    settle(given)
    return given


def test_every_question_has_its_row() -> None:
    told = {cells[0].strip("`"): cells[1].strip("`") for cells in rows(INSTALL, "answer")}
    assert list(told) == [one.key for one in QUESTIONS]
    for one in QUESTIONS:
        if one.example:
            assert told[one.key] == "an example"
        elif one.default != "":
            assert told[one.key] == one.default
        else:
            assert told[one.key] in ("none", "the address")


def test_the_answers_of_the_guide_leave_no_example(answered: argparse.Namespace) -> None:
    assert examples_in(answered) == []
    assert answered.mail_password_file.name == "mail-password"
    assert len({answered.public, answered.portal, answered.console}) == 3


def test_what_init_says_at_the_end_is_what_the_guide_shows(answered: argparse.Namespace) -> None:
    (shown,) = [block for block in blocks(INSTALL) if "\nnext:\n" in block]
    steps = next_steps(answered, Places.of_system())
    assert shown.partition("\nnext:\n")[2] == "".join(
        f"{number:2}. {step}\n" for number, step in enumerate(steps, 1)
    )


@pytest.mark.parametrize("path", PAPERS, ids=str)
def test_the_commands_are_understood(path: Path) -> None:
    known = parser(WORDS)
    for command in commands(path):
        assert known.parse_args(shlex.split(command)[1:]).command in WORDS, command


@pytest.mark.parametrize("path", PAPERS, ids=str)
def test_words_in_passing_exist(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`renkei plugin block NAME` in a sentence: whatever it is given, it knows its first two words."""
    for word, second in set(re.findall(r"`renkei ([a-z]+)(?: ([a-z][a-z-]*))?", read(path))):
        with pytest.raises(SystemExit) as ended:
            parser(WORDS).parse_args([word, *([second] if second else []), "--help"])
        assert ended.value.code == 0, capsys.readouterr().err


@pytest.mark.parametrize("path", PAPERS, ids=str)
def test_the_units_exist(path: Path) -> None:
    named = {re.sub("@.*[.]", "@.", unit) for unit in UNIT.findall(read(path))}
    tree.nothing(unit for unit in named if not (tree.ROOT / "systemd" / unit).exists())


@pytest.mark.parametrize("path", PAPERS, ids=str)
def test_the_settings_exist(path: Path) -> None:
    text = re.sub(r"\s+", " ", read(path))
    tree.nothing(table for table in re.findall(r"`\[([\w.]+)\]`", text) if not has(table))
    for keys, table in re.findall(r"((?:`\w+`(?: and )?)+) of `\[([\w.]+)\]`", text):
        tree.nothing(f"{table}: {key}" for key in re.findall(r"`(\w+)`", keys) if not has(table, key))


def test_the_ports_are_those_of_the_settings() -> None:
    ports = " ".join(cells[2] for cells in rows(FIREWALL, "from"))
    shown, mail = example(), example()["plugins"]["mail_smtp"]["port"]
    figures = sorted(
        int(place.rpartition(":")[2])
        for place in (shown["vault"]["metrics"], shown["gate"]["metrics"], *SITE_METRICS.values())
    )
    assert figures == list(range(figures[0], figures[-1] + 1))
    assert f"{figures[0]}–{figures[-1]}/tcp" in ports
    assert {shown["sites"][site]["port"] for site in SITE_METRICS} == {443} and f"{mail}/tcp" in read(FIREWALL)


def test_each_site_has_its_row_and_the_address_of_the_guide(answered: argparse.Namespace) -> None:
    to = {cells[1] for cells in rows(FIREWALL, "from")}
    assert {f"`{site}` {getattr(answered, site)}" for site in SITE_METRICS} <= to


def test_what_it_says_is_what_the_command_says() -> None:
    sources = "\n".join(map(read, tree.product()))
    spoken = re.sub(r'"\s*\n\s*f?"', "", sources)
    told = [cells[0].strip("`") for cells in rows(INSTALL, "it says")]
    assert len(told) > 5
    for sentence in told:
        parts = [part.strip(" :") for part in sentence.split("…")]
        tree.nothing(part for part in parts if part not in spoken)


@pytest.mark.parametrize(
    ("script", "values"),
    [
        ("all.preinst", {"$DPKG_MAINTSCRIPT_PACKAGE": "renkei-common", "$3": "0.1.0", "$2": "0.2.0"}),
        ("renkei-common.postrm", {}),
    ],
)
def test_what_the_packages_say_is_quoted(script: str, values: dict[str, str]) -> None:
    (said,) = re.findall(r"<<EOF\n(.*?)^EOF$", read(Path("packaging/debian") / script), re.MULTILINE | re.DOTALL)
    for name, value in values.items():
        said = said.replace(name, value)
    assert said in blocks(UPGRADE)
