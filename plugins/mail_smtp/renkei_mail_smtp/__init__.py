# SPDX-License-Identifier: Apache-2.0
"""Mail through the fund's own mail server, over SMTP; bounces from a Maildir (R180 to R184)."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from appliance.contracts.notifier import Notifier
from appliance.contracts.plugin import Plugin, PluginError, hookimpl
from renkei_mail_smtp.bounces import Bounces
from renkei_mail_smtp.connections import Away, Connections, Security, Server, is_loopback
from renkei_mail_smtp.message import Sender
from renkei_mail_smtp.notifier import Smtp

__all__ = ["MailSmtp", "Security", "Settings"]

# Below the 30 seconds that the host gives one letter, so that the server's name stands in what is said.
LONGEST_TIMEOUT = 25.0
CHECK_SECONDS = 5.0


@dataclass(frozen=True)
class Settings:
    """host and sender have no default. security "none" is only for a server on this machine.

    user "" is a server that wants no password; else it is the credential named by password. authority is a PEM file
    of who signs the server's certificate, "" for those that the system trusts. returns is a Maildir into which the
    mail server puts what comes back to sender; "" where there is none.
    """

    host: str
    sender: str
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = "smtp-password"  # noqa: S105 - the name of a credential
    sender_name: str = ""
    reply_to: str = ""
    authority: str = ""
    timeout_seconds: float = 20.0
    returns: str = ""

    def __post_init__(self) -> None:
        """Refuse what can never carry a letter, and passwords in the clear across a network."""
        if not self.host or not self.host.isascii() or any(sign.isspace() for sign in self.host):
            raise ValueError("`host` is the name of the mail server, or its address")
        if not 1 <= self.port <= 65535:
            raise ValueError("`port` is from 1 to 65535")
        if self.security is Security.NONE and not is_loopback(self.host):
            raise ValueError('`security` can be "none" only for a mail server on this machine; write "starttls"')
        if not 0.1 <= self.timeout_seconds <= LONGEST_TIMEOUT:
            raise ValueError(f"`timeout_seconds` is from 0.1 to {LONGEST_TIMEOUT:g}")
        Sender(self.sender, self.sender_name, self.reply_to)


class MailSmtp(Plugin):
    """Keeps some connections open while there is mail. A server that is down stops no start: letters wait."""

    Settings = Settings

    @hookimpl
    def register_notifier(self) -> list[Notifier]:
        """One channel."""
        settings, services = self.settings, self.services
        self._connections = Connections(services.clock)
        bounces = Bounces(Path(settings.returns), services.in_thread) if settings.returns else None
        sender = Sender(settings.sender, settings.sender_name, settings.reply_to)
        return [Smtp(self._connections, sender, bounces, services)]

    async def start(self) -> None:
        """Read password and authority. Raises PluginError."""
        settings = self.settings
        password = ""
        if settings.user and not (password := self._password()):
            raise PluginError(f"the credential {settings.password} is empty; put the password of `user` into it")
        context = None if settings.security is Security.NONE else _context(settings.authority)
        if settings.returns:
            Bounces(Path(settings.returns), self.services.in_thread).need()
        server = Server(
            host=settings.host,
            port=settings.port,
            security=settings.security,
            context=context,
            user=settings.user,
            password=password,
            name=settings.sender.rpartition("@")[2],
            timeout=settings.timeout_seconds,
        )
        self._connections.serve(server)

    def _password(self) -> str:
        try:
            return self.services.credential(self.settings.password).decode().strip("\r\n")
        except UnicodeDecodeError as error:
            raise PluginError(f"the credential {self.settings.password} is not UTF-8") from error

    async def check(self) -> None:
        """Knock at the server. What it says now is only logged: it may be down while the service must start."""
        try:
            await self._connections.knock(CHECK_SECONDS)
        except Away as error:
            self.services.log.error("%s; letters wait until it is there", error)

    async def examine(self) -> None:
        """Try whether the server is there and lets us in."""
        try:
            await self._connections.prove(CHECK_SECONDS)
        except Away as error:
            raise PluginError(str(error)) from error

    async def stop(self) -> None:
        """Say goodbye to the server."""
        await self._connections.close()


def _context(authority: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority or None)
    except (OSError, ssl.SSLError) as error:
        raise PluginError(f"`authority`: {authority} is no PEM file of a certificate ({error})") from error
