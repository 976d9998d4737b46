# SPDX-License-Identifier: Apache-2.0
"""Somebody with the letter of an office, at the public site."""

from dataclasses import dataclass
from typing import Any

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.things import Lock, Office
from appliance.model.time import date_in_japan
from appliance.model.words import Site
from appliance.vault.records.device_tables import DownloadKey, download_keys
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.world import SOURCE, World

WRONG_KEY = "abcdefgh"


@dataclass
class Holder:
    """What they type, and the token of their ticket."""

    world: World
    office: Office
    key: str
    token: str = ""

    @property
    def month(self) -> str:
        """The month of today in Japan, as it is typed."""
        return f"{date_in_japan(self.world.clock.now()):%Y%m}"

    def typing(self, password: str = "", number: str = "") -> m.OpenCounter:
        """What is sent; the right pair unless something else is typed."""
        return m.OpenCounter(number or self.office.contract_number, password or self.month + self.key)

    async def open(self, source: str = SOURCE) -> "Holder":
        """Come in."""
        opened: m.CounterOpened = await self.world.ask(Site.PUBLIC, self.typing(), source=source)
        self.token = opened.token
        return self

    async def wrong(self, password: str = "", *, number: str = "", source: str = SOURCE) -> Refused:
        """The refusal of a password, which is a wrong one unless it is named."""
        typed = self.typing(password or self.month + WRONG_KEY, number)
        return await refusal(self.world, typed, source)

    async def ask(self, message: object, **how: Any) -> Any:
        """What the ticket's message is answered."""
        return await self.world.ask(Site.PUBLIC, message, token=self.token, **how)

    async def refused(self, why: Why, message: object, **how: Any) -> Refused:
        """The refusal of the ticket's message."""
        return await self.world.refused(why, Site.PUBLIC, message, token=self.token, **how)

    async def fetch(self, message: object, stop: int | None = None) -> tuple[m.Download, bytes]:
        """What is fetched: all of it, or the bytes up to the first piece that ends behind stop."""
        reply = await self.world.answer(Site.PUBLIC, message, token=self.token)
        assert reply.stream is not None
        content = b""
        async for piece in reply.stream:
            content += piece
            if stop is not None and len(content) >= stop:
                break
        return reply.message, content

    async def lock(self) -> Lock:
        """Of the office's download password."""
        return (await self.row()).lock

    async def row(self) -> DownloadKey:
        """The row of the key."""
        found = await self.world.core.read(lambda snapshot: download_keys.get(snapshot, self.office.id))
        assert found is not None
        return found


async def refusal(world: World, message: object, source: str = SOURCE) -> Refused:
    """Why a message at the public site is refused."""
    try:
        await world.ask(Site.PUBLIC, message, source=source)
    except Refused as refused:
        return refused
    raise AssertionError("it was not refused")


async def holder_of(world: World, **changes: Any) -> Holder:
    """Whoever got the letter of a new office."""
    office, letter = await new_office(world, **changes)
    return Holder(world, office, letter.download_key)
