# SPDX-License-Identifier: Apache-2.0
"""Reasons for refusing a request for activation to begin with; what is sent is what the desk makes of one."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "texts" / "activation_reasons.toml"


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """label is for the desk, text for the office."""

    id: str
    label: str
    text: str


@cache
def refusal_reasons() -> tuple[RefusalReason, ...]:
    """All of them, in the order of the file."""
    with FILE.open("rb") as file:
        found = tomllib.load(file)
    return tuple(RefusalReason(id, reason["label"], reason["text"]) for id, reason in found.items())


def text_of(id: str) -> str:
    """The text of a reason, "" for one that is none of ours."""
    return next((reason.text for reason in refusal_reasons() if reason.id == id), "")
