# SPDX-License-Identifier: Apache-2.0
"""What was done, told on the page that follows: a word in the query, and notes; nothing else can stand there."""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.model.words import Note
from appliance.web.request import Request

DONE, NOTES = "done", "notes"


@dataclass(frozen=True, slots=True)
class Said:
    """In words."""

    what: str
    notes: tuple[str, ...]


def with_word(path: str, done: str, notes: Iterable[Note] = ()) -> str:
    """The address of the page that follows; done is a word of the table [done]."""
    said = "".join(f"&{NOTES}={'.'.join(notes)}" for notes in [sorted(notes)] if notes)
    return f"{path}?{DONE}={done}{said}"


def said(request: Request) -> Said | None:
    """What the address of this page says; None for nothing, and for words that are none of ours."""
    texts, word = request.house.texts, request.query.get(DONE, "")
    what = texts.word("done", word)
    if what == word:
        return None
    return Said(what, noted(request, (note for note in Note if note in request.query.get(NOTES, "").split("."))))


def noted(request: Request, notes: Iterable[Note]) -> tuple[str, ...]:
    """What people should know."""
    return tuple(request.house.texts.word("note", note) for note in notes)
