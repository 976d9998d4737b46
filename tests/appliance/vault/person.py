# SPDX-License-Identifier: Apache-2.0
"""Somebody with an account, and what it does: signing in, uploading, delivering, downloading."""

import dataclasses
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from appliance.vault.letters import LetterKind
from tests.pdf import pdf

if TYPE_CHECKING:
    from tests.appliance.vault.world import World

CONTENT = pdf(0, 400)
PERIOD = "2026-05"
SOURCE = "192.0.2.1"
TYPE = "payment_notice"


@dataclass
class Person:
    """Somebody with an account: what they type, and the token of their visit."""

    world: "World"
    site: Site
    contract: str
    login: str
    account: str
    password: str = field(repr=False)
    office: str = ""
    token: str = ""

    @property
    def sign_in_message(self) -> "SigningIn":
        """What is sent to come in."""
        return self.typing(self.password)

    def typing(self, password: str) -> "SigningIn":
        """What is sent when this password is typed."""
        return SigningIn(self, password)

    @property
    def arrive_message(self) -> m.Arrive:
        """What is sent first at the portal."""
        return m.Arrive(self.contract, self.login)

    async def arrive(self, source: str = SOURCE) -> m.Arrived:
        """The first step at the portal."""
        arrived: m.Arrived = await self.world.ask(Site.PORTAL, self.arrive_message, source=source)
        return arrived

    async def request_code(self, source: str = SOURCE) -> str:
        """Ask for a code at the public site, and take it out of the letter; "" if none was written."""
        await self.world.ask(Site.PUBLIC, m.RequestCode(self.contract, self.login), source=source)
        letters = await self.world.letters(self.account, LetterKind.ONE_TIME_CODE)
        return letters[-1].fields["code"] if letters else ""

    async def app_code(self) -> str:
        """What the app of one of the fund's staff shows."""
        row = await self.world.factor(self, "otp_totp")
        return self.world.app.answer(row.state)

    async def sign_in(self) -> "Person":
        """A visit begins; self, for chaining."""
        self.token = (await self.world.ask(self.site, self.sign_in_message)).token
        return self

    async def ask(self, message: object, **how: Any) -> Any:
        """What the message is answered in this visit."""
        return await self.world.ask(self.site, message, **{"token": self.token, **how})

    async def refused(self, why: Why, message: object, **how: Any) -> Refused:
        """The refusal that the message gets in this visit."""
        return await self.world.refused(why, self.site, message, **{"token": self.token, **how})

    # --- documents ------------------------------------------------------------------------------------------------

    async def begin(self, office: str, size: int = len(CONTENT), name: str = "通知.pdf", command: str = "") -> str:
        """The id of a new upload."""
        return str((await self.ask(m.BeginUpload(office, name, size, command))).upload)

    async def put(self, upload: str, number: int, *pieces: bytes) -> m.PartKept:
        """Send one part."""
        kept = await self.ask(m.PutPart(upload, number), stream=stream_of(*pieces))
        assert isinstance(kept, m.PartKept)
        return kept

    async def upload(self, office: str, content: bytes = CONTENT) -> str:
        """The id of an upload of one part that is complete."""
        upload = await self.begin(office, len(content))
        await self.put(upload, 0, content)
        return upload

    async def deliver(self, office: str, content: bytes = CONTENT, command: str = "") -> str:
        """The id of a delivered notice. The same content again is that of another month."""
        upload = await self.upload(office, content)
        period = self.world.free_period(office, content)
        return str((await self.ask(delivery(upload, content, command, period=period))).notice)

    async def download(self, notice: str, stop_after: int | None = None) -> tuple[m.Download, bytes]:
        """The head and the bytes of a notice; stop_after breaks off behind so many pieces."""
        return await self.fetch(m.DownloadNotice(notice), stop_after)

    async def fetch(self, message: object, stop_after: int | None = None) -> tuple[m.Download, bytes]:
        """The same of whatever a message brings."""
        reply = await self.world.answer(self.site, message, token=self.token)
        got = b""
        async for piece in limited(reply.stream, stop_after):
            got += piece
        return reply.message, got

    async def receive(self, notice: str) -> None:
        """Download to the end, and the site says so."""
        await self.take(m.DownloadNotice(notice))

    async def take(self, message: object) -> bytes:
        """All that a message brings, and the site says that it went out."""
        head, got = await self.fetch(message)
        await self.ask(m.DownloadFinished(head.download, len(got)))
        return got


@dataclass(frozen=True)
class SigningIn:
    """All steps of coming in, with this password: stands for a message where a whole sign-in is meant."""

    person: Person
    password: str = field(repr=False)


def delivery(upload: str, content: bytes = CONTENT, command: str = "", **changed: Any) -> m.DeliverNotice:
    """The message that delivers an upload of this content."""
    message = m.DeliverNotice(upload, TYPE, PERIOD, hashlib.sha256(content).digest(), command)
    return dataclasses.replace(message, **changed)


async def stream_of(*pieces: bytes) -> AsyncIterator[bytes]:
    """The bytes that go with a message."""
    for piece in pieces:
        yield piece


async def limited(stream: AsyncIterator[bytes] | None, count: int | None) -> AsyncIterator[bytes]:
    """The first count pieces, then let go of the stream, as a connection that breaks does."""
    assert stream is not None
    if count == 0:
        return
    number = 0
    async for piece in stream:
        yield piece
        number += 1
        if number == count:
            return
