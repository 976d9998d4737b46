# SPDX-License-Identifier: Apache-2.0
"""The contract of notifiers, kept by two implementations; and the suite notices who does not."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from renkei_mail_smtp import MailSmtp, Security, Settings

from appliance.contracts.notifier import Delivery, Notifier, Outcome, OutLetter
from appliance.testing.memory_mail import MemoryMail
from appliance.testing.notifier_suite import Channel, NotifierSuite
from appliance.testing.services import fake_services
from tests.servers.mailbox import HANG, OK, Mailbox, mailbox


class SmtpChannel(Channel):
    """mail_smtp before a real mail server."""

    def __init__(self, notifier: Notifier, box: Mailbox) -> None:
        self.notifier = notifier
        self._box = box
        self._answers: dict[str, str] = {}
        box.on["RCPT"] = lambda to: self._answers.get(to, OK)

    async def taken(self) -> list[OutLetter]:
        return [
            OutLetter(mail.id[1:].partition("@")[0], mail.to, mail.subject, mail.text, 0)
            for mail in self._box.mails
        ]

    async def refuse(self, to: str, *, final: bool) -> None:
        self._answers[to] = "550 5.1.1 no such user" if final else "450 4.2.1 come again"

    async def hang(self, to: str) -> None:
        self._answers[to] = HANG

    async def leave(self) -> None:
        await self._box.stop()

    async def come_back(self) -> None:
        await self._box.start()


class TestSmtp(NotifierSuite):
    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Channel]:
        async with mailbox() as box:
            settings = Settings("127.0.0.1", "renkei@fund.example.jp", port=box.port, security=Security.NONE)
            plugin = MailSmtp(settings, fake_services())
            (notifier,) = plugin.register_notifier()
            await plugin.start()
            try:
                yield SmtpChannel(notifier, box)
            finally:
                await plugin.stop()


class MemoryChannel(Channel):
    """The fake."""

    def __init__(self, notifier: Any) -> None:
        self.notifier = notifier

    @property
    def _mail(self) -> MemoryMail:
        assert isinstance(self.notifier, MemoryMail)
        return self.notifier

    async def taken(self) -> list[OutLetter]:
        return self._mail.taken

    async def refuse(self, to: str, *, final: bool) -> None:
        self._mail.refuse(to, Outcome.NEVER if final else Outcome.LATER, "no")

    async def hang(self, to: str) -> None:
        async def forever(letter: OutLetter) -> Delivery:
            await asyncio.Event().wait()
            raise AssertionError

        self._mail.answers[to] = forever

    async def leave(self) -> None:
        self._mail.away = "nobody is there"

    async def come_back(self) -> None:
        self._mail.away = ""


class TestMemory(NotifierSuite):
    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Channel]:
        yield MemoryChannel(MemoryMail())


# --- the suite notices -------------------------------------------------------------------------------------------


class Lies(MemoryMail):
    """Says that it has sent what it has not."""

    async def send(self, letter: OutLetter) -> Delivery:
        return Delivery(Outcome.SENT, "taken")


class GivesUp(MemoryMail):
    """Takes a server that is away for a letter that can never be sent."""

    async def send(self, letter: OutLetter) -> Delivery:
        delivery = await super().send(letter)
        return Delivery(Outcome.NEVER, "no") if delivery.outcome is Outcome.AWAY else delivery


class Renumbers(MemoryMail):
    """A new id at each try."""

    async def send(self, letter: OutLetter) -> Delivery:
        changed = OutLetter(f"{len(self.taken)}"[0] * 26, letter.to, letter.subject, letter.text, 0)
        return await super().send(changed)


class Believes(MemoryMail):
    """Splits an address at its comma."""

    async def send(self, letter: OutLetter) -> Delivery:
        for to in letter.to.split(","):
            delivery = await super().send(OutLetter(letter.id, to, letter.subject, letter.text, 0))
        return delivery


@pytest.mark.parametrize("kind", [Lies, GivesUp, Renumbers, Believes])
async def test_the_suite_notices(kind: type[MemoryMail]) -> None:
    class Suite(NotifierSuite):
        @asynccontextmanager
        async def opened(self) -> AsyncIterator[Channel]:
            yield MemoryChannel(kind())

    failed = [name for name, test in inspect.getmembers(Suite()) if await _fails(name, test)]
    assert failed


async def _fails(name: str, test: Any) -> bool:
    if not name.startswith("test_"):
        return False
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    cases = marks[0].args[1] if marks else [()]
    for case in cases:
        try:
            await test(*(case if isinstance(case, tuple) else (case,)))
        except AssertionError:
            return True
    return False
