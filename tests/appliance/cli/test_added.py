# SPDX-License-Identifier: Apache-2.0
"""Words of plugins: what breaks is left out and told, what works stays."""

import argparse

import pytest

from appliance.cli import added
from appliance.cli.added import added_commands
from appliance.contracts.commands import Command


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def twice(parser: argparse.ArgumentParser) -> None:
    """Argparse refuses this."""
    parser.add_argument("--name")
    parser.add_argument("--name")


def done(given: argparse.Namespace) -> int:
    """Does nothing."""
    return 0


def test_a_command_that_cannot_set_up_its_arguments_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = Command("good", "works", no_arguments, done), Command("bad", "fails", twice, done)
    monkeypatch.setattr(added, "commands", lambda taken: [bad, good])
    assert added_commands(()) == [good]
    assert capsys.readouterr().err.startswith("renkei: the word bad of a plugin is left out: ArgumentError")


def test_the_words_that_are_taken_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(added, "commands", lambda taken: [Command(name, "", no_arguments, done) for name in taken])
    assert [command.name for command in added_commands({"init"})] == ["init"]
