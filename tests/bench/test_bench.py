# SPDX-License-Identifier: Apache-2.0
"""`make bench` can be called; the figures themselves take minutes and belong to no test."""

import subprocess
import sys
from pathlib import Path

from bench.__main__ import TABLES

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
