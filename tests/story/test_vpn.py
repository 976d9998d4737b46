# SPDX-License-Identifier: Apache-2.0
"""The story of VPN sessions plays to its end on each real engine, and says so where it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.servers.netns import need_lab
from tests.story import vpn
from tests.story.vpn_stage import ENGINES


@pytest.mark.lab
@pytest.mark.parametrize("engine", ENGINES)
async def test_the_story_plays_to_its_last_step(
    tmp_path: Path, engine: str, capfd: pytest.CaptureFixture[str]
) -> None:
    need_lab()
    code = await vpn.play(tmp_path, engine)
    said = capfd.readouterr()
    lines = said.out.splitlines()
    assert code == 0, said.out + said.err
    assert lines[-1].startswith("story complete: ")
    assert int(lines[-1].split()[2]) == len(lines) - 2, "each step is a line with its time"
    assert all(line.endswith(" ms)") for line in lines[1:-1])
    assert "Traceback" not in said.err, said.err


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (["root", "vpnserver"], "sudo make demo-vpn"),
        (["/dev/net/tun", "vpnserver"], "there is no /dev/net/tun: `modprobe tun`"),
        (["vpnserver", "wg"], "this needs vpnserver, wg; `make apt` brings the programs"),
    ],
)
async def test_what_is_missing_is_told_in_one_line_with_what_helps(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    missing: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(vpn, "lab_missing", lambda: missing)
    assert await vpn.play(tmp_path, "softether") == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("story failed: ") and said in line


def test_an_engine_that_there_is_not_is_refused() -> None:
    command = [sys.executable, "-m", "tests.story.vpn", "--engine", "openvpn"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2 and "softether" in ran.stderr and "wireguard" in ran.stderr


def test_the_target_calls_it() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\ndemo-vpn: setup" in makefile and "-m tests.story.vpn $(ARGS)" in makefile
