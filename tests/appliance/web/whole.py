# SPDX-License-Identifier: Apache-2.0
"""A real site with the real vault behind it, and somebody in front who reads pages and fills in forms."""

from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from appliance.link.envelope import Asserted, Reply, Visitor
from appliance.link.messages import Banner
from appliance.link.streams import close_stream
from appliance.model.things import Account
from appliance.model.words import Site
from appliance.vault.records.tables import accounts
from appliance.web.cookies import visit_cookie
from tests.appliance.vault.world import World
from tests.appliance.web.conftest import Answer, Browser, Opening
from tests.story.page import Page


@dataclass(frozen=True)
class Answered:
    """As the link's."""

    reply: Any
    visitor: Visitor | None
    now: int
    demo: bool
    banners: tuple[Banner, ...] = ()


@dataclass(frozen=True)
class Fetched:
    """As the link's."""

    answered: Answered
    body: AsyncIterator[bytes]

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes."""
        return self.body


class DirectLink:
    """A link without a wire."""

    def __init__(self, world: World, site: Site) -> None:
        """site is what the listener would say."""
        self._world = world
        self._site = site

    async def ask(
        self,
        message: object,
        *,
        token: str = "",
        form: str = "",
        asserted: Asserted = Asserted(),  # noqa: B008 - frozen
        request: str = "",
        stream: AsyncIterable[bytes] | None = None,
        stream_size: int = 0,
        timeout: float | None = None,
    ) -> Answered:
        """What the vault answers."""
        pieces = None if stream is None else aiter(stream)
        reply = await self._answer(message, token, form, asserted, pieces)
        return Answered(reply.message, reply.visitor, reply.now, reply.demo, reply.banners)

    async def _answer(
        self, message: object, token: str, form: str, asserted: Asserted, stream: AsyncIterator[bytes] | None = None
    ) -> Reply:
        source = asserted.source
        return await self._world.answer(self._site, message, token=token, form=form, source=source, stream=stream)

    @asynccontextmanager
    async def fetch(
        self,
        message: object,
        *,
        token: str = "",
        form: str = "",
        asserted: Asserted = Asserted(),  # noqa: B008 - frozen
        request: str = "",
        timeout: float | None = None,
    ) -> AsyncIterator[Fetched]:
        """What the vault answers, and its bytes."""
        reply = await self._answer(message, token, form, asserted)
        assert reply.stream is not None
        try:
            yield Fetched(
                Answered(reply.message, reply.visitor, reply.now, reply.demo, reply.banners), reply.stream
            )
        finally:
            await close_stream(reply.stream)


@dataclass
class Reader:
    """Somebody at a site, without scripts."""

    browser: Browser
    site: Site

    def be(self, token: str) -> "Reader":
        """Go on as the visitor whose visit this is; "" for nobody."""
        self.browser.cookies = {visit_cookie(self.site): token} if token else {}
        return self

    async def see(self, path: str) -> "Seen":
        """The page at path."""
        return self._seen(path, await self.browser.get(path))

    async def follow(self, seen: "Seen") -> "Seen":
        """Where an answer leads to."""
        assert seen.status == 303, seen.text
        return await self.see(seen.to)

    async def fill(self, seen: "Seen", action: str, **typed: str) -> "Seen":
        """Fill in the form that goes to action, and send it."""
        fields = {**seen.page.form(action).fields, **typed}
        return await self.post(action, fields)

    async def send(self, action: str, fields: dict[str, str], body: bytes | None, name: str) -> "Seen":
        """Send a form with a file, as a browser writes it; without one if body is None."""
        head = 'Content-Disposition: form-data; name="'
        texts = [f'--b\r\n{head}{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
        texts += [f'--b\r\n{head}file"; filename="{name if body is not None else ""}"\r\n\r\n']
        form = "".join(texts).encode() + (body or b"") + b"\r\n--b--\r\n"
        headers = {"Origin": self.browser.origin, "Content-Type": "multipart/form-data; boundary=b"}
        return self._seen(action, await self.browser.send("POST", action, headers, data=form))

    async def post(self, action: str, fields: dict[str, str]) -> "Seen":
        """Send fields as they are."""
        return self._seen(action, await self.browser.post(action, fields))

    def _seen(self, path: str, answer: Answer) -> "Seen":
        for line in answer.headers.getall("Set-Cookie", []):
            name, _, value = line.split(";")[0].partition("=")
            self.browser.cookies[name] = value
            if not value:
                del self.browser.cookies[name]
        return Seen(path, answer.status, unquote(answer.headers.get("Location", "")), answer.text)


class Seen:
    """An answer as it is read."""

    def __init__(self, path: str, status: int, to: str, html: str) -> None:
        """to is where it leads, html the page."""
        self.path, self.status, self.to, self.html = path, status, to, html
        self.page = Page(html)

    @property
    def text(self) -> str:
        """The visible words."""
        return self.page.text


async def site_of(opening: Opening, world: World, site: Site) -> Reader:
    """A site of this vault."""
    return Reader(await opening(site, link=DirectLink(world, site)), site)


async def staff_accounts(world: World) -> dict[str, Account]:
    """Who works at the fund, by login."""
    found = await world.core.read(lambda snapshot: accounts.scan(snapshot, "office", ("",)))
    return {account.login: account for account in found}
