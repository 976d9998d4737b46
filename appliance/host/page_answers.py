# SPDX-License-Identifier: Apache-2.0
"""Is what a plugin's action or page answers what the contract says? Looked through before a word is shown."""

import dataclasses
import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

from appliance.contracts.action import ActionAnswer
from appliance.contracts.pages import Form, Link, PageAnswer, Shape, Table

MOST_PARTS = 500
MOST_CELLS = 5_000
MOST_CHARACTERS = 500_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
# These the appliance puts into every form itself.
TAKEN = frozenset({"form", "command"})


def wrong_page(said: PageAnswer | int) -> str:
    """What is wrong with an answer of a page, or ""; how many things wait there can be any number."""
    return "" if isinstance(said, int) else _wrong(said)


def wrong_action(answer: ActionAnswer) -> str:
    """What is wrong with an answer of an action, or ""."""
    maps = (answer.fields, *answer.rows) if isinstance(answer.rows, tuple) else (None,)
    if not all(isinstance(one, Mapping) for one in maps):
        return "its fields are a mapping, its rows a tuple of them"
    words = (word for one in maps if one for pair in one.items() for word in pair)
    if not all(isinstance(word, str) for word in (*words, answer.office, answer.typed)):
        return "something in it is no text"
    return ""


def _wrong(said: PageAnswer) -> str:
    if not _fits(said, PageAnswer):
        return "something in it is of another type than the contract says"
    if len(said.parts) > MOST_PARTS or sum(map(_cells, said.parts)) > MOST_CELLS:
        return f"it has more than {MOST_PARTS} parts, or tables of more than {MOST_CELLS} cells"
    if len(repr(said)) > MOST_CHARACTERS:
        return f"it is longer than {MOST_CHARACTERS} characters"
    if bool(said.title) is bool(said.go_to):
        return "it has a title, or leads to another page, and not both"
    paths = [said.go_to, *(path for part in said.parts for path in _paths(part))]
    wrong = [path for path in paths if path and not is_own_path(path)]
    if wrong:
        return f"{wrong[0]!r:.100} is no path of this site"
    return next(filter(None, map(_wrong_part, said.parts)), "")


def is_own_path(path: str) -> bool:
    """Whether a path leads to this site and no other, whatever the plugin says."""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()


def _paths(part: object) -> list[str]:
    if isinstance(part, Table):
        return [cell.path or "?" for row in part.rows for cell in row if isinstance(cell, Link)]
    if isinstance(part, Link):
        return [part.path or "?"]
    return [part.path] if isinstance(part, Form) else []


def _cells(part: object) -> int:
    return sum(map(len, part.rows)) if isinstance(part, Table) else 0


def _wrong_part(part: object) -> str:
    if isinstance(part, Table) and any(len(row) != len(part.heads) for row in part.rows):
        return f"the table {part.caption} has rows of another length than its heads"
    if isinstance(part, Form):
        return _wrong_form(part)
    return ""


def _wrong_form(form: Form) -> str:
    names = [one.name for one in form.fields]
    if len(set(names)) < len(names) or TAKEN & set(names) or not all(map(_NAME.fullmatch, names)):
        return "the fields of a form have names of small letters, no two the same, and none called form or command"
    if any((one.shape is Shape.CHOICE) is not bool(one.choices) for one in form.fields):
        return "a field has choices if it is one"
    return "" if form.button else "a form has a text on its button"


def _fits(value: object, hint: Any) -> bool:
    """Whether a value is of a type that contracts/pages.py uses; dataclasses are looked into."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, one) for one in inside)
    if origin is tuple:
        return isinstance(value, tuple) and _each_fits(value, inside)
    if dataclasses.is_dataclass(hint):
        return type(value) is hint and all(_fits(getattr(value, name), one) for name, one in _hints(hint))
    return isinstance(value, hint) and not (isinstance(value, bool) and hint is int)


def _each_fits(values: tuple[object, ...], inside: tuple[Any, ...]) -> bool:
    if inside[-1] is Ellipsis:
        return all(_fits(value, inside[0]) for value in values)
    return len(values) == len(inside) and all(map(_fits, values, inside))


@cache
def _hints(shape: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((name, hint) for name, hint in get_type_hints(shape).items() if get_origin(hint) is not ClassVar)
