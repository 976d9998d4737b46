# SPDX-License-Identifier: Apache-2.0
"""A notifier in memory that a test can make refuse, fail and hang."""

from collections.abc import Awaitable, Callable

from appliance.contracts.notifier import MAX_RETURNS, Delivery, Outcome, OutLetter, Returned

Answer = Callable[[OutLetter], Awaitable[Delivery]]


class MemoryMail:
    """The fake of contracts.notifier.Notifier.

    taken are the letters that were sent. answers decide for an address what happens instead; away, if it is set, is
    why none is taken. returned is what comes back with the next call.
    """

    def __init__(self) -> None:
        """Takes everything."""
        self.taken: list[OutLetter] = []
        self.tried: list[OutLetter] = []
        self.answers: dict[str, Answer] = {}
        self.away = ""
        self.returned: list[Returned] = []

    def refuse(self, to: str, outcome: Outcome, said: str) -> None:
        """Answer so to letters for an address."""

        async def answer(letter: OutLetter) -> Delivery:
            return Delivery(outcome, said)

        self.answers[to] = answer

    async def send(self, letter: OutLetter) -> Delivery:
        """Take the letter, or what the test wants."""
        self.tried.append(letter)
        if self.away:
            return Delivery(Outcome.AWAY, self.away)
        if "\n" in letter.to + letter.subject or "@" not in letter.to:
            return Delivery(Outcome.NEVER, "this can be no letter")
        if letter.to in self.answers:
            return await self.answers[letter.to](letter)
        self.taken.append(letter)
        return Delivery(Outcome.SENT, "taken")

    async def returns(self) -> list[Returned]:
        """What came back; forgotten with the next call, as real ones may."""
        handed, self.returned = self.returned[:MAX_RETURNS], self.returned[MAX_RETURNS:]
        return handed
