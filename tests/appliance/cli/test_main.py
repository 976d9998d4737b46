# SPDX-License-Identifier: Apache-2.0
"""The words, where --config may stand, exit codes, and that no failure shows a traceback."""

import argparse
import errno
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from appliance import __version__
from appliance.cli import main as module
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.main import WORDS, Word, main, sentence, single
from appliance.contracts.commands import Command
from appliance.link.refusals import Refused, Why
from tests.appliance.cli.command import Installation, renkei


def failing(error: BaseException) -> Word:
    """A word that fails so."""

    def run(given: argparse.Namespace) -> int:
        raise error

    return Word("fails", lambda parser: None, run)


def with_word(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let there be the word `fail`."""
    monkeypatch.setattr(module, "WORDS", {**WORDS, "fail": failing(error)})


def test_version() -> None:
    ran = renkei("version")
    assert (ran.code, ran.out, ran.err) == (0, f"{__version__}\n", "")


def test_help_names_every_word() -> None:
    ran = renkei("--help")
    assert ran.code == 0
    assert all(f"    {name} " in ran.out and word.help in ran.out for name, word in WORDS.items())


def test_without_a_word_it_says_which_there_are() -> None:
    ran = renkei()
    assert ran.code == 2 and not ran.out
    assert all(f"    {name} " in ran.err for name in WORDS)


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_help(word: str) -> None:
    ran = renkei(word, "--help")
    assert ran.code == 0 and ran.out.startswith(f"usage: renkei {word}")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("version", "more"),
        ("version", "--unknown"),
        ("journal",),
        ("journal", "prove"),
        ("link", "cut", "admin"),
        ("staff", "add", "--login", "x"),
        ("contract", "add", "--number", "one"),
        ("version", "--config"),
        ("version", "--conf", "x"),
    ],
)
def test_words_that_are_not_understood(words: tuple[str, ...]) -> None:
    ran = renkei(*words)
    assert ran.code == 2
    assert ran.err.splitlines()[-1].startswith("renkei") and "Traceback" not in ran.err


@pytest.mark.parametrize(
    "order",
    [
        ("--config", "{}", "plugin", "list", "--json"),
        ("plugin", "--config", "{}", "list", "--json"),
        ("plugin", "list", "--config", "{}", "--json"),
        ("plugin", "list", "--json", "--config={}"),
    ],
)
def test_config_may_stand_anywhere(order: tuple[str, ...], sown: Installation) -> None:
    ran = renkei(*(word.format(sown.config) for word in order))
    assert ran.code == 0
    assert "configured" in {plugin["state"] for plugin in ran.json}


def test_the_environment_names_the_configuration(monkeypatch: pytest.MonkeyPatch, sown: Installation) -> None:
    monkeypatch.setenv("RENKEI_CONFIG", str(sown.config))
    assert renkei("check").out.endswith(f"{sown.config}: ok\n")
    assert renkei("check", "--config", "elsewhere.toml").said.startswith("elsewhere.toml: cannot be read")


@pytest.mark.parametrize("words", [("check",), ("status",), ("serve", "--all"), ("journal", "verify", "--offline")])
def test_a_configuration_that_is_missing(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = renkei(*words, "--config", tmp_path / "none.toml")
    assert ran.code == 1
    why = "cannot be read (No such file or directory); `renkei init` makes one, or name it with --config"
    assert ran.said == f"{tmp_path}/none.toml: {why}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"run = ", "not TOML"),
        (b"\xff", "not UTF-8"),
        (b"rnu = '/x'", "unknown key `rnu`; did you mean `run`?"),
        (b"[sites.portal]\naddress = '127.0.0.1'\nport = 70000", "must be from 0 to 65535"),
    ],
)
def test_a_configuration_that_is_wrong(content: bytes, said: str, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_bytes(content)
    ran = renkei("check", "--config", config)
    assert ran.code == 1 and said in ran.said


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Failure("it cannot"), 1, "renkei: it cannot\n"),
        (NotUnderstood("say it so"), 2, "renkei: say it so\n"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), 1, "renkei: /x: Permission denied\n"),
        (
            ExceptionGroup("g", [Failure("a"), ExceptionGroup("h", [Failure("b"), Failure("a")])]),
            1,
            "renkei: a\nrenkei: b\n",
        ),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=lambda value: type(value).__name__,
)
def test_how_failures_are_told(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str) -> None:
    with_word(monkeypatch, error)
    ran = renkei("fail")
    assert (ran.code, ran.out, ran.err) == (code, "", said)


@pytest.mark.parametrize(
    "fault", [ZeroDivisionError(), ExceptionGroup("g", [Failure("a"), ZeroDivisionError()]), Refused(Why.BUSY)]
)
def test_a_fault_of_the_program_is_not_hidden(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    with_word(monkeypatch, fault)
    with pytest.raises(type(fault)):
        main(["fail"])


def test_every_single_error_of_groups_in_groups() -> None:
    a, b, c = ValueError("a"), ValueError("b"), ValueError("c")
    assert list(single(ExceptionGroup("g", [a, ExceptionGroup("h", [b, c])]))) == [a, b, c]
    assert list(single(a)) == [a]


def test_an_operating_system_says_it_without_numbers() -> None:
    assert sentence(OSError(errno.ENOSPC, "No space left on device")) == "No space left on device"
    assert sentence(OSError("odd")) == "odd"


GREET = Command("greet", "says it", lambda parser: None, lambda given: print(f"hello {given.config}") or 7)


def test_a_plugin_adds_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("greet", f"{__name__}:GREET", "renkei.cli")
    monkeypatch.setattr("appliance.cli.added.shipped_points", lambda group: [point])
    assert renkei("greet", "--config", "x").out == "hello x\n"
    assert renkei("greet").code == 7
    assert "says it" in renkei("--help").out


def test_a_command_imports_no_other() -> None:
    script = "import sys; from appliance.cli.main import main; main(['version']); print('aiohttp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False", "it takes half a second"
