# SPDX-License-Identifier: Apache-2.0
"""Words of plugins: what breaks is left out and told, what works stays."""

import argparse
from pathlib import Path

import pytest

from appliance.cli import added
from appliance.cli.added import added_commands
from appliance.cli.plugin_pack import Project, wheel_of
from appliance.contracts.commands import Command
from appliance.host.blocked import write_blocked
from tests.appliance.cli.command import Installation
from tests.appliance.host.wheels import approve


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def twice(parser: argparse.ArgumentParser) -> None:
    """Argparse refuses this."""
    parser.add_argument("--name")
    parser.add_argument("--name")


def done(given: argparse.Namespace) -> int:
    """Does nothing."""
    return 0


def named(name: str) -> Command:
    """A command that works."""
    return Command(name, "", no_arguments, done)


def test_a_command_that_cannot_set_up_its_arguments_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = Command("good", "works", no_arguments, done), Command("bad", "fails", twice, done)
    monkeypatch.setattr(added, "commands", lambda taken, points: [bad, good])
    assert added_commands(()) == [good]
    assert capsys.readouterr().err.startswith("renkei: the word bad of a plugin is left out: ArgumentError")


def test_the_words_that_are_taken_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        added, "commands", lambda taken, points: [Command(name, "", no_arguments, done) for name in taken]
    )
    assert [command.name for command in added_commands({"init"})] == ["init"]


WORD = """
from appliance.contracts.commands import Command
from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Plugin, hookimpl


class Mine(Plugin):
    @hookimpl
    def register_jobs(self):
        return []


def run(given):
    print("served")
    return 0


word = Command("lunchtime", "serve lunch", lambda parser: None, run)
"""


@pytest.mark.usefixtures("own_path")
def test_a_word_of_the_funds_own_is_there_with_its_table_alone(made: Installation, tmp_path: Path) -> None:
    points = {
        "renkei.vault": {"own_word": "renkei_own_word:Mine"},
        "renkei.cli": {"lunchtime": "renkei_own_word:word"},
    }
    wheel = Project("renkei-own-word", "1.0", points=points)
    path = tmp_path / wheel.file
    path.write_bytes(wheel_of(wheel, {"renkei_own_word/__init__.py": WORD.encode()}))
    approve(Path(made.settings.state), path)
    assert made.renkei("lunchtime").code == 2
    with made.config.open("a") as config:
        config.write("\n[plugins.own_word]\n")
    assert made.renkei("lunchtime").out == "served\n"
    write_blocked(Path(made.settings.state), frozenset({"own_word"}))
    assert made.renkei("lunchtime").code == 2
    write_blocked(Path(made.settings.state), frozenset())
    assert made.renkei("lunchtime").code == 0
    (Path(made.settings.state) / "plugins" / "approved.json").write_text("{")
    assert made.renkei("lunchtime").code == 2
    assert made.renkei("version").code == 0
