# SPDX-License-Identifier: Apache-2.0
"""One request that has passed the door, and everything its handler may use."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from aiohttp.web import BaseRequest

from appliance.link.envelope import Asserted
from appliance.model.words import Site
from appliance.web.house import House
from appliance.web.multipart import ComingFile, SmallFile
from appliance.web.vault_side import Answered, Fetched


@dataclass(slots=True)
class Request:
    """Path, query, fields and values are checked text; token and form go along with every message.

    values are those of the {names} in the path. file, files or stream are there where the route's body has them.
    sends are the messages that the route names: no handler sends another, so that the table of routes says all.
    mark is the moment at which it came, as a page that listens has to know it (live.py).
    """

    raw: BaseRequest = field(repr=False)
    house: House = field(repr=False)
    number: str
    path: str
    query: Mapping[str, str]
    values: Mapping[str, str]
    asserted: Asserted
    token: str = field(default="", repr=False)
    door: str = field(default="", repr=False)
    form: str = field(default="", repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    file: ComingFile | None = None
    files: tuple[SmallFile, ...] = ()
    stream: AsyncIterator[bytes] | None = None
    sends: tuple[type, ...] = ()
    mark: str = ""

    @property
    def size(self) -> int:
        """The length of the body in bytes, 0 if it was not said."""
        return self.raw.content_length or 0

    @property
    def site(self) -> Site:
        """The site that it came to."""
        return self.house.site

    async def ask(
        self,
        message: object,
        *,
        stream: AsyncIterable[bytes] | None = None,
        stream_size: int = 0,
        timeout: float | None = None,
    ) -> Answered:
        """The vault's answer to message, as this visitor; a stream_size saves work. Raises Refused.

        TypeError, as from fetch(), for a message that the route does not name.
        """
        self._need_named(message)
        answered = await self.house.link.ask(
            message,
            token=self.token,
            form=self.form,
            asserted=self.asserted,
            request=self.number,
            stream=stream,
            stream_size=stream_size,
            timeout=timeout,
        )
        self.house.banners.hear(answered)
        return answered

    async def ask_once(self, message: object, seconds: Callable[[Answered], float]) -> Answered:
        """Like ask(); a form that comes twice gets one answer, which is kept for so many seconds (repeats.py)."""
        typed = (text for pair in sorted(self.fields.items()) for text in pair)
        return await self.house.repeats.once(
            (self.token, self.door, self.form, self.path, *typed), lambda: self.ask(message), seconds
        )

    def fetch(self, message: object) -> AbstractAsyncContextManager[Fetched]:
        """The vault's answer to message with the bytes after it, as this visitor. Raises Refused."""
        self._need_named(message)
        return self.house.link.fetch(
            message, token=self.token, form=self.form, asserted=self.asserted, request=self.number
        )

    def _need_named(self, message: object) -> None:
        if type(message) not in self.sends:
            raise TypeError(f"the route of {self.path} does not say that it sends {type(message).__name__}")
