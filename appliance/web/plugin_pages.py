# SPDX-License-Identifier: Apache-2.0
"""Pages of plugins as routes of a site: their guard, their form token and their line in the menu (design §4)."""

import hmac
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from aiohttp.web import Response, StreamResponse

from appliance.contracts.action import ActionAnswer, ActionNotFound, ActionRefused
from appliance.contracts.pages import (
    Form,
    Guard,
    Note,
    Page,
    PageAnswer,
    PageRequest,
    PageVisitor,
    Table,
    Tone,
)
from appliance.host.page_answers import is_own_path
from appliance.host.page_places import misplaced
from appliance.host.refused import ProviderFailed
from appliance.link.envelope import Visitor
from appliance.link.messages import BY_SHAPE, MOST_COUNTED, Act, Look, OpenMenu
from appliance.link.refusals import Refused, Why
from appliance.web.answers import go_to, page
from appliance.web.cookies import door_cookie, door_form, setting
from appliance.web.forms import COMMAND
from appliance.web.language import Language, spoken
from appliance.web.limits import Turned, TurnedAway
from appliance.web.rendering import MenuEntry, Top, top_of
from appliance.web.request import Request
from appliance.web.routes import Body, Handler, Route
from appliance.web.vault_side import Answered
from appliance.web.visiting import door_for

log = logging.getLogger(__name__)


class BadPage(ValueError):
    """A plugin's page that no site can have; the text says why."""


def routes_of(pages: Sequence[Page]) -> tuple[Route, ...]:
    """The pages as routes. Raises BadPage."""
    return tuple(_route(found) for found in pages)


def in_menu(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Those that have a line in the menu."""
    return tuple(found for found in pages if found.menu)


async def entries(request: Request, answered: Answered) -> tuple[MenuEntry, ...]:
    """The lines in the menu of this visitor, each with what waits there. A plugin that fails has no count."""
    visitor = answered.visitor
    pages = [found for found in request.house.menu if visitor is not None and _is_for(found, visitor)]
    return tuple([await _entry(found, request, answered) for found in pages])


def _is_for(found: Page, visitor: Visitor) -> bool:
    entry = found.entry
    has_role = not entry.roles or visitor.role in entry.roles
    return has_role and (
        visitor.role.of_fund or entry.permission is None or entry.permission in visitor.permissions
    )


async def _entry(found: Page, request: Request, answered: Answered) -> MenuEntry:
    english = spoken() is Language.ENGLISH
    text = found.entry.menu_en if english and found.entry.menu_en else found.menu
    about = found.entry.about_en if english and found.entry.about_en else found.entry.about
    try:
        waiting = await found.count(_page_request(request, answered))
    except (ProviderFailed, Refused, ActionRefused) as error:
        log.warning("the menu goes on without the count of %s: %s", found.path, error)
        waiting = 0
    return MenuEntry(found.path, text, about, max(0, min(waiting, MOST_COUNTED)))


def _route(found: Page) -> Route:
    if fault := misplaced(found):
        raise BadPage(fault)
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
        raise TurnedAway(Turned.FORM)
    return _shown(request, top, await _said(found, _page_request(request, answered)))


async def _show_to_anyone(found: Page, request: Request) -> StreamResponse:
    said = await _said(found, _page_request(request, None))
    if not said.button and not _forms(said):
        return _shown(request, Top(), said)
    door = door_for(request)
    answer = _shown(request, Top(), said, door_form(door))
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer


async def _said(found: Page, asked: PageRequest) -> PageAnswer:
    """What the page says, which the host has looked through. Raises Refused FAILED where the plugin has failed."""
    try:
        return await found.handler(asked)
    except ProviderFailed as failure:
        raise Refused(Why.FAILED) from failure
    except ActionNotFound as refused:
        raise Refused(Why.NOT_FOUND) from refused
    except ActionRefused as refused:
        raise Refused(Why.INVALID, "act.refused", {"reason": str(refused)}) from refused


def _page_request(request: Request, answered: Answered | None) -> PageRequest:
    commands = _commands(request.fields.get(COMMAND, ""))
    form = {name: text for name, text in request.fields.items() if name != COMMAND}

    async def ask(message: object) -> Any:
        return (await request.ask(message)).reply

    async def act(name: str, fields: Mapping[str, str], thing: str = "") -> ActionAnswer:
        return await _acted(ask, Act(name, dict(fields), next(commands), thing))

    async def look(name: str, fields: Mapping[str, str], thing: str = "") -> ActionAnswer:
        return await _acted(ask, Look(name, dict(fields), thing))

    visitor = answered.visitor if answered else None
    return PageRequest(
        request.values,
        request.query,
        form,
        ask,
        act,
        look,
        PageVisitor(visitor.name, visitor.office_name, visitor.role, visitor.permissions) if visitor else None,
        answered.now if answered else 0,
        spoken().value,
    )


def _commands(command: str) -> Iterator[str]:
    """A command id for each act of a form: a second one with the first's would get its outcome, and not be done."""
    yield command
    for number in count(2):
        yield f"{command}-{number}" if command else ""


async def _acted(ask: Callable[[object], Awaitable[Any]], message: Act | Look) -> ActionAnswer:
    """What the action says. Raises ActionRefused with its own words, and Refused for everything else."""
    try:
        acted = await ask(message)
    except Refused as refused:
        if refused.text != "act.refused":
            raise
        raise ActionRefused(refused.values["reason"], refused.values.get("field", "")) from refused
    return ActionAnswer(acted.fields, acted.rows)


def _shown(request: Request, top: Top, said: PageAnswer, form: str = "") -> Response:
    if said.go_to:
        # Never to another site, whatever stands between here and the plugin.
        if not is_own_path(said.go_to):
            raise Refused(Why.FAILED)
        return go_to(said.go_to)
    values = {
        "top": top,
        "said": said,
        "form": form or top.form,
        "action": request.path,
        "command": request.house.new_id(),
        "is_wide": any(isinstance(part, Table) for part in said.parts),
        "live_since": request.mark,
    }
    return page(request.house.templates.render("plugin_page", **values), 422 if _has_faults(request, said) else 200)


def _forms(said: PageAnswer) -> list[Form]:
    return [part for part in said.parts if isinstance(part, Form)]


def _has_faults(request: Request, said: PageAnswer) -> bool:
    """Whether what was sent comes back, with what is wrong with it."""
    faults = [one.error for form in _forms(said) for one in form.fields if one.error]
    bad = [part for part in said.parts if isinstance(part, Note) and part.tone is Tone.BAD]
    return request.raw.method == "POST" and bool(faults or bad)
