# SPDX-License-Identifier: Apache-2.0
"""Short verbs for tests of letters: write, send what is due, look."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from appliance.config.settings import Letters
from appliance.contracts.families import BY_ID
from appliance.contracts.notifier import Delivery, Notifier, Outcome, OutLetter
from appliance.host.guarded import Rule, guarded
from appliance.metrics.registry import Metrics
from appliance.model.things import Letter, MailState
from appliance.model.time import HOUR
from appliance.testing.memory_mail import MemoryMail
from appliance.vault import letters
from appliance.vault.letters import LetterKind
from appliance.vault.letters.outbox import states_of
from appliance.vault.letters.sending import Sender
from appliance.vault.letters.texts import load_texts
from appliance.vault.records.tables import accounts, outbox
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.world import Person, World

CODE = {"code": "1234 5678"}
TO = "user@example.jp"
PATIENCE = 20


@dataclass
class PostOffice:
    """The outbox of a world, and its other side."""

    world: World
    mail: MemoryMail
    user: Person
    sender: Sender = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.sender = self.new_sender()

    def new_sender(self, notifier: Notifier | None = None, **how: Any) -> Sender:
        """As a vault that was just started has it."""
        return Sender(self.world.core, notifier or self.mail, load_texts(), **how)

    def set(self, **how: Any) -> None:
        """Change `[letters]`, and start anew."""
        core = self.world.core
        core.settings = dataclasses.replace(core.settings, letters=Letters(**how))
        self.sender = self.new_sender()

    async def write(self, kind: LetterKind, about: str = "a" * 26, **more: Any) -> bool:
        """Write one letter to the user."""
        fields: Mapping[str, str] = more.pop("fields", {})
        account, now = more.pop("account", self.user.account), self.world.clock.now()
        return await self.world.core.commit(
            lambda txn: letters.write(txn, kind, account, about, fields, now, **more)
        )

    async def write_code(self, about: str = "a" * 26, **more: Any) -> bool:
        """A one-time password, good for an hour."""
        until = self.world.clock.now() + HOUR
        return await self.write(LetterKind.ONE_TIME_CODE, about, **{"fields": CODE, "until": until, **more})

    async def send(self) -> list[OutLetter]:
        """Send what is due; the letters that were taken by that."""
        before = len(self.mail.taken)
        await self.sender.send_due()
        return self.mail.taken[before:]

    async def send_after(self, milliseconds: int) -> list[OutLetter]:
        """Let time pass, then send."""
        self.world.clock.move(milliseconds)
        return await self.send()

    async def rows(self) -> list[Letter]:
        """What is in the outbox."""
        return await self.world.core.read(lambda snapshot: outbox.scan(snapshot, "due"))

    async def states(self, account: str = "") -> list[MailState]:
        """What the desk sees of an account."""
        return await self.world.core.read(lambda snapshot: states_of(snapshot, account or self.user.account))

    async def state(self) -> MailState:
        """The newest of them."""
        return (await self.states())[0]


def impatient(notifier: object, seconds: float = 0.05) -> Any:
    """A notifier under the host's guard, with less time than it has in the service."""
    family = dataclasses.replace(BY_ID["notifier"], timeout=seconds)
    return guarded(notifier, Rule("mail", family, Metrics(process=False).plugin_call("mail", "notifier")))


def numbered(number: int) -> str:
    """An id."""
    return f"{number:026d}"


@asynccontextmanager
async def at_work(sender: Sender) -> AsyncIterator[None]:
    """The sender as the vault runs it."""
    task = asyncio.get_running_loop().create_task(sender.run())
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Hanging:
    """Says when somebody waits, and answers when it is let go."""

    def __init__(self) -> None:
        self.waiting = 0
        self.somebody = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self, letter: OutLetter) -> Delivery:
        self.waiting += 1
        self.somebody.set()
        await self.go.wait()
        return Delivery(Outcome.SENT, "at last")


class Heard:
    """An answer that can be waited for."""

    def __init__(self) -> None:
        self.letters: asyncio.Queue[OutLetter] = asyncio.Queue()

    async def __call__(self, letter: OutLetter) -> Delivery:
        self.letters.put_nowait(letter)
        return Delivery(Outcome.SENT, "taken")


async def written(post: PostOffice, person: Person, mail: str) -> None:
    """Give somebody a mail address."""

    def work(txn: Transaction) -> None:
        account = accounts.get(txn, person.account)
        assert account is not None
        accounts.put(txn, dataclasses.replace(account, mail=mail))

    await post.world.core.commit(work)
