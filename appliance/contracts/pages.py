# SPDX-License-Identifier: Apache-2.0
"""Pages: a page that a plugin adds to a site (design §4)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.model.words import Site


class Guard(StrEnum):
    """Who may open a route. Every route names one."""

    ANYONE = "anyone"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request, judged already. ask sends a message of link/messages with the visitor's token."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    ask: Callable[[object], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What the page shows, all of it plain text; or, in go_to, the path of this site to go to next.

    fields are pairs of texts, shown as a list of names and values. Where button says what is on a button, they are
    the fields of a form that is sent to this page by POST: each a name, and the label that people see.
    """

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    button: str = ""
    go_to: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page. path is below /x/<plugin>/; method GET or POST; menu is its text in the menu, or ""."""

    site: Site
    method: str
    path: str
    guard: Guard
    menu: str
    handler: Callable[[PageRequest], Awaitable[PageAnswer]]
