# SPDX-License-Identifier: Apache-2.0
"""`make bench` can be called; the figures themselves take minutes and belong to no test."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bench.__main__ import INTERRUPTED, TABLES, main

ROOT = Path(__file__).parents[2]


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    """Run it with these words."""
    return subprocess.run(
        [sys.executable, "-m", "bench", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_its_help_names_the_tables() -> None:
    ran = bench("--help")
    assert ran.returncode == 0
    assert all(table in ran.stdout for table in TABLES)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["speed"], ["no table is called speed"]),
        (["--records", "paper"], ["lmdb", "postgres"]),
    ],
)
def test_what_is_unknown_is_refused(
    words: list[str], said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == 2 and all(one in told for one in said)


def test_the_target_calls_it() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\nbench: setup" in makefile and "-m bench $(ARGS)" in makefile


@pytest.mark.lab
def test_a_kill_ends_its_servers_too() -> None:
    words = [sys.executable, "-m", "bench", "parts", "--blobs", "s3"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline(), "it has begun"
        server = child_of(running.pid)
        running.terminate()
        assert running.wait(60) == INTERRUPTED
    assert not server.is_running()


def child_of(pid: int) -> psutil.Process:
    """The first process that pid starts."""
    while True:
        found = psutil.Process(pid).children()
        if found:
            return found[0]
