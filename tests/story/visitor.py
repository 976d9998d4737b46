# SPDX-License-Identifier: Apache-2.0
"""Somebody at a browser: keeps cookies, sends forms as a browser does, believes only the fund's authority."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType

import aiohttp
from yarl import URL

from tests.story.page import Form, Page

# Makes a socket of a family and a kind.
Sockets = Callable[[int, int], socket.socket]


def from_address(address: str) -> Sockets:
    """Sockets that speak from an address of this machine."""

    def made(family: int, kind: int) -> socket.socket:
        speaking = socket.socket(family, kind)
        try:
            speaking.bind((address, 0))
        except OSError:
            speaking.close()
            raise
        return speaking

    return made


@dataclass(frozen=True)
class Answer:
    """What the site said."""

    status: int
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def page(self) -> Page:
        """The body as a page."""
        return Page(self.body.decode("utf-8"))


class Visitor:
    """One person at one site."""

    def __init__(self, site: str, authority: Path, sockets: Sockets | None = None) -> None:
        """site is the address, such as https://127.0.0.12:8443; sockets are those of another machine, or None."""
        self.site = site
        context = ssl.create_default_context(cafile=str(authority))
        of_pc = None if sockets is None else lambda place: sockets(*place[:2])
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=context, socket_factory=of_pc),
            cookie_jar=aiohttp.CookieJar(unsafe=True, quote_cookie=False),
        )

    async def __aenter__(self) -> "Visitor":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    @property
    def cookies(self) -> str:
        """What goes into the Cookie header."""
        return "; ".join(f"{cookie.key}={cookie.value}" for cookie in self._session.cookie_jar)

    @property
    def cookie_values(self) -> dict[str, str]:
        """Each cookie by its name."""
        return {cookie.key: cookie.value for cookie in self._session.cookie_jar}

    async def get(self, path: str) -> Answer:
        """Open a page; redirects are followed."""
        async with self._session.get(self.site + path) as answer:
            return await _read(answer)

    async def send(
        self, form: Form, typed: dict[str, str], file: tuple[str, Path] | None = None, as_name: str = ""
    ) -> Answer:
        """Send a form with what is typed into it, and a file if there is one, perhaps under another name."""
        fields = {**form.fields, **typed}
        data: aiohttp.FormData | dict[str, str] = fields
        if file is not None:
            name, path = file
            # As a browser does, and not as percent signs: names go as they are.
            data = aiohttp.FormData(
                {key: value for key, value in fields.items() if key != name}, quote_fields=False
            )
            kind = "application/octet-stream"
            data.add_field(name, path.read_bytes(), filename=as_name or path.name, content_type=kind)
        headers = {"Origin": self.site}
        async with self._session.post(self.site + form.action, data=data, headers=headers) as answer:
            return await _read(answer)

    async def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send what no form would send; no redirect is followed, no header is added but cookies."""
        async with self._session.request(
            method,
            URL(self.site + path, encoded=True),
            data=BytesIO(body) if isinstance(body, bytes) else body,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            return await _read(answer)

    async def begun(self, path: str) -> int:
        """The status of an answer that may have no end; it is left at its beginning."""
        address = URL(self.site + path, encoded=True)
        async with self._session.get(address, allow_redirects=False) as answer:
            return answer.status


async def _read(answer: aiohttp.ClientResponse) -> Answer:
    return Answer(answer.status, answer.url.path, dict(answer.headers), await answer.read())
