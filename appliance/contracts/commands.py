# SPDX-License-Identifier: Apache-2.0
"""Commands: a word that a plugin adds to the `renkei` command, by the entry-point group renkei.cli."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """name is the word after `renkei`; run returns the exit code."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
