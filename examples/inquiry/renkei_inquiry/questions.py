# SPDX-License-Identifier: Apache-2.0
"""What is kept of a question, and under which keys."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass

from appliance.contracts.plugin import Records
from appliance.model.time import Instant

PAGE = 50


@dataclass(frozen=True)
class Question:
    """id begins with the instant of asking, so that ids order as time does. about names a filing or notice."""

    id: str
    office: str
    office_name: str
    asked_at: Instant
    asked_by: str
    subject: str
    text: str
    about: str = ""
    answer: str = ""
    answered_at: Instant = 0
    answered_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return not self.answered_at


class Questions:
    """The questions in the plugin's own records.

    Keys are not sealed, so they hold nothing but random ids and instants: `q/` the question, `o/<office>/` those of
    an office, `w/` those that wait for an answer, `n/<office>/` those whose answer the office has not confirmed.
    """

    def __init__(self, records: Records) -> None:
        """records are services.records: inside of an action its changes are one transaction with the act."""
        self._records = records

    async def get(self, id: str) -> Question | None:
        """The question, None if there is none."""
        kept = await self._records.get(f"q/{id}") if len(id) <= 64 else None
        return Question(**json.loads(kept)) if kept else None

    async def add(self, question: Question) -> None:
        """A new question waits."""
        await self._put(question)
        await self._records.put(f"o/{question.office}/{question.id}", b"")
        await self._records.put(f"w/{question.id}", b"")

    async def answered(self, question: Question) -> None:
        """It waits no more; its office has something new."""
        await self._put(question)
        await self._records.delete(f"w/{question.id}")
        await self._records.put(f"n/{question.office}/{question.id}", b"")

    async def confirmed(self, question: Question) -> None:
        """The office has seen the answer."""
        await self._records.delete(f"n/{question.office}/{question.id}")

    async def is_new(self, question: Question) -> bool:
        """Whether the office has not confirmed the answer."""
        return await self._records.get(f"n/{question.office}/{question.id}") is not None

    async def remove(self, question: Question) -> None:
        """Forget it."""
        for key in ("q", f"o/{question.office}", "w", f"n/{question.office}"):
            await self._records.delete(f"{key}/{question.id}")

    async def count(self, prefix: str, most: int = 100) -> int:
        """How many keys begin with prefix, no more than most."""
        return len(await self._records.scan(limit=most, prefix=prefix))

    async def page(self, prefix: str, after: str, *, newest: bool = False) -> tuple[list[Question], str]:
        """At most PAGE questions below prefix from the one after `after`, and where the next page begins, or ""."""
        start = f"{prefix}{after}" if after and len(after) <= 64 else ""
        pairs = await self._records.scan(start, PAGE + 1, prefix=prefix, newest=newest)
        ids = [key.removeprefix(prefix) for key, _ in pairs]
        found = [await self.get(id) for id in ids[:PAGE]]
        return [one for one in found if one], ids[PAGE - 1] if len(ids) > PAGE else ""

    async def before(self, instant: Instant) -> AsyncIterator[Question]:
        """The questions that were asked before an instant, some at a time."""
        for key, kept in await self._records.scan(limit=500, prefix="q/"):
            if key >= f"q/{instant:013d}":
                return
            yield Question(**json.loads(kept))

    async def _put(self, question: Question) -> None:
        await self._records.put(f"q/{question.id}", json.dumps(asdict(question)).encode())
