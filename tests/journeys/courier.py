# SPDX-License-Identifier: Apache-2.0
"""Somebody who delivers as static/sending.js does: part by part, and after a cut the same step once more."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from appliance.model.words import Site
from tests.journeys.installation import Installation
from tests.pdf import pdf
from tests.story.page import Form
from tests.story.story import sign_in
from tests.story.visitor import Visitor

T = TypeVar("T")
PAUSE_SECONDS = 0.05
TRIES = 400
MAY_PASS = 503


class Refused(Exception):
    """The site said no; retrying would not help."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        """said is the explanation in Japanese."""
        super().__init__(status, said)
        self.status = status
        self.said = said


@dataclass(frozen=True)
class Document:
    """A PDF."""

    name: str
    content: bytes

    @classmethod
    def of(cls, number: int, size: int) -> "Document":
        """Always the same bytes for the same number."""
        return cls(f"document-n{number:04}.pdf", pdf(number, size))

    @property
    def sha256(self) -> str:
        """Of the whole document, in hex."""
        return hashlib.sha256(self.content).hexdigest()


class Script:
    """What a page's script sends for somebody who is signed in."""

    def __init__(self, visitor: Visitor, token: str) -> None:
        """token is the form token of the visit."""
        self.visitor = visitor
        self.form = token

    async def put(self, upload: str, number: int, content: bytes, size: int) -> None:
        """One part of content. Raises Refused."""
        await self.put_piece(upload, number, content[number * size : (number + 1) * size])

    async def put_parts(self, upload: str, content: bytes, size: int) -> None:
        """All parts of content, each after as many tries as it takes."""
        for number in range(-(-len(content) // size)):
            await persist(lambda number=number: self.put(upload, number, content, size))  # type: ignore[misc]

    async def put_piece(self, upload: str, number: int, piece: bytes) -> None:
        """One part as it is. Raises Refused."""
        await self._send("PUT", f"/uploads/{upload}/{number}", piece, "application/octet-stream")

    async def post(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        """The answer to an object. Raises Refused."""
        return await self._send("POST", path, json.dumps(fields).encode(), "application/json")

    async def _send(self, method: str, path: str, body: bytes, kind: str) -> dict[str, Any]:
        headers = {"Origin": self.visitor.site, "X-Renkei-Form": self.form, "Content-Type": kind}
        answer = await self.visitor.ask(method, path, body, headers)
        said: dict[str, Any] = json.loads(answer.body)
        if answer.status != 200:
            raise Refused(answer.status, said)
        return said


class Courier(Script):
    """One member of the staff, signed in at the console, with the delivery form open."""

    def __init__(self, visitor: Visitor, form: Form) -> None:
        """form is the delivery form as the page shows it."""
        super().__init__(visitor, form.fields["form"])
        self.offices = form.choices["office"]
        self.office = next(value for words, value in self.offices.items() if "第1事業所" in words)
        self.type = next(iter(value for value in form.choices["type"].values() if value))

    @classmethod
    async def at(cls, fund: Installation, visitor: Visitor) -> "Courier":
        """Sign in and open the form."""
        await sign_in(visitor, fund.staff)
        return cls(visitor, (await visitor.get("/notices/new")).page.form("/notices/new"))

    async def carry(self, document: Document, command: str) -> str:
        """The id of the delivered notice, after as many tries as it takes."""
        upload, size = await persist(lambda: self.begin(document, command))
        await self.put_parts(upload, document.content, size)
        return await persist(lambda: self.deliver(upload, document, command))

    async def begin(self, document: Document, command: str) -> tuple[str, int]:
        """The upload and the size of its parts. Raises Refused."""
        return await self.begin_named(document.name, len(document.content), command)

    async def begin_named(self, name: str, size: int, command: str) -> tuple[str, int]:
        """The same for a document that nobody holds in memory. Raises Refused."""
        fields = {"office": self.office, "file_name": name, "size": str(size), "command": f"{command}-begin"}
        said = await self.post("/uploads", fields)
        return said["upload"], said["part_size"]

    async def deliver(self, upload: str, document: Document, command: str) -> str:
        """The notice. Raises Refused."""
        return await self.deliver_hashed(upload, document.sha256, command)

    async def deliver_hashed(self, upload: str, sha256: str, command: str) -> str:
        """The same by the hash of the whole document. Raises Refused."""
        fields = {"type": self.type, "period": "2026-06", "sha256": sha256, "command": f"{command}-deliver"}
        return str((await self.post(f"/uploads/{upload}/deliver", fields))["notice"])


async def persist(step: Callable[[], Awaitable[T]]) -> T:
    """The same again after a cut or a 503, as often as may be; any other refusal stands."""
    for _ in range(TRIES):
        try:
            return await step()
        except Refused as refused:
            if refused.status != MAY_PASS:
                raise
        except aiohttp.ClientError:
            pass  # a cut connection is what this is for
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError(f"still refused after {TRIES} tries")


async def delivered(fund: Installation, document: Document, command: str = "command-of-a-test") -> str:
    """Deliver one document to the first office, by somebody who comes and goes; its notice."""
    async with fund.visitor(Site.CONSOLE) as staff:
        return await (await Courier.at(fund, staff)).carry(document, command)
