# SPDX-License-Identifier: Apache-2.0
"""One run of the kit: what all its commands are given."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from renkei_kit_linux.on_pc.order import Order, Words
from renkei_kit_linux.on_pc.places import Places, desktop_of


@dataclass(frozen=True)
class Run:
    """What was asked for, and where. kit is the file that runs."""

    given: argparse.Namespace
    order: Order
    words: Words
    places: Places
    environment: Mapping[str, str]
    kit: Path

    def folder(self) -> Path:
        """Where files go that the person takes from there."""
        return Path(self.given.out) if self.given.out else desktop_of(self.environment)

    def say(self, word: str, **values: str) -> None:
        """Tell the person."""
        print(f"{self.words(word, **values)}\n", flush=True)

    def step(self, word: str, **values: str) -> None:
        """Tell the person that something goes on; the next line follows at once."""
        print(self.words(word, **values), flush=True)
