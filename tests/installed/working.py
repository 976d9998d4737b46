# SPDX-License-Identifier: Apache-2.0
"""People who do not stop working while something happens to a host: filings in parts, notices by the form."""

import asyncio
import hashlib
import json
import secrets
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.installed.fund import Fund
from tests.pdf import pdf
from tests.story.notices import TYPE, Notices
from tests.story.people import OFFICE
from tests.story.stage import StoryFailed, need
from tests.story.visitor import Visitor

# Three parts, of which the last is a short one.
DOCUMENT = pdf(1, 17_000_000)
FILED = {"type": "acquisition", "filed_on": "2026-06-08", "event_on": "2026-06-01", "note": "", "follows": ""}
NOTICE_BYTES = 20_000
TRIES, LATER, PAUSE = 20, 503, 1.0


class Later(Exception):
    """The site says that it works later."""


@dataclass
class Working:
    """What came of it. lost are acts of which nobody knows whether they were done; notices are hashes."""

    fund: Fund
    notices: set[bytes] = field(default_factory=set)
    filings: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    sent_again: int = 0
    _goes_on: bool = True
    _begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def during(self, doing: Callable[[], Awaitable[object]]) -> None:
        """Work until it is done; it begins when the first part of a filing is there."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._delivers())
            group.create_task(self._files())
            await self._begun.wait()
            try:
                await doing()
            finally:
                self._goes_on = False

    async def _delivers(self) -> None:
        """One notice after the other, each another document; nobody sends it again, whatever happens."""
        notices = Notices(self.fund.stage, lambda said: None, self.fund.clerk, self.fund.office, self.fund.office)
        with tempfile.TemporaryDirectory() as folder:
            while self._goes_on:
                file, digest = _another(Path(folder))
                try:
                    await notices.deliver(file, TYPE, OFFICE)
                    self.notices.add(digest)
                except (aiohttp.ClientError, StoryFailed) as error:
                    self.lost.append(repr(error))
                await asyncio.sleep(PAUSE)

    async def _files(self) -> None:
        """One filing after the other."""
        form = (await self.fund.office.get("/filings/new")).page.form("/filings/new").fields["form"]
        while self._goes_on:
            filing = Filing(self.fund.office, form, self._begun)
            try:
                self.filings.append(await filing.send())
            except StoryFailed as failed:
                self.lost.append(str(failed))
            self.sent_again += filing.sent_again


def _another(folder: Path) -> tuple[Path, bytes]:
    """A notice that nobody has delivered before, and its hash."""
    content, file = pdf(secrets.randbits(32), NOTICE_BYTES), folder / "notice.pdf"
    file.write_bytes(content)
    return file, hashlib.sha256(content).digest()


@dataclass
class Filing:
    """One that is sent as the page's script sends it (static/sending.js). sent_again counts the steps that were."""

    at: Visitor
    form: str
    begun: asyncio.Event
    sent_again: int = 0

    async def send(self) -> str:
        """The id that it has then."""
        begin = {"file_name": "届書.pdf", "size": str(len(DOCUMENT)), "command": secrets.token_hex(16)}
        upload, size = (await self._step("POST", "/uploads", begin)).values()
        for number, start in enumerate(range(0, len(DOCUMENT), size)):
            await self._step("PUT", f"/uploads/{upload}/{number}", DOCUMENT[start : start + size])
            self.begun.set()
        end = {**FILED, "sha256": hashlib.sha256(DOCUMENT).hexdigest(), "command": secrets.token_hex(16)}
        said = await self._step("POST", f"/uploads/{upload}/submit", end)
        need(bool(said["filings"]), f"the filing was not taken: {said['problems']}")
        return str(said["filings"][0]["id"])

    async def _step(self, method: str, path: str, body: dict[str, str] | bytes) -> dict[str, Any]:
        """The answer, in the end: after a cut, and where the site says that it works later, it is sent again."""
        for _ in range(TRIES):
            try:
                return await self._sent(method, path, body)
            except (aiohttp.ClientError, Later):
                self.sent_again += 1
                await asyncio.sleep(PAUSE)
        raise StoryFailed(f"{method} {path}: nobody took it")

    async def _sent(self, method: str, path: str, body: dict[str, str] | bytes) -> dict[str, Any]:
        is_part = isinstance(body, bytes)
        headers = {
            "Origin": self.at.site,
            "X-Renkei-Form": self.form,
            "Content-Type": "application/octet-stream" if is_part else "application/json",
        }
        answer = await self.at.ask(method, path, body if is_part else json.dumps(body).encode(), headers)
        if answer.status == LATER:
            raise Later
        if answer.status != 200:
            raise StoryFailed(f"{method} {path}: {answer.status} {answer.body[:300].decode()}")
        said: dict[str, Any] = json.loads(answer.body)
        return said
