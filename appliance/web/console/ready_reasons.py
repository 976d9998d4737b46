# SPDX-License-Identifier: Apache-2.0
"""Ready reasons to begin with, one file a kind; what is sent is what people make of one."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent.parent / "texts"
# For giving a filing back (差戻し), and for refusing a request for activation.
FOR_RETURNING, FOR_REFUSING = "returns.toml", "activation_reasons.toml"


@dataclass(frozen=True, slots=True)
class Reason:
    """label is for whoever chooses, text for the office."""

    id: str
    label: str
    text: str


@cache
def ready_reasons(file: str) -> tuple[Reason, ...]:
    """All of a kind, in the order of its file."""
    with (TEXTS / file).open("rb") as opened:
        found = tomllib.load(opened)
    return tuple(Reason(id, reason["label"], reason["text"]) for id, reason in found.items())


def text_of(file: str, id: str) -> str:
    """The text of a reason, "" for one that is none of ours."""
    return next((reason.text for reason in ready_reasons(file) if reason.id == id), "")
