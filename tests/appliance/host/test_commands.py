# SPDX-License-Identifier: Apache-2.0
"""Words of plugins on the command line: a bad one never keeps the good ones from working."""

from importlib.metadata import EntryPoint

import pytest

from appliance.contracts.commands import Command
from appliance.host.commands import GROUP, commands

GOOD = Command("lunch", "when the staff is away", lambda parser: None, lambda given: 0)
SAME_WORD = Command("lunch", "another", lambda parser: None, lambda given: 1)
NOT_ONE = "lunch"


def point(name: str, module: str = __name__) -> EntryPoint:
    return EntryPoint("mine", f"{module}:{name}", GROUP)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setitem(__import__("sys").modules, __name__, request.module)


def test_a_command_is_found() -> None:
    assert commands((), [point("GOOD")]) == [GOOD]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (point("ABSENT"), "does not import"),
        (point("GOOD", "nothing_of_this_name"), "does not import"),
        (point("NOT_ONE"), "is no Command"),
        (point("SAME_WORD"), "the word `lunch` is taken"),
    ],
)
def test_a_bad_one_is_left_out_with_a_warning(
    bad: EntryPoint, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert commands((), [point("GOOD"), bad]) == [GOOD]
    assert sentence in caplog.text


def test_our_own_words_come_first(caplog: pytest.LogCaptureFixture) -> None:
    assert commands(["lunch"], [point("GOOD")]) == []
    assert "the word `lunch` is taken" in caplog.text


def test_what_is_installed_is_read() -> None:
    assert all(isinstance(command, Command) for command in commands(()))
