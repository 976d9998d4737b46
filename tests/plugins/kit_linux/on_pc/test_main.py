# SPDX-License-Identifier: Apache-2.0
"""The commands of a kit, with somebody at the keyboard."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from renkei_kit_linux.builder import words
from renkei_kit_linux.on_pc import installing, main
from renkei_kit_linux.on_pc.main import COMMANDS, DONE, FAILED, NOT_AGREED, run
from renkei_kit_linux.on_pc.order import Words

from tests.plugins.kit_linux.office_pc import OfficePc, order_there


class Keyboard:
    """Somebody who types these lines."""

    def __init__(self, *lines: str) -> None:
        self.lines: Iterator[str] = iter(lines)
        self.asked: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.asked.append(prompt)
        return next(self.lines)


@pytest.fixture
def seated(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> OfficePc:
    """A PC with somebody before it; its keys are files."""
    texts = Words(json.loads(words()), order_there())
    monkeypatch.setattr(main, "in_the_kit", lambda: (order_there(), texts))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(installing, "make_keys", lambda places, order: places.key.write_bytes(b"key"))
    for name, value in {**pc.environment, "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": "", "SSH_CONNECTION": ""}.items():
        monkeypatch.setenv(name, value)
    return pc


def types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> Keyboard:
    keyboard = Keyboard(*lines)
    monkeypatch.setattr("builtins.input", keyboard)
    return keyboard


def ran(pc: OfficePc, *words: str) -> int:
    kit = pc.folder / "setup.916237-0000021.01.run"
    kit.write_bytes(b"#!")
    return run([str(kit), *words, "--root", str(pc.root)])


def test_who_says_yes_has_it(
    seated: OfficePc, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    types(monkeypatch, "はい")
    assert ran(seated) == DONE
    out = capsys.readouterr().out
    assert "利用許諾" in out and "インストールが完了しました" in out and str(seated.places.authority) in out
    assert seated.places.seat.exists()


@pytest.mark.parametrize("line", ["", "いいえ", "no"])
def test_who_does_not_has_not(seated: OfficePc, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    types(monkeypatch, line)
    assert ran(seated) == NOT_AGREED
    assert not seated.places.own.exists()


@pytest.mark.parametrize(("line", "code"), [("はい", DONE), ("", NOT_AGREED)])
def test_hints_are_for_the_person_to_judge(
    seated: OfficePc, monkeypatch: pytest.MonkeyPatch, line: str, code: int
) -> None:
    seated.put("sys/class/dmi/id/sys_vendor", "QEMU\n")
    keyboard = types(monkeypatch, "はい", line)
    assert ran(seated) == code
    assert len(keyboard.asked) == 2 and seated.places.seat.exists() is (code == DONE)


def test_a_black_window_waits_for_a_key(seated: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    """R74."""
    keyboard = types(monkeypatch, "")
    assert ran(seated, "confirm", "--wait") == FAILED
    assert keyboard.asked == ["続行するには何かキーを押してください . . . "]


def test_without_a_window_nothing_waits(seated: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert ran(seated, "confirm", "--wait") == FAILED


def test_the_diagnosis_goes_where_it_is_wanted(
    seated: OfficePc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "diagnose", lambda places, order, environment, folder: folder / "x.txt")
    assert ran(seated, "diagnose", "--out", str(tmp_path)) == DONE


def test_a_word_that_there_is_not(seated: OfficePc) -> None:
    with pytest.raises(SystemExit):
        ran(seated, "format-the-disk")
    of_the_vpn = {"connect", "disconnect", "status", "watch"}
    assert set(COMMANDS) == {"install", "confirm", "diagnose", "uninstall", *of_the_vpn}
