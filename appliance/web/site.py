# SPDX-License-Identifier: Apache-2.0
"""A site as a server: from the bytes of a request to the bytes of its answer, in one place."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace

from aiohttp.web import BaseRequest, Response, StreamResponse

from appliance.config.settings import Settings
from appliance.contracts.pages import Page
from appliance.contracts.plugin import Random
from appliance.link.envelope import Asserted
from appliance.link.messages import ReportRefusal
from appliance.link.refusals import Refused, Why
from appliance.link.slots import Slots
from appliance.model import origin
from appliance.model.words import Site
from appliance.web import limits, refusal_pages
from appliance.web.answers import AnswerThenReport, asset
from appliance.web.banner_board import BannerBoard
from appliance.web.connections import Connections
from appliance.web.cookies import door_cookie, language_of, values_of, visit_cookie
from appliance.web.door import come_in
from appliance.web.house import House
from appliance.web.language import speak
from appliance.web.limits import Turned, TurnedAway
from appliance.web.listening import PLACE
from appliance.web.plugin_pages import in_menu, routes_of
from appliance.web.refusal_pages import Asked
from appliance.web.rendering import Templates
from appliance.web.request import Request
from appliance.web.routes import Route, Routes, values_in
from appliance.web.site_routes import rows_of
from appliance.web.static import shipped_assets
from appliance.web.texts import Texts
from appliance.web.vault_side import VaultLink
from appliance.web.way_back import HOME, same_place

log = logging.getLogger(__name__)
Observe = Callable[[str, int, float], None]
STOP_SECONDS = 10.0
GRACE_SECONDS = 1.0
REPORT_SECONDS = 2.0
MAX_REPORTS = 16
MAX_AT_ONCE = 500
MAX_OF_SOURCE = 200
REQUEST_ID_BYTES = 8


class WebSite:
    """One site: start() listens, stop() lets the requests that are there come to their end."""

    def __init__(
        self,
        site: Site,
        settings: Settings,
        link: VaultLink,
        *,
        tls: ssl.SSLContext,
        random: Random,
        pages: Sequence[Page] = (),
        observe: Observe | None = None,
    ) -> None:
        """observe(route, status, seconds) is told of every answer; route is a pattern, never what was typed.

        Raises DuplicateRoute or BadPage when pages of plugins do not fit, jinja2.TemplateError for a broken one.
        """
        own = tuple(page for page in pages if page.site is site)
        self.routes = Routes((*rows_of(site), *routes_of(own)))
        self._settings = settings.sites.of(site)
        assets = shipped_assets()
        board = BannerBoard(link)
        templates = Templates(site, settings, assets, told=board.shown)
        self.house = House(site, settings, link, random, Texts.load(), assets, templates, board, in_menu(own))
        self._tls = tls
        self._observe = observe or (lambda route, status, seconds: None)
        self._cookies = (visit_cookie(site), door_cookie(site))
        self._hosts: frozenset[str] = frozenset()
        self._server: Connections | None = None
        self._listener: asyncio.Server | None = None
        self._reports = 0
        self._at_once = 0
        self._of_source = Slots(MAX_OF_SOURCE)
        self._idle = asyncio.Event()
        self._idle.set()
        self._grace = 0.0
        self.address = ""

    @property
    def at_once(self) -> int:
        """How many requests are being answered."""
        return self._at_once

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return self._server.count if self._server is not None else 0

    async def start(self, listener: socket.socket | None = None) -> None:
        """Listen, on listener if there is one. address is then the host:port that it really is, also for port 0."""
        self._server = Connections(self.answer, self.answer_malformed)
        self._grace = GRACE_SECONDS if listener else 0.0
        loop = asyncio.get_running_loop()
        where = {"sock": listener} if listener else {"host": self._settings.address, "port": self._settings.port}
        self._listener = await loop.create_server(
            self._server,
            **where,
            ssl=self._tls,
            ssl_handshake_timeout=limits.CHUNK_SECONDS,
            backlog=256,
        )
        port = self._listener.sockets[0].getsockname()[1]
        self.address = f"{_bracketed(self._settings.address)}:{port}"
        self._hosts = frozenset(self._settings.hosts or _own_hosts(self._settings.address, port))

    async def stop(self) -> None:
        """Take no more connections; what is being answered has ten seconds, and then two to report how it ended.

        Where somebody else keeps the listener, what has just come is answered before (link/draining.py).
        """
        if self._listener is None or self._server is None:
            return
        self._listener.close()
        self.house.live.close()
        await self._server.drain(self._grace)
        self._server.pre_shutdown()
        # aiohttp waits twice: for the answers to end, and once more after it has told them to.
        await self._server.shutdown(STOP_SECONDS / 2)
        with suppress(TimeoutError):
            async with asyncio.timeout(REPORT_SECONDS):
                await self._idle.wait()
        await self._listener.wait_closed()
        self._listener = self._server = None

    async def answer(self, raw: BaseRequest) -> StreamResponse:
        """The answer to a request; nothing is ever raised out of here but the end of the task."""
        loop = asyncio.get_running_loop()
        begun, number = loop.time(), self._begin()
        self._at_once += 1
        self._idle.clear()
        speak(language_of(raw))
        try:
            route, answer = await self._answered(raw, number)
        finally:
            self._at_once -= 1
            if not self._at_once:
                self._idle.set()
        if route != PLACE:  # it lasts as long as somebody looks at the page
            self._observe(route, answer.status, loop.time() - begun)
        return answer

    def _begin(self) -> str:
        """The number of a request: ours, never the visitor's; short enough to be read out on the telephone."""
        number = self.house.random.bytes(REQUEST_ID_BYTES).hex()
        origin.REQUEST.set(number)
        origin.SITE.set(self.house.site)
        origin.MESSAGE.set("")
        return number

    def answer_malformed(self, raw: BaseRequest) -> Response:
        """The answer to what the parser could not read."""
        self._observe("edge", 400, 0.0)
        speak(language_of(raw))
        number = self._begin()
        return self._turned_away(raw, Asked(self.house, number, False), TurnedAway(Turned.MALFORMED))

    async def _answered(self, raw: BaseRequest, number: str) -> tuple[str, StreamResponse]:
        asked = Asked(self.house, number, raw.method == "GET")
        try:
            limits.check_head(raw, self._hosts)
            path, query = limits.check_path(raw.raw_path)
            found = self.house.assets.get(path)
            if found is not None and raw.method == "GET":
                return "/static", asset(found, raw.headers)
            methods = self.routes.methods(path)
            speak(language_of(raw), _seen_again(raw, path, methods))
            if not methods:
                return "none", refusal_pages.no_such_page(asked)
            if raw.method not in methods:
                raise TurnedAway(Turned.METHOD, headers={"Allow": ", ".join(sorted(methods))})
            route = methods[raw.method]
            origin.MESSAGE.set(route.path)
            return route.path, await self._handled(raw, route, path, query, number)
        except TurnedAway as error:
            return "edge", self._turned_away(raw, asked, error)

    async def _handled(self, raw: BaseRequest, route: Route, path: str, query: str, number: str) -> StreamResponse:
        token, door = values_of(raw, *self._cookies)
        asked = Asked(self.house, number, raw.method == "GET", route.body.for_programs, bool(token), path)
        request = Request(
            raw,
            self.house,
            number,
            path,
            limits.fields_of(query, limits.MAX_QUERY_FIELDS, Turned.QUERY),
            values_in(route.path, path),
            Asserted(source=raw.remote or ""),
            token,
            door,
            mark=self.house.live.mark,
        )
        try:
            if self._at_once - self.house.live.count > MAX_AT_ONCE:
                raise Refused(Why.BUSY)
            # A page that listens has a place of its own, and takes none from those that want an answer.
            with nullcontext() if route.path == PLACE else self._of_source.take(request.asserted.source):
                await come_in(request, route)
                return await route.handler(request)
        except Refused as error:
            if route.body.of_form:
                asked = replace(asked, fields=request.fields)
            return refusal_pages.refused(asked, error)
        except TurnedAway as error:
            return self._turned_away(raw, asked, error)
        except ConnectionError:
            raise
        except Exception:  # the last line of defence: a fault of ours is one page, not a dead site
            log.exception("request %s failed", number)
            return refusal_pages.broken(asked)

    def _turned_away(self, raw: BaseRequest, asked: Asked, error: TurnedAway) -> Response:
        answer = refusal_pages.turned_away(asked, error)
        source, reason = raw.remote or "", str(error.reason)
        return AnswerThenReport(answer, lambda: self._report(source, reason, asked.number))

    async def _report(self, source: str, reason: str, number: str) -> None:
        """Tell the vault, if it listens; a flood of refusals must not become a flood of messages."""
        if self._reports >= MAX_REPORTS:
            return
        self._reports += 1
        message, asserted = ReportRefusal(reason), Asserted(source=source)
        try:
            await self.house.link.ask(message, asserted=asserted, request=number, timeout=REPORT_SECONDS)
        except Refused as refused:
            log.warning("refusal %s was not taken: %s", number, refused)
        finally:
            self._reports -= 1


def _seen_again(raw: BaseRequest, path: str, methods: Mapping[str, Route]) -> str:
    """Where the page that is the answer is seen again: what was sent is never sent a second time."""
    if raw.method == "GET":
        return same_place(raw.raw_path)
    return same_place(path) if "GET" in methods else HOME


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _own_hosts(address: str, port: int) -> tuple[str, ...]:
    """The one name of a site whose settings name none: where it listens."""
    host = _bracketed(address)
    return (host if port == 443 else f"{host}:{port}",)
