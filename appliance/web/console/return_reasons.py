# SPDX-License-Identifier: Apache-2.0
"""Reasons for giving a filing back (差戻し) to begin with; what is sent is what the clerk makes of one."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "texts" / "returns.toml"


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """label is for the clerk, text for the office."""

    id: str
    label: str
    text: str


@cache
def return_reasons() -> tuple[ReturnReason, ...]:
    """All of them, in the order of the file."""
    with FILE.open("rb") as file:
        found = tomllib.load(file)
    return tuple(ReturnReason(id, reason["label"], reason["text"]) for id, reason in found.items())


def text_of(id: str) -> str:
    """The text of a reason, "" for one that is none of ours."""
    return next((reason.text for reason in return_reasons() if reason.id == id), "")
