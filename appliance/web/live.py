# SPDX-License-Identifier: Apache-2.0
"""Live status: one stream from the vault for all pages of this process, and one to each page that wants it.

A page is told that something changed, never what: it asks for itself again, as any visitor does (design §10). Who
opens more pages than a visit may keep loses the oldest. When the vault or this process goes away all pages are let
go; they come back by themselves, not all at once.

Between the making of a page and its listening nothing is lost: a page says the mark of when it was made, and hears
at once of what its visit was told of since. Where this process cannot know, it hears of a change that may be none.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import msgspec

from appliance.contracts.plugin import Random
from appliance.link.messages import Touched, Watch
from appliance.link.refusals import Refused, Why
from appliance.link.streams import frames
from appliance.web.vault_side import VaultLink

MAX_PAGES = 1500
MAX_OF_VISIT = 4
MAX_KNOWN = 20_000
MARK_BYTES = 6
HEARTBEAT_SECONDS = 15.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 1.0
CHANGED = b"event: changed\ndata: 1\n\n"
ENDED = b"event: ended\ndata: 1\n\n"
ALIVE = b":\n\n"
_log = logging.getLogger(__name__)
_touched = msgspec.msgpack.Decoder(Touched)


@dataclass(eq=False)
class OpenPage:
    """One page that listens. last is its last word, once it has to go: ENDED for good, b"" to come again."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    last: bytes | None = None

    async def words(self, heartbeat: float) -> AsyncGenerator[bytes, None]:
        """What to write to it, ALIVE first and after so many seconds of silence."""
        yield ALIVE
        while self.last is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(heartbeat):
                    await self.woken.wait()
            if self.last is not None:
                break
            word = CHANGED if self.woken.is_set() else ALIVE
            self.woken.clear()
            yield word
        if self.last:
            yield self.last

    def end(self, last: bytes = b"") -> None:
        """Let it go with a last word."""
        self.last = last
        self.woken.set()


class Live:
    """The pages of one site in this process."""

    def __init__(
        self,
        link: VaultLink,
        random: Random,
        *,
        heartbeat: float = HEARTBEAT_SECONDS,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """heartbeat in seconds, as OpenPage.words(). count is how many pages listen; connected: to the vault."""
        self.heartbeat = heartbeat
        self.count = 0
        self._link = link
        self._random = random
        self._sleep = sleep
        self._pages: dict[str, list[OpenPage]] = {}
        self._name = random.bytes(MARK_BYTES).hex()
        self._moment = 0
        # The mark of when a visit was last told of a change, or first followed.
        self._moved: dict[str, str] = {}
        self.connected = self._closed = False

    @property
    def mark(self) -> str:
        """This moment, for a page that is about to be made."""
        return f"{self._name}-{self._moment:016x}"

    def need_place(self) -> None:
        """Raise Refused BUSY where a page would hear nothing, or there are enough of them."""
        if not self.connected or self._closed or self.count >= MAX_PAGES:
            raise Refused(Why.BUSY)

    @contextmanager
    def page(self, channel: str, since: str = "") -> Iterator[OpenPage]:
        """A page that listens, as long as the block lasts; since is its mark. Errors as need_place()."""
        self.need_place()
        page, pages = OpenPage(), self._pages.setdefault(channel, [])
        moved = self._last_moved(channel)
        if not (since.startswith(self._name) and since >= moved):
            page.woken.set()
        if len(pages) >= MAX_OF_VISIT:
            pages.pop(0).end()
        pages.append(page)
        self.count += 1
        try:
            yield page
        finally:
            self._left(channel, page)

    def _last_moved(self, channel: str) -> str:
        """When a visit may last have missed something; of one that is new here nobody knows, up to now."""
        if channel not in self._moved:
            if len(self._moved) >= MAX_KNOWN:
                self._moved.clear()
            self._moved[channel] = self._next_mark()
        return self._moved[channel]

    def _next_mark(self) -> str:
        self._moment += 1
        return self.mark

    def _left(self, channel: str, page: OpenPage) -> None:
        self.count -= 1
        pages = self._pages.get(channel, [])
        if page in pages:
            pages.remove(page)
        if not pages:
            self._pages.pop(channel, None)

    def close(self) -> None:
        """The site stops: let all pages go, so that none holds it up."""
        self._closed = True
        self._let_go()

    async def run(self) -> None:
        """Listen to the vault for ever. After each failure the pause doubles, of a length of its own."""
        pause = FIRST_PAUSE
        while True:
            if await self._watched():
                pause = FIRST_PAUSE
            await self._sleep(pause * (0.5 + self._random.bytes(1)[0] / 255))
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _watched(self) -> bool:
        """One stream to its end, however it ends. Whether anything came."""
        came = False
        try:
            async with self._link.fetch(Watch()) as fetched:
                async for packed in frames(fetched.chunks()):
                    self._tell(_touched.decode(packed))
                    self.connected = came = True
            _log.info("the vault ended the live status")
        except (Refused, msgspec.MsgspecError) as error:
            _log.warning("there is no live status: %s", error)
        finally:
            self.connected = False
            self._let_go()
        return came

    def _tell(self, touched: Touched) -> None:
        mark = self._next_mark()
        for channel in touched.channels:
            if channel in self._moved:
                self._moved[channel] = mark
            for page in self._pages.get(channel, ()):
                page.woken.set()
        for channel in touched.ended:
            self._moved.pop(channel, None)
            for page in self._pages.pop(channel, ()):
                page.end(ENDED)

    def _let_go(self) -> None:
        for pages in self._pages.values():
            for page in pages:
                page.end()
        self._pages.clear()
        self._moved.clear()
