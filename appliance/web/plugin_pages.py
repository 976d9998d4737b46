# SPDX-License-Identifier: Apache-2.0
"""Pages of plugins as routes of a site: their guard, their form token and their line in the menu (design §4)."""

import hmac
import re
from collections.abc import Sequence
from typing import Any

from aiohttp.web import StreamResponse

from appliance.contracts.pages import Guard, Page, PageAnswer, PageRequest
from appliance.link.messages import BY_SHAPE, OpenMenu
from appliance.link.refusals import Refused, Why
from appliance.web.answers import go_to, page
from appliance.web.cookies import door_cookie, door_form, setting
from appliance.web.rendering import MenuEntry, Top, top_of
from appliance.web.request import Request
from appliance.web.routes import Body, Handler, Route
from appliance.web.visiting import door_for

_PATH = re.compile(r"/x/[a-z][a-z0-9_]*(/([a-z0-9][a-z0-9_-]*|\{[a-z_]+\}))*")
_METHODS = frozenset({"GET", "POST"})


class BadPage(ValueError):
    """A plugin's page that no site can have; the text says why."""


def routes_of(pages: Sequence[Page]) -> tuple[Route, ...]:
    """The pages as routes. Raises BadPage."""
    return tuple(_route(found) for found in pages)


def menu_of(pages: Sequence[Page]) -> tuple[MenuEntry, ...]:
    """Their entries in the menu."""
    return tuple(MenuEntry(found.path, found.menu) for found in pages if found.menu)


def _route(found: Page) -> Route:
    if found.method not in _METHODS:
        raise BadPage(f"{found.path}: the method of a page is GET or POST, not {found.method}")
    if _PATH.fullmatch(found.path) is None:
        raise BadPage(f"{found.path}: the path of a page is /x/<plugin>/…, in small letters and digits")
    if found.menu and "{" in found.path:
        raise BadPage(f"{found.path}: a page in the menu has one path; leave out the menu, or the name in braces")
    changes = found.method == "POST"
    sends = tuple(shape for shape, row in BY_SHAPE.items() if found.site in row.sites and row.visit)
    body = Body.FIELDS if changes else Body.NOTHING
    return Route(found.method, found.path, _handler(found), found.guard, sends, changes, body)


def _handler(found: Page) -> Handler:
    show = _show_to_visitor if found.guard is Guard.VISITOR else _show_to_anyone

    async def handle(request: Request) -> StreamResponse:
        return await show(found, request)

    return handle


async def _show_to_visitor(found: Page, request: Request) -> StreamResponse:
    """The visit is looked up first: for the top of the page, and for the form token, which nobody else checks."""
    answered = await request.ask(OpenMenu())
    top = top_of(answered)
    if found.method == "POST" and not hmac.compare_digest(top.form.encode(), request.form.encode()):
        raise Refused(Why.FORGED)
    return _shown(request, top, await _asked(found, request))


async def _show_to_anyone(found: Page, request: Request) -> StreamResponse:
    said = await _asked(found, request)
    if not said.button:
        return _shown(request, Top(), said)
    door = door_for(request)
    answer = _shown(request, Top(), said, door_form(door))
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer


async def _asked(found: Page, request: Request) -> PageAnswer:
    async def ask(message: object) -> Any:
        return (await request.ask(message)).reply

    return await found.handler(PageRequest(request.values, request.query, request.fields, ask))


def _shown(request: Request, top: Top, said: PageAnswer, form: str = "") -> StreamResponse:
    if said.go_to:
        return go_to(_own_path(said.go_to))
    values = {"top": top, "said": said, "form": form or top.form, "action": request.path}
    return page(request.house.templates.render("plugin_page", **values))


def _own_path(path: str) -> str:
    """Never to another site, whatever the plugin says."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        raise Refused(Why.BROKEN)
    return path
