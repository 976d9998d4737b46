# SPDX-License-Identifier: Apache-2.0
"""Who follows what, and the streams on which the sites are told.

What it promises, cited below by number:

1. A site is told of a visit only if it has asked for it with the visit's token; after its end no more.
2. It is told after the change is durable, and that something changed, never what.
3. One frame a second and stream at most: what comes meanwhile is gathered, so that a slow site misses nothing and
   the vault keeps no more for it than the names of the visits that it follows.
4. While no site watches nothing is done, and nothing is kept.
5. A silence of HEARTBEAT_SECONDS is broken by an empty frame.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from appliance.link.refusals import Refused, Why
from appliance.model.journal import Entry
from appliance.model.things import Visit
from appliance.model.words import Site
from appliance.vault.watching.concerns import EVERYBODY, concerned, for_letters

HEARTBEAT_SECONDS = 10.0
EVERY_SECONDS = 1.0
# One process a site watches; while it is restarted, the old one may not have been noticed yet.
STREAMS = 4


@dataclass
class Stream:
    """One process of a site that watches: what it has not been told yet, changes and visits that are over."""

    site: Site
    touched: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Watching:
    """See the module."""

    def __init__(self, every: float = EVERY_SECONDS, heartbeat: float = HEARTBEAT_SECONDS) -> None:
        """Both in seconds, as promises 3 and 5."""
        self._every = every
        self._heartbeat = heartbeat
        self._streams: list[Stream] = []
        self._followed: dict[str, Visit] = {}
        self._of_office: defaultdict[tuple[Site, str], set[str]] = defaultdict(set)
        self._closed = asyncio.Event()

    def need_place(self, site: Site) -> None:
        """Raise Refused BUSY beyond STREAMS, and while the vault stops."""
        if self._closed.is_set() or len(self._of(site)) >= STREAMS:
            raise Refused(Why.BUSY)

    def open(self, site: Site) -> Stream:
        """A new stream of a site; to be ended. Errors as need_place()."""
        self.need_place(site)
        stream = Stream(site)
        self._streams.append(stream)
        return stream

    def end(self, stream: Stream) -> None:
        """Forget a stream; with the last one of a site, all that the site followed (promise 4)."""
        self._streams.remove(stream)
        if not self._of(stream.site):
            self.forget(self.followed(stream.site))

    def follow(self, channel: str, visit: Visit) -> None:
        """From now on tell of this visit (promise 1). Raises Refused BUSY where nobody would be told."""
        if not self._of(visit.site):
            raise Refused(Why.BUSY)
        self._followed[channel] = visit
        self._of_office[visit.site, visit.office].add(channel)

    def over(self, site: Site, channels: set[str]) -> None:
        """These visits are over: each process of the site is told, and nothing more of them."""
        for stream in self._of(site) if channels else ():
            stream.over |= channels
            stream.woken.set()
        self.forget(channels)

    def forget(self, channels: Iterable[str]) -> None:
        """Tell of these no more; of one that is forgotten already, neither."""
        for channel in channels:
            visit = self._followed.pop(channel, None)
            if visit is not None:
                self._leave((visit.site, visit.office), channel)

    def _leave(self, place: tuple[Site, str], channel: str) -> None:
        self._of_office[place].discard(channel)
        if not self._of_office[place]:
            del self._of_office[place]

    def touch(self, entries: Sequence[Entry]) -> None:
        """These acts are durable (promises 2 and 4)."""
        if not self._followed:
            return
        inside = concerned(entries)
        public = concerned(for_letters(entries)) if inside else inside
        for stream in self._streams if inside else ():
            offices = public if stream.site is Site.PUBLIC else inside
            for office in offices:
                stream.touched |= self._of_office.get((stream.site, office), set())
            if EVERYBODY in offices:
                stream.touched |= self.followed(stream.site).keys()
            if stream.touched:
                stream.woken.set()

    def streams(self, site: Site) -> int:
        """How many processes of a site watch."""
        return len(self._of(site))

    def followed(self, site: Site) -> dict[str, Visit]:
        """Every visit that a site follows, by channel."""
        return {channel: visit for channel, visit in self._followed.items() if visit.site is site}

    async def next(self, stream: Stream) -> set[str] | None:
        """What is to be told on a stream, once something is (promises 3 and 5); None when it has to end."""
        await self._wait(self._closed, self._every)
        await self._wait(stream.woken, self._heartbeat)
        if self._closed.is_set():
            return None
        stream.woken.clear()
        touched, stream.touched = stream.touched, set()
        return touched

    def close(self) -> None:
        """The vault stops: end every stream, so that none holds it up."""
        self._closed.set()
        for stream in self._streams:
            stream.woken.set()

    def _of(self, site: Site) -> list[Stream]:
        return [stream for stream in self._streams if stream.site is site]

    async def _wait(self, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
