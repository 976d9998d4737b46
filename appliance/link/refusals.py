# SPDX-License-Identifier: Apache-2.0
"""The closed list of reasons why a message is not done."""

from collections.abc import Mapping
from enum import StrEnum


class Why(StrEnum):
    """The reason, as the sender's program understands it."""

    NOT_HERE = "not_here"  # the message is not for this site
    NOT_SIGNED_IN = "not_signed_in"  # no visit, or it ended
    FORGED = "forged"  # the form token is missing or wrong
    NOT_ALLOWED = "not_allowed"  # a policy denies it
    NOT_FOUND = "not_found"  # there is none, or none for this visitor
    INVALID = "invalid"  # what was sent cannot be right
    TOO_LARGE = "too_large"  # beyond a limit
    CONFLICT = "conflict"  # the thing has moved on
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - the name of a reason
    LOCKED = "locked"  # too many wrong secrets
    BUSY = "busy"  # too much at once; come again
    FULL = "full"  # no room left
    LATE = "late"  # the deadline passed
    AWAY = "away"  # the other side does not answer
    VERSION = "version"  # the other side is too old or too new
    FAILED = "failed"  # a plugin could not do it; the log names it
    BROKEN = "broken"  # a fault of ours; the log names it


class Refused(Exception):
    """A message was not done. text is a key of the text catalogue; values fill it."""

    def __init__(self, why: Why, text: str = "", values: Mapping[str, str] | None = None) -> None:
        """why for programs, text and values for people."""
        super().__init__(why, text, values)
        self.why = why
        self.text = text or f"refused.{why}"
        self.values = dict(values or {})

    def __str__(self) -> str:
        """For logs: never holds what a person typed."""
        return f"{self.why} ({self.text})"

    def __repr__(self) -> str:
        """As little."""
        return f"Refused({self})"
