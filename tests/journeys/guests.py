# SPDX-License-Identifier: Apache-2.0
"""Somebody with a site's socket in hand, as the site itself, or whoever has taken it over."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, get_origin, get_type_hints

from appliance.link.client import LinkClient
from appliance.link.messages import (
    MESSAGES,
    Arrive,
    ArriveStaff,
    Carries,
    GiveCode,
    GivePassword,
    Message,
    OpenMenu,
)
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from tests.journeys.installation import Installation
from tests.story.stage import Login


@dataclass
class Guest:
    """A socket, and a token if somebody has signed in through it."""

    link: LinkClient
    token: str = ""
    form: str = ""

    async def ask(self, message: object, body: bytes = b"") -> Any:
        """The reply. Raises Refused."""
        how: dict[str, Any] = {"stream": once(body), "stream_size": len(body)} if body else {}
        return (await self.link.ask(message, token=self.token, form=self.form, **how)).reply

    async def download(self, message: object) -> tuple[Any, bytes]:
        """The reply and the bytes after it. Raises Refused."""
        async with self.link.fetch(message, token=self.token, form=self.form) as fetched:
            content = b"".join([piece async for piece in fetched.chunks()])
            return fetched.answered.reply, content

    async def refusal(self, row: Message, message: object) -> Why:
        """Why it is refused. Raises AssertionError if it is not."""
        try:
            if row.carries is Carries.BYTES_DOWN:
                await self.download(message)
            else:
                await self.ask(message, b"x" if row.carries is Carries.BYTES_UP else b"")
        except Refused as refused:
            return refused.why
        raise AssertionError(f"{row.name} was done")


async def once(body: bytes) -> AsyncIterator[bytes]:
    """A stream of one piece."""
    yield body


@asynccontextmanager
async def guest(fund: Installation, site: Site, login: Login | None = None) -> AsyncIterator[Guest]:
    """The socket of a site; with a login, somebody signs in."""
    found = Guest(fund.link(site))
    try:
        if login is not None:
            found.token = await signed_in(found.link, login)
            menu = await found.link.ask(OpenMenu(), token=found.token)
            found.form = menu.visitor.form if menu.visitor else ""
        yield found
    finally:
        await found.link.close()


async def signed_in(link: LinkClient, login: Login) -> str:
    """The token of a new visit; older ones of the same person at this site end."""
    if login.contract:
        arrived = (await link.ask(Arrive(login.contract, login.user))).reply
        given = await link.ask(GivePassword(arrived.arrival, login.password))
        return str(given.reply.token)
    answered = await link.ask(ArriveStaff(login.user, login.password))
    if answered.reply.shown:
        login.app.enrol(answered.reply.shown["secret"])
    code = login.app.code(answered.now)
    return str((await link.ask(GiveCode(answered.reply.arrival, code))).reply.token)


def empty(shape: type) -> Any:
    """A message of this shape that says nothing."""
    hints = get_type_hints(shape)
    return shape(**{field.name: _nothing(hints[field.name]) for field in fields(shape)})


def _nothing(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if isinstance(hint, UnionType):  # something or None
        return None
    kind = get_origin(hint) or hint
    if isinstance(kind, type) and is_dataclass(kind):
        return empty(kind)
    return {} if kind is Mapping else kind()


def rows_for(site: Site) -> tuple[Message, ...]:
    """What a site may send."""
    return tuple(row for row in MESSAGES if site in row.sites)
