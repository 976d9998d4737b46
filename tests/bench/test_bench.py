# SPDX-License-Identifier: Apache-2.0
"""`make bench` can be called; the figures themselves take minutes and belong to no test."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bench.__main__ import INTERRUPTED, TABLES

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


def test_an_unknown_table_is_refused() -> None:
    ran = bench("speed")
    assert ran.returncode == 2 and "no table is called speed" in ran.stderr


def test_the_target_calls_it() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\nbench: setup" in makefile and "-m bench $(ARGS)" in makefile


def test_an_unknown_store_is_refused() -> None:
    ran = bench("--records", "paper")
    assert ran.returncode == 2 and "lmdb" in ran.stderr and "postgres" in ran.stderr


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
