# SPDX-License-Identifier: Apache-2.0
"""From the outbox to the notifier, at least once each; a repeat after a crash has the same id.

1. Urgent letters and all others have a lane each: a thousand notices never hold up a one-time password.
2. Each letter is tried by itself. One that cannot be rendered, or that hangs, blocks no other.
3. What became of letters is written in one commit for all that wait for it. A letter that was sent and could not be
   written down stays in hand, so that it is not sent again while the store is broken.
4. When the way is closed, no letter is tried for a while, and none loses a try.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from appliance.contracts.notifier import Delivery, Notifier, Outcome
from appliance.host.refused import ProviderFailed
from appliance.model.ids import MAIL
from appliance.model.journal import Kind
from appliance.model.things import Account, Letter, Office
from appliance.model.time import SECOND
from appliance.model.words import MailOutcome, Role
from appliance.vault.core import Core
from appliance.vault.letters.kinds import TO_STRANGERS, LetterKind
from appliance.vault.letters.outbox import OVERDUE
from appliance.vault.letters.pace import Rate, Way, next_try
from appliance.vault.letters.rendering import rendered
from appliance.vault.letters.settling import Tried, entry_about, quoted, settle_all
from appliance.vault.letters.texts import Text
from appliance.vault.letters.writing import letter_id
from appliance.vault.records.tables import offices, outbox, somebody
from appliance.vault.records.transaction import Snapshot

POLL_SECONDS = 5.0
PAGE = 200
MOST_IN_HAND = 250
NO_ADDRESS = "there is no mail address to send it to"
Sleep = Callable[[float], Awaitable[object]]
_log = logging.getLogger("renkei.vault.letters")


class Sender:
    """Sends what is due, as long as run() runs; restarted, it goes on with what it has in hand."""

    def __init__(
        self, core: Core, notifier: Notifier, texts: Mapping[LetterKind, Text], sleep: Sleep = asyncio.sleep
    ) -> None:
        """sleep waits so many seconds for the rate; a test hands in one of its own."""
        self._core = core
        self._notifier = notifier
        self._texts = texts
        self._sleep = sleep
        self._rate = Rate(core.settings.letters.per_minute, core.clock)
        self._way = Way(core.clock, core.post)
        self._tried: list[Tried] = []
        self._settling = asyncio.Lock()
        self._empty_hands()

    def _empty_hands(self) -> None:
        """Nothing is on its way."""
        at_once = self._core.settings.letters.at_once
        self._lanes = {urgent: asyncio.Semaphore(at_once) for urgent in (True, False)}
        self._room = asyncio.Semaphore(MOST_IN_HAND)
        self._in_hand: set[tuple[str, str, str]] = set()

    async def run(self) -> None:
        """Send what is due, whenever the bell rings and every few seconds, until cancelled. Raises Refused."""
        await self._begin()
        async with asyncio.TaskGroup() as group:
            for urgent in self._lanes:
                group.create_task(self._keep_on(urgent))

    async def send_due(self) -> None:
        """Send what is due now; returns when all of it is written down. Raises Refused in an ExceptionGroup."""
        await self._begin()
        async with asyncio.TaskGroup() as group:
            for urgent in self._lanes:
                await self._start_due(urgent, group)

    async def _begin(self) -> None:
        """Write down what an earlier run has sent and could not settle; whatever it had on the way has ended."""
        while self._tried:
            await self._settle()
        self._empty_hands()

    async def _keep_on(self, urgent: bool) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                heard = self._core.post.rings
                await self._start_due(urgent, group)
                await self._core.post.listen(heard, POLL_SECONDS)

    async def _start_due(self, urgent: bool, group: asyncio.TaskGroup) -> None:
        """Begin with every letter of a lane that is due, the longest waiting first, as places become free."""
        until = (int(urgent), self._core.clock.now() + 1)
        last: Letter | None = None
        while self._way.is_open and (page := await self._page(urgent, until, last)):
            for letter in page:
                await self._start(letter, group)
            last = page[-1]

    async def _page(self, urgent: bool, until: tuple[int, int], last: Letter | None) -> list[Letter]:
        return await self._core.read(
            lambda snapshot: outbox.scan(snapshot, "due", (int(urgent),), behind=last, until=until, limit=PAGE)
        )

    async def _start(self, letter: Letter, group: asyncio.TaskGroup) -> None:
        """Begin with one letter, unless it is in hand already or the way has closed meanwhile."""
        if _key(letter) in self._in_hand:
            return
        lane = self._lanes[letter.urgent]
        await self._room.acquire()
        await lane.acquire()
        if self._way.is_open:
            await self._wait_for_place(letter)
        if not self._way.is_open:
            lane.release()
            self._room.release()
            return
        self._in_hand.add(_key(letter))
        group.create_task(self._carry(letter, lane))

    async def _wait_for_place(self, letter: Letter) -> None:
        """An urgent letter takes a place of the rate and does not wait for it."""
        wait = self._rate.place()
        if wait and not letter.urgent:
            await self._sleep(wait)

    async def _carry(self, letter: Letter, lane: asyncio.Semaphore) -> None:
        """Try one letter and write down what became of it."""
        try:
            tried = await self._try(letter)
        except BaseException:
            self._let_go(letter)
            raise
        finally:
            lane.release()
        if tried is None:
            self._let_go(letter)
            return
        self._tried.append(tried)
        await self._settle()

    def _let_go(self, letter: Letter) -> None:
        self._in_hand.discard(_key(letter))
        self._room.release()

    async def _settle(self) -> None:
        """Write down what was tried: who comes first does it for all who come meanwhile. Raises Refused."""
        async with self._settling:
            if not (batch := self._tried[:PAGE]):
                return
            await self._core.commit(lambda txn: settle_all(txn, batch), vital=True)
            del self._tried[: len(batch)]
        for tried in batch:
            self._count(tried)
            self._let_go(tried.letter)

    def _count(self, tried: Tried) -> None:
        post, letter = self._core.post, tried.letter
        post.counted[tried.outcome] += 1
        if tried.outcome is MailOutcome.SENT:
            post.observe(letter.urgent, max(tried.at - letter.written_at, 0) / SECOND)

    # --- one letter -----------------------------------------------------------------------------------------------

    async def _try(self, letter: Letter) -> Tried | None:
        """Render and send; None where the row is gone."""
        found = await self._core.read(lambda snapshot: _addressee(snapshot, letter))
        if found is None:
            return None
        account, office = found
        id = letter_id(self._core.keyring.sealer, letter)
        office_id = account.office if account else ""
        if self._core.clock.now() > letter.not_after:
            return self._failed(letter, id, office_id, OVERDUE)
        if account is None or MAIL.fullmatch(letter.to or account.mail) is None:
            return self._failed(letter, id, office_id, NO_ADDRESS)
        try:
            text = self._texts[LetterKind(letter.kind)]
            out = rendered(text, letter, account, office, self._core.settings.fund, id)
        except (KeyError, ValueError) as error:
            _log.exception("a letter %s cannot be rendered", letter.kind)
            return self._failed(letter, id, office_id, f"it cannot be rendered: {type(error).__name__}")
        return self._judged(letter, id, office_id, await self._sent(out))

    async def _sent(self, out: object) -> Delivery:
        """What the notifier said; whatever it does wrong means later."""
        try:
            delivery = await self._notifier.send(out)  # type: ignore[arg-type]
        except ProviderFailed as error:
            return Delivery(Outcome.LATER, str(error))
        if not isinstance(delivery.outcome, Outcome) or not isinstance(delivery.said, str):
            return Delivery(Outcome.LATER, "the notifier answered nonsense")
        if delivery.outcome is not Outcome.AWAY:
            self._way.found_open()
        return Delivery(delivery.outcome, quoted(delivery.said))

    def _judged(self, letter: Letter, id: str, office: str, delivery: Delivery) -> Tried:
        now = self._core.clock.now()
        if delivery.outcome is Outcome.AWAY:
            self._way.found_closed()
            return Tried(letter, id, now, MailOutcome.LATER, delivery.said, kept=letter)
        if delivery.outcome is Outcome.LATER:
            return self._later(letter, id, office, delivery.said)
        if delivery.outcome is Outcome.NEVER:
            return self._failed(letter, id, office, delivery.said)
        return Tried(letter, id, now, MailOutcome.SENT, delivery.said)

    def _later(self, letter: Letter, id: str, office: str, said: str) -> Tried:
        now = self._core.clock.now()
        again = next_try(letter, now, self._core.random.bytes(1))
        if again > letter.not_after:
            return self._failed(letter, id, office, said)
        kept = replace(letter, next_at=again, tries=letter.tries + 1)
        return Tried(letter, id, now, MailOutcome.LATER, said, kept=kept)

    def _failed(self, letter: Letter, id: str, office: str, said: str) -> Tried:
        reason = f"{letter.kind}, after {letter.tries} tries"
        entry = entry_about(self._core, Kind.MAIL_FAILED, letter.account, office, reason, said)
        return Tried(letter, id, self._core.clock.now(), MailOutcome.FAILED, said, entry=entry)


def _key(letter: Letter) -> tuple[str, str, str]:
    return letter.kind, letter.about, letter.account


def _addressee(snapshot: Snapshot, letter: Letter) -> tuple[Account | None, Office | None] | None:
    """The account and its office as they are now; None if the letter is gone. Who was removed gets none."""
    if outbox.get(snapshot, *_key(letter)) != letter:
        return None
    account = somebody(snapshot, letter.account) or _stranger(letter)
    id = letter.office or (account.office if account else "")
    return account, offices.get(snapshot, id) if id else None


def _stranger(letter: Letter) -> Account | None:
    """Whoever has no account and is told all the same: the letter itself says who and where that is."""
    if letter.kind not in TO_STRANGERS:
        return None
    name = letter.fields.get("sender", "")
    return Account(letter.account, "", "", name, letter.to, Role.OFFICE_ADMIN, frozenset(), letter.written_at)
