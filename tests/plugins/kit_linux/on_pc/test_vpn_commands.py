# SPDX-License-Identifier: Apache-2.0
"""What people type and are told: connect, disconnect and status, by a kit whose engine is a toy."""

import argparse
import datetime as dt
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from renkei_kit_linux.builder import words
from renkei_kit_linux.on_pc import connecting, vpn_commands
from renkei_kit_linux.on_pc.connection import Connection, Ended, remember, remember_end, remembered
from renkei_kit_linux.on_pc.one_run import Run
from renkei_kit_linux.on_pc.order import Order, Trouble, Words
from renkei_kit_linux.on_pc.vpn_commands import vpn_connect, vpn_disconnect, vpn_status, vpn_watch

from tests.plugins.kit_linux.office_pc import OfficePc
from tests.plugins.kit_linux.toy_engine import ORDER, Toy

MADE = Connection("ab12", "tunnel_softether", "vpn_toy", "2026-11-22T05:00:00Z", "2026-11-22T06:30:00Z", ready=True)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    """The engine; what is left behind is written down, and nobody is asked."""
    made = Toy()
    monkeypatch.setattr(connecting, "engine_of", lambda places, tunnel: made)
    monkeypatch.setattr(connecting, "is_reached", lambda url, most: True)
    monkeypatch.setattr(connecting, "give_back", lambda: None)
    monkeypatch.setattr(vpn_commands, "is_reached", lambda url, most: "10.0.0.10" in url)
    monkeypatch.setattr(vpn_commands, "begun", lambda *words: None)
    monkeypatch.setattr(vpn_commands, "is_root", lambda: True)
    return made


@pytest.fixture
def run(pc: OfficePc, toy: Toy) -> Run:
    """A PC that has its kit."""
    pc.places.own.mkdir(parents=True)
    installed(pc, ORDER)
    given = argparse.Namespace(agree=True, engine="", wait=False, prefix="", root="/", out="")
    return Run(given, ORDER, Words(json.loads(words()), ORDER), pc.places, pc.environment, Path("kit"))


def installed(pc: OfficePc, order: Order) -> None:
    pc.places.seat.write_text(json.dumps(asdict(order)))


def test_who_connects_is_reminded_of_the_mail_and_told_until_when(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """R89, R90."""
    vpn_connect(run)
    said = capsys.readouterr().out
    assert (
        said.index("メールの番号を控えて")
        < said.index("[1/3]")
        < said.index("接続しました")
        < said.index("遅くとも")
    )
    assert "onetime/" in said and "https://10.0.0.10/" in said


def test_a_watch_of_the_same_kit_is_left_behind(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    left = list[tuple[str, ...]]()
    monkeypatch.setattr(vpn_commands, "begun", lambda *words: left.append(words))
    vpn_connect(run)
    assert left == [(sys.executable, "-I", str(run.places.program), "watch", "--engine", "softether")]


@pytest.mark.parametrize(("typed", "connects"), [("はい", True), ("", False)])
def test_who_has_no_number_yet_may_stop(
    run: Run, monkeypatch: pytest.MonkeyPatch, typed: str, connects: bool
) -> None:
    run.given.agree = False
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda prompt: typed)
    if connects:
        vpn_connect(run)
    else:
        with pytest.raises(Trouble, match="not_connected_yet"):
            vpn_connect(run)
    assert (remembered(run.places) is not None) is connects


def test_who_is_connected_is_told_so(run: Run, toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    remember(run.places, MADE)
    vpn_connect(run)
    assert "すでに接続しています" in capsys.readouterr().out and remembered(run.places) == MADE


def test_the_network_is_changed_by_the_administrator_alone(
    run: Run, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    became = list[list[str]]()

    def become(command: list[str]) -> None:
        became.append(command)
        raise SystemExit

    toy.needs_root = True
    monkeypatch.setattr(vpn_commands, "is_root", lambda: False)
    monkeypatch.setattr(vpn_commands, "as_root", lambda command, environment: ["sudo", *command])
    monkeypatch.setattr(vpn_commands, "become", become)
    for command in (vpn_connect, vpn_disconnect):
        with pytest.raises(SystemExit):
            command(run)
    program = str(run.places.program)
    assert became == [
        ["sudo", program, "connect", "--agree", "--engine", "softether"],
        ["sudo", program, "disconnect"],
    ]


def test_disconnecting_works_also_when_what_is_installed_is_damaged(
    run: Run, toy: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    vpn_connect(run)
    run.places.seat.write_text("{")
    vpn_disconnect(run)
    assert len(toy.ended) == 2 and remembered(run.places) is None
    assert "インターネットとメールが、また使えます" in capsys.readouterr().out
    vpn_disconnect(run)


@pytest.mark.parametrize(("up", "said"), [(True, "から接続しています"), (False, "切れています")])
def test_status_says_since_and_until_when(
    run: Run, toy: Toy, capsys: pytest.CaptureFixture[str], up: bool, said: str
) -> None:
    toy.up = [up]
    remember(run.places, MADE)
    vpn_status(run)
    out = capsys.readouterr().out
    assert said in out and "遅くとも" in out and "サービスの画面" in out and "インターネットのサイト" not in out


def test_status_of_who_is_not_connected(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    vpn_status(run)
    out = capsys.readouterr().out
    assert "接続していません" in out and "つながりません（https://renkei.example.jp/）" in out


@pytest.mark.parametrize(
    ("at", "said"),
    [("2026-11-22T06:30:01Z", "一回の時間が終わったため"), ("2026-11-22T06:10:00Z", "「ログアウト」を押した")],
)
def test_status_says_why_the_last_connection_may_have_ended(
    run: Run, capsys: pytest.CaptureFixture[str], at: str, said: str
) -> None:
    remember_end(run.places, Ended(MADE.since, MADE.until, at))
    vpn_status(run)
    out = capsys.readouterr().out
    assert "接続していません" in out and said in out and "故障ではありません" in out
    (run.places.own / "ended.json").write_text('{"since": 1}')
    vpn_status(run)
    assert "前の接続" not in capsys.readouterr().out


def test_status_says_how_many_minutes_are_left(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    remember(run.places, MADE)
    for minute, left in ((10, 20), (45, 0)):
        monkeypatch.setattr(vpn_commands, "now", lambda m=minute: dt.datetime(2026, 11, 22, 6, m, tzinfo=dt.UTC))
        vpn_status(run)
        assert f"あと {left} 分" in capsys.readouterr().out


def test_the_watch_is_that_of_this_pc(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = list[object]()
    monkeypatch.setattr(vpn_commands, "watch", watched.append)
    vpn_watch(replace(run, given=argparse.Namespace(engine="softether")))
    assert len(watched) == 1


def test_before_it_is_installed_nothing_connects(run: Run) -> None:
    run.places.seat.unlink()
    for command in (vpn_connect, vpn_status, vpn_watch):
        with pytest.raises(Trouble, match="not_installed"):
            command(run)
