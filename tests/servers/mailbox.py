# SPDX-License-Identifier: Apache-2.0
"""A real mail server on the loopback, in the test's own loop: keeps what it takes, and misbehaves when told to."""

import asyncio
import email.policy
import socket
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PATIENCE = 20.0
LAST_TURNS = 5
OK = "250 OK"
CLOSE = "CLOSE"
HANG = "HANG"
LATE = "LATE"


@dataclass(frozen=True)
class Mail:
    """One mail that was taken. sender and to are those of the envelope."""

    sender: str
    to: str
    raw: bytes = field(repr=False)

    @property
    def message(self) -> EmailMessage:
        """As a mail program reads it."""
        parsed = BytesParser(policy=email.policy.default).parsebytes(self.raw)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def subject(self) -> str:
        """Decoded."""
        return str(self.message["Subject"])

    @property
    def id(self) -> str:
        """The Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """The body, decoded, lines ended by LF."""
        return str(self.message.get_content()).replace("\r\n", "\n")


Answer = Callable[[str], str]


@dataclass
class Mailbox:
    """The server. on names what it answers at a step ("MAIL", "RCPT", "DATA") to a sender or recipient.

    An answer is a line such as "550 no such user", or CLOSE, or HANG until let_go(). At DATA, CLOSE means that the
    mail is taken and the connection breaks before the reply; LATE, that it is taken and the reply waits for
    let_go(). folder is a Maildir that gets a copy of each mail. sockets makes the socket of another machine.
    """

    folder: Path | None = None
    tls: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    user: str = ""
    password: str = ""
    sockets: Callable[[], socket.socket] = socket.socket
    on: dict[str, Answer] = field(default_factory=dict)
    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    connections: int = 0
    hanging: int = 0
    _read: set[int] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _go: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _open: set[asyncio.Transport] = field(default_factory=set)

    async def start(self) -> None:
        """Listen; again on the same port after stop()."""
        loop = asyncio.get_running_loop()
        bound = self.sockets()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", self.port))
        self._server = await loop.create_server(self._protocol, sock=bound, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections, and break those that there are."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in list(self._open):
            transport.abort()
        self._open.clear()
        self.let_go()
        for _ in range(LAST_TURNS):
            await asyncio.sleep(0)  # each abort ends in the loop's next turns

    def let_go(self) -> None:
        """Whatever hangs goes on."""
        self._go.set()
        self._go = asyncio.Event()

    async def next(self, to: str = "", timeout: float = PATIENCE) -> Mail:
        """The first mail to an address that nobody has asked for yet, as soon as it is there."""
        await self.until(lambda box: box._unread(to) is not None, timeout)
        number = self._unread(to)
        assert number is not None
        self._read.add(number)
        return self.mails[number]

    async def nth(self, number: int) -> Mail:
        """The mail with this number, from 0, however long it takes to come."""
        await self.until(lambda box: len(box.mails) > number, timeout=None)
        return self.mails[number]

    def _unread(self, to: str) -> int | None:
        """The place of the first mail to an address that nobody has asked for yet."""
        found = (number for number, mail in enumerate(self.mails) if to in ("", mail.to))
        return next((number for number in found if number not in self._read), None)

    async def until(self, is_so: Callable[["Mailbox"], bool], timeout: float | None = PATIENCE) -> None:
        """Wait until something is so of this server."""
        async with asyncio.timeout(timeout):
            while not is_so(self):
                await self._changed.wait()

    def tell(self) -> None:
        """Something is different: let those that wait look."""
        self._changed.set()
        self._changed = asyncio.Event()

    # --- what aiosmtpd calls --------------------------------------------------------------------------------------

    def _protocol(self) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a password without TLS, which is what some tests want
            return _Conversation(
                self,
                hostname="mail.example.jp",
                tls_context=self.starttls,
                require_starttls=self.starttls is not None,
                auth_required=bool(self.user),
                auth_require_tls=False,
                authenticator=self._authenticate if self.user else None,
                timeout=300,
            )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """PLAIN and LOGIN with the one password."""
        good = LoginPassword(self.user.encode(), self.password.encode())
        return AuthResult(success=data == good, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The sender."""
        answer = await self._answer("MAIL", address, server)
        if answer == OK:
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        answer = await self._answer("RCPT", address, server)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail."""
        to = envelope.rcpt_tos[0]
        wish = self.on.get("DATA", lambda to: OK)(to)  # type: ignore[no-untyped-call]
        if wish in (OK, CLOSE, LATE):
            assert isinstance(envelope.content, bytes)
            self._take(Mail(envelope.mail_from or "", to, envelope.content))
        return await self._done(wish, server)

    async def _answer(self, step: str, address: str, server: SMTP) -> str:
        return await self._done(self.on.get(step, lambda address: OK)(address), server)  # type: ignore[no-untyped-call]

    async def _done(self, wish: str, server: SMTP) -> str:
        if wish in (HANG, LATE):
            self.hanging += 1
            self.tell()
            await self._go.wait()
            return OK if wish == LATE else "451 it took too long"
        if wish == CLOSE:
            cast(asyncio.Transport, server.transport).abort()
        return OK if wish == CLOSE else wish

    def _take(self, mail: Mail) -> None:
        if self.folder is not None:
            (self.folder / "new" / f"{len(self.mails):06d}").write_bytes(mail.raw)
        self.mails.append(mail)
        self.tell()


class _Conversation(SMTP):
    """aiosmtpd's side of one connection, known to the mailbox."""

    def __init__(self, box: Mailbox, **how: Any) -> None:
        super().__init__(box, **how)
        self._box = box
        self._known: set[asyncio.Transport] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """After STARTTLS there is a second transport on the same socket."""
        transport = cast(asyncio.Transport, transport)  # uvloop's have no common class with asyncio's
        self._box.connections += not self._known
        self._known.add(transport)
        self._box._open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever waits for the end."""
        super().connection_lost(error)
        self._box._open -= self._known
        self._box.tell()


@asynccontextmanager
async def mailbox(**how: Any) -> AsyncIterator[Mailbox]:
    """A mailbox that listens as long as the context lasts."""
    box = Mailbox(**how)
    await box.start()
    try:
        yield box
    finally:
        await box.stop()


def maildir(folder: Path) -> Path:
    """A new Maildir."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    return folder
