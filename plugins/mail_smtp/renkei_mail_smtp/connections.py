# SPDX-License-Identifier: Apache-2.0
"""Connections to the mail server: opened when needed, used for many mails, opened again when they have died."""

import asyncio
import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from appliance.contracts.plugin import Clock

IDLE_SECONDS = 30.0
GOODBYE_SECONDS = 2.0
_CLOSING = 421
# Said to a recipient, and meant for whoever sends: bad sequence, authentication required, authentication failed.
_ABOUT_US = (503, 530, 535)


class Security(StrEnum):
    """How the connection is protected: TLS from the first byte, TLS after a word in the clear, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Away(Exception):
    """The server takes no mail from us now; the text says why."""


class Refused(Exception):
    """The server does not take this mail. final is whether it never will."""

    def __init__(self, said: str, *, final: bool) -> None:
        """said is what the server said."""
        super().__init__(said)
        self.final = final


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how. name is what we call ourselves; context is None without TLS; timeout is for one reply."""

    host: str
    port: int
    security: Security
    context: ssl.SSLContext | None
    user: str
    password: str = field(repr=False)
    name: str
    timeout: float

    def client(self, timeout: float) -> SMTP:
        """A connection that is not open yet."""
        return SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user or None,
            password=self.password or None,
            local_hostname=self.name,
            timeout=timeout,
            use_tls=self.security is Security.TLS,
            start_tls=self.security is Security.STARTTLS,
            tls_context=self.context,
        )

    def __str__(self) -> str:
        """For messages."""
        return f"mail server {self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in ("localhost", "localhost.")


class Connections:
    """As many as there are mails at once; those that are idle are used again for half a minute."""

    _server: Server

    def __init__(self, clock: Clock) -> None:
        """serve() says where to."""
        self._clock = clock
        self._idle: list[tuple[float, SMTP]] = []

    def serve(self, server: Server) -> None:
        """Nothing is opened yet."""
        self._server = server

    async def hand_over(self, sender: str, to: str, message: bytes) -> str:
        """What the server said when it took the mail. Raises Away, Refused.

        A connection that was idle may have died meanwhile: then it is tried once more, over a new one.
        """
        while (client := self._reused()) is not None:
            try:
                return await self._converse(client, sender, to, message)
            except _Stale:
                continue
        try:
            return await self._converse(await self._opened(), sender, to, message)
        except _Stale as error:
            raise Away(f"{self._server}: {error}") from error

    async def knock(self, seconds: float) -> None:
        """Open one connection, with everything that belongs to it, and keep it. Raises Away."""
        self._keep(await self._opened(min(seconds, self._server.timeout)))

    async def prove(self, seconds: float) -> None:
        """Open one connection, with everything that belongs to it, and end it. Raises Away."""
        client = await self._opened(min(seconds, self._server.timeout))
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await _goodbye(client)
        except TimeoutError:
            pass  # it let us in, and was too slow to say goodbye: _goodbye has closed it

    async def close(self) -> None:
        """End all that are idle; a server that does not answer holds up nobody for long."""
        clients = [client for _, client in self._idle]
        self._idle.clear()
        try:
            async with asyncio.timeout(GOODBYE_SECONDS), asyncio.TaskGroup() as group:
                for client in clients:
                    group.create_task(_goodbye(client))
        except TimeoutError:
            pass  # those that were too slow are closed by their own goodbye

    def _reused(self) -> SMTP | None:
        """A connection that was idle not for long; those that were are closed."""
        while self._idle:
            since, client = self._idle.pop()
            if client.is_connected and self._clock.monotonic() - since < IDLE_SECONDS:
                return client
            client.close()
        return None

    def _keep(self, client: SMTP) -> None:
        self._idle.append((self._clock.monotonic(), client))

    async def _opened(self, timeout: float | None = None) -> SMTP:
        """A new connection, protected and authenticated. Raises Away."""
        client = self._server.client(timeout or self._server.timeout)
        try:
            async with asyncio.timeout(timeout or self._server.timeout):
                await client.connect()
        except SMTPAuthenticationError as error:
            client.close()
            raise Away(f"{self._server} refuses user and password: {_said(error)}") from error
        except ssl.SSLError as error:
            client.close()
            raise Away(f"{self._server} is not who it should be: {error.reason or error}") from error
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            client.close()
            raise Away(f"{self._server} does not answer as a mail server: {_said(error)}") from error
        except BaseException:
            client.close()
            raise
        return client

    async def _converse(self, client: SMTP, sender: str, to: str, message: bytes) -> str:
        """One mail. Raises _Stale if the server had gone before it knew of this mail; Away, Refused."""
        try:
            said = await self._steps(client, sender, to, message)
        except Refused:
            await self._reset(client)
            raise
        except BaseException:
            client.close()
            raise
        self._keep(client)
        return said

    async def _steps(self, client: SMTP, sender: str, to: str, message: bytes) -> str:
        try:
            await client.mail(sender)
        except SMTPServerDisconnected as error:
            raise _Stale(_said(error)) from error
        except SMTPTimeoutError as error:
            raise Away(f"{self._server} does not answer: {_said(error)}") from error
        except SMTPResponseException as error:
            if error.code == _CLOSING:
                raise _Stale(_said(error)) from error
            raise Away(f"{self._server} refuses the sender {sender}: {_said(error)}") from error
        try:
            await client.rcpt(to)
            return str((await client.data(message)).message)
        except SMTPResponseException as error:
            if error.code in _ABOUT_US:
                raise Away(f"{self._server}: {_unnamed(_said(error), to)}") from error
            raise Refused(_said(error), final=error.code >= 500) from error
        except (SMTPException, OSError) as error:
            raise Refused(f"{self._server} went away amid the mail: {_said(error)}", final=False) from error

    async def _reset(self, client: SMTP) -> None:
        """Make the connection ready for the next mail, or close it."""
        try:
            await client.rset()
        except (SMTPException, OSError):
            client.close()
        except BaseException:
            client.close()
            raise
        else:
            self._keep(client)


async def _goodbye(client: SMTP) -> None:
    """QUIT, and whatever it is answered, the end."""
    try:
        await client.quit()
    except (SMTPException, OSError):
        pass  # it is over, with or without an answer
    finally:
        client.close()


class _Stale(Exception):
    """The connection had died, or the server has had enough of it."""


def _unnamed(said: str, to: str) -> str:
    """What the server said, without whom the mail is for: it is written into the log."""
    return re.sub(re.escape(to), "the recipient", said, flags=re.IGNORECASE)


def _said(error: BaseException) -> str:
    """What the server said, or what happened, in one line."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {' '.join(str(error.message).split())}"
    return " ".join(str(error).split()) or type(error).__name__
