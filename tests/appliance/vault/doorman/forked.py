# SPDX-License-Identifier: Apache-2.0
"""Runs what would take something away from the tests in a process of its own."""

import subprocess
import sys
import textwrap


def says(code: str) -> str:
    """What a process that runs this code prints; its last words and -N where a signal ended it."""
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60, check=False
    )
    return ran.stdout.strip() + (f" {ran.returncode} {ran.stderr[-300:]}" if ran.returncode else "")
