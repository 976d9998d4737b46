# SPDX-License-Identifier: Apache-2.0
"""What a site answers to: a table of routes, each with its guard and the messages that it may send."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from aiohttp.web import StreamResponse

from appliance.contracts.pages import Guard

if TYPE_CHECKING:
    from appliance.web.request import Request

_ANY = "{}"
Handler = Callable[["Request"], Awaitable[StreamResponse]]


class Body(StrEnum):
    """What a request carries, and so where its form token stands."""

    NOTHING = "nothing"
    FIELDS = "fields"  # a small form; the token is its field `form`
    FIELDS_THEN_FILE = "fields then file"  # multipart/form-data, the file last; the token is a field before it
    SMALL_FILES = "small files"  # multipart/form-data, held in memory; the token is its field `form`
    JSON = "json"  # a small object; the token is the header X-Renkei-Form
    BYTES = "bytes"  # a raw stream; the token is the header X-Renkei-Form

    @property
    def of_form(self) -> bool:
        """Whether a form sends it, so that what was typed can be given back: all but a file."""
        return self in (Body.FIELDS, Body.FIELDS_THEN_FILE, Body.SMALL_FILES)

    @property
    def for_programs(self) -> bool:
        """Whether the page's own script sends it, so that refusals are JSON as well."""
        return self in (Body.JSON, Body.BYTES)


@dataclass(frozen=True, slots=True)
class Route:
    """One row. path may hold {name} for one segment; sends are the messages that the handler may send."""

    method: str
    path: str
    handler: Handler
    guard: Guard
    sends: tuple[type, ...]
    changes: bool
    body: Body = Body.NOTHING


def shows(path: str, handler: Handler, *sends: type) -> Route:
    """A page that a visitor looks at; nothing changes."""
    return Route("GET", path, handler, Guard.VISITOR, sends, False)


def does(path: str, handler: Handler, *sends: type, body: Body = Body.FIELDS) -> Route:
    """What a visitor does with a form, which changes something."""
    return Route("POST", path, handler, Guard.VISITOR, sends, True, body)


class DuplicateRoute(ValueError):
    """Two routes of one site answer to the same method and path."""


class Routes:
    """The table of one site, ready for looking up."""

    def __init__(self, rows: Iterable[Route]) -> None:
        """Raises DuplicateRoute."""
        self.rows = tuple(rows)
        self._fixed: dict[str, dict[str, Route]] = {}
        self._patterns: dict[tuple[str, ...], dict[str, Route]] = {}
        for row in self.rows:
            self._add(row)
        # The path with fewer {names} is meant: /uploads/{id}/deliver before /uploads/{id}/{number}.
        self._patterns = dict(sorted(self._patterns.items(), key=lambda pattern: pattern[0].count(_ANY)))

    def _add(self, row: Route) -> None:
        if "{" in row.path:
            # The names do not tell two patterns apart: /a/{x} and /a/{y} are the same path.
            shape = tuple(_ANY if part.startswith("{") else part for part in row.path.split("/"))
            methods = self._patterns.setdefault(shape, {})
        else:
            methods = self._fixed.setdefault(row.path, {})
        if row.method in methods:
            raise DuplicateRoute(f"{row.method} {row.path} is there twice")
        methods[row.method] = row

    def methods(self, path: str) -> Mapping[str, Route]:
        """The routes for a path, by method; empty where there are none."""
        fixed = self._fixed.get(path)
        if fixed is not None:
            return fixed
        parts = path.split("/")
        for shape, methods in self._patterns.items():
            if len(shape) == len(parts) and all(map(_fits, shape, parts)):
                return methods
        return {}


def _fits(shape: str, part: str) -> bool:
    return shape == part or (shape == _ANY and part != "")


def values_in(pattern: str, path: str) -> dict[str, str]:
    """The values that path, which fits, gives to the {names} of pattern."""
    if "{" not in pattern:
        return {}
    pairs = zip(pattern.split("/"), path.split("/"), strict=True)
    return {name[1:-1]: value for name, value in pairs if name.startswith("{")}
