# SPDX-License-Identifier: Apache-2.0
"""What every notifier must do: inherit NotifierSuite in a test file and say how a channel is made.

class TestMine(NotifierSuite):
    @asynccontextmanager
    async def opened(self):
        yield MyChannel(...)
"""

import asyncio
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace

import pytest

from appliance.contracts.notifier import MAX_RETURNS, Delivery, Notifier, Outcome, OutLetter, Returned
from appliance.model.ids import id_from, is_id
from appliance.model.time import HOUR

START = 1_780_966_800_000  # Tuesday 2026-06-09 10:00 in Japan
LETTER = OutLetter(
    id="b" * 26,
    to="yamada@example.jp",
    subject="【電子連携サービス】ワンタイムパスワードのお知らせ",
    text="ワンタイムパスワード: 1234 5678\n\n髙﨑①㈱ 山田　太郎 様\n.\n..点で始まる行\n" + "あ" * 35 + "\n",
    not_after=START + HOUR,
)
ODD_ADDRESSES = (
    "",
    "@",
    "a",
    "a@b\nBcc: x@example.jp",
    "a@b\r\nRCPT TO:<x@example.jp>",
    "a b@example.jp",
    "<a@example.jp>",
    "a@example.jp,b@example.jp",
    "a@example.jp> SIZE=1",
    "\0@example.jp",
    "ａ" * 500 + "@example.jp",
    "山田@example.jp",
    "\ud800@example.jp",
)


class Channel(ABC):
    """A notifier and its other side, in the test's hand."""

    notifier: Notifier

    @abstractmethod
    async def taken(self) -> list[OutLetter]:
        """What the other side has taken, in its order. not_after is not looked at."""

    @abstractmethod
    async def refuse(self, to: str, *, final: bool) -> None:
        """The other side takes nothing more for this address: for now, or for ever."""

    @abstractmethod
    async def hang(self, to: str) -> None:
        """The other side stops answering as soon as it hears this address."""

    @abstractmethod
    async def leave(self) -> None:
        """The other side is away."""

    @abstractmethod
    async def come_back(self) -> None:
        """The other side is there again."""


class NotifierSuite(ABC):
    """A notifier of one channel."""

    @abstractmethod
    def opened(self) -> AbstractAsyncContextManager[Channel]:
        """A channel on which nothing was sent yet, as long as the context lasts."""

    async def test_a_letter_arrives_as_it_was_written(self) -> None:
        """Address, subject, text, and the id by which two are seen to be one."""
        async with self.opened() as channel:
            delivery = await channel.notifier.send(LETTER)
            assert delivery.outcome is Outcome.SENT, delivery
            assert await _seen(channel) == [LETTER]

    async def test_a_repeat_has_the_same_id(self) -> None:
        """After a crash, nobody knows whether the letter had left."""
        async with self.opened() as channel:
            for _ in range(2):
                await channel.notifier.send(LETTER)
            assert [letter.id for letter in await channel.taken()] == [LETTER.id] * 2

    async def test_many_at_once_do_not_mix(self) -> None:
        """The outbox sends some at a time."""
        letters = [_numbered(number) for number in range(30)]
        async with self.opened() as channel:
            outcomes = await asyncio.gather(*map(channel.notifier.send, letters))
            assert {delivery.outcome for delivery in outcomes} == {Outcome.SENT}
            assert sorted(await _seen(channel), key=_id) == sorted(letters, key=_id)

    @pytest.mark.parametrize(("final", "outcome"), [(True, Outcome.NEVER), (False, Outcome.LATER)])
    async def test_a_refused_recipient_is_told_from_others(self, final: bool, outcome: Outcome) -> None:
        """What was said is one short line for the desk; the next letter is not harmed."""
        async with self.opened() as channel:
            await channel.refuse(LETTER.to, final=final)
            delivery = await channel.notifier.send(LETTER)
            assert delivery.outcome is outcome
            assert delivery.said and "\n" not in delivery.said and len(delivery.said) < 1_000
            assert (await channel.notifier.send(_numbered(1))).outcome is Outcome.SENT
            assert await _seen(channel) == [_numbered(1)]

    @pytest.mark.parametrize("to", ODD_ADDRESSES, ids=ascii)
    async def test_an_odd_address_is_never_or_one_address(self, to: str) -> None:
        """No address becomes a header, a command or a second recipient."""
        async with self.opened() as channel:
            delivery = await channel.notifier.send(replace(LETTER, to=to))
            assert delivery.outcome in (Outcome.NEVER, Outcome.SENT)
            assert {letter.to for letter in await channel.taken()} <= {to}
            assert (await channel.notifier.send(LETTER)).outcome is Outcome.SENT

    @pytest.mark.parametrize("subject", ["a\nBcc: x@example.jp", "a\r\n\r\nbody", "\0"], ids=ascii)
    async def test_a_subject_stays_a_subject(self, subject: str) -> None:
        """It is one line, or the letter is never sent."""
        async with self.opened() as channel:
            await channel.notifier.send(replace(LETTER, subject=subject))
            assert all(letter.to == LETTER.to and letter.text == LETTER.text for letter in await channel.taken())

    async def test_a_side_that_is_away_is_away_until_it_comes_back(self) -> None:
        """It is about no letter in particular, and nobody has to start anything anew."""
        async with self.opened() as channel:
            await channel.notifier.send(LETTER)
            await channel.leave()
            for _ in range(2):
                delivery = await channel.notifier.send(_numbered(1))
                assert delivery.outcome is Outcome.AWAY and delivery.said
            await channel.come_back()
            assert (await channel.notifier.send(_numbered(2))).outcome is Outcome.SENT

    async def test_whoever_gives_up_waiting_harms_nobody(self) -> None:
        """The host cancels what takes too long."""
        async with self.opened() as channel:
            await channel.hang(LETTER.to)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await channel.notifier.send(LETTER)
            assert (await channel.notifier.send(_numbered(1))).outcome is Outcome.SENT

    async def test_nothing_has_come_back_where_nothing_was_sent(self) -> None:
        """And what comes back is a list of at most MAX_RETURNS with ids of ours."""
        async with self.opened() as channel:
            returned = await channel.notifier.returns()
            assert isinstance(returned, list) and len(returned) <= MAX_RETURNS
            assert all(isinstance(one, Returned) and is_id(one.id) for one in returned)

    async def test_an_answer_is_a_delivery(self) -> None:
        """Frozen, with an outcome and a text."""
        async with self.opened() as channel:
            delivery = await channel.notifier.send(LETTER)
            assert isinstance(delivery, Delivery) and isinstance(delivery.said, str)


def _numbered(number: int) -> OutLetter:
    id = id_from(number.to_bytes(16, "big"))
    return replace(LETTER, id=id, to=f"user{number}@example.jp", text=f"{number} 番\n")


def _id(letter: OutLetter) -> str:
    return letter.id


async def _seen(channel: Channel) -> list[OutLetter]:
    return [replace(letter, not_after=LETTER.not_after) for letter in await channel.taken()]
