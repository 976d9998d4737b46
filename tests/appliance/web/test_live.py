# SPDX-License-Identifier: Apache-2.0
"""From the vault's one stream to all pages of a process."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from appliance.link.envelope import frame
from appliance.link.messages import Touched, Watch
from appliance.link.refusals import Refused, Why
from appliance.testing.clock import FakeRandom
from appliance.web import live as live_module
from appliance.web.live import ALIVE, CHANGED, ENDED, MAX_OF_VISIT, Live, OpenPage

FOR_EVER = 3600.0


@dataclass
class Link:
    """A vault that says what a test lets it say; None ends a stream. It counts its streams, and fails at first."""

    said: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    failures: int = 0
    streams: int = 0

    async def ask(self, message: object, **how: Any) -> Any:
        raise AssertionError("nothing is asked")

    @asynccontextmanager
    async def fetch(self, message: object, **how: Any) -> AsyncIterator[Any]:
        assert message == Watch()
        self.streams += 1
        if self.streams <= self.failures:
            raise Refused(Why.AWAY)
        yield self

    async def chunks(self) -> AsyncIterator[bytes]:
        while (said := await self.said.get()) is not None:
            if isinstance(said, Exception):
                raise said
            yield said if isinstance(said, bytes) else frame(said)


@dataclass
class Running:
    """A site's pages with its link, listening."""

    live: Live
    link: Link
    pauses: list[float]
    next_pause: asyncio.Event

    @contextmanager
    def page(self, channel: str) -> Iterator[OpenPage]:
        """A page that is made now, of a visit that is not new here: it has missed nothing."""
        with self.live.page(channel):
            pass
        with self.live.page(channel, self.live.mark) as page:
            yield page

    async def hears(self, *said: Touched) -> None:
        """All of this has come in, a page would know."""
        with self.page("witness") as page:
            for one in (*said, Touched(("witness",))):
                self.link.said.put_nowait(one)
            await page.woken.wait()


@asynccontextmanager
async def running(failures: int = 0) -> AsyncIterator[Running]:
    link, pauses, rested = Link(failures=failures), list[float](), asyncio.Event()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        rested.set()
        await asyncio.sleep(0)

    live = Live(link, FakeRandom("live"), heartbeat=FOR_EVER, sleep=sleep)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(live.run())
        link.said.put_nowait(Touched())
        while not live.connected:  # noqa: ASYNC110 - nothing tells of it but that pages are taken
            await asyncio.sleep(0)
        yield Running(live, link, pauses, rested)
        task.cancel()


async def words(page: OpenPage, heartbeat: float = FOR_EVER) -> list[bytes]:
    """What a page hears until something makes it wait, or it ends."""
    return [word async for word in page.words(heartbeat)]


async def test_only_the_pages_of_a_touched_visit_hear() -> None:
    async with running() as site:
        with site.page("mine") as mine, site.page("also mine") as also, site.page("other") as other:
            await site.hears(Touched(("mine", "also mine", "nobody here")))
            assert mine.woken.is_set() and also.woken.is_set() and not other.woken.is_set()


async def test_a_page_hears_of_many_changes_once() -> None:
    async with running() as site:
        with site.page("mine") as page:
            await site.hears(*[Touched(("mine",))] * 100)
            heard = page.words(FOR_EVER)
            assert [await anext(heard), await anext(heard)] == [ALIVE, CHANGED]
            page.end()
            assert [word async for word in heard] == []


async def test_the_pages_of_a_visit_that_is_over_end_for_good() -> None:
    async with running() as site:
        with site.page("mine") as page, site.page("other") as other:
            await site.hears(Touched(ended=("mine",)))
            assert await words(page) == [ALIVE, ENDED]
            assert other.last is None


async def test_what_changed_between_the_making_of_a_page_and_its_listening_is_heard() -> None:
    async with running() as site:
        with site.live.page("mine", site.live.mark):
            made = site.live.mark
        await site.hears(Touched(("mine",)))
        with site.live.page("mine", made) as page:
            assert page.woken.is_set()
        with site.live.page("mine", site.live.mark) as page:
            assert not page.woken.is_set(), "that one was made after the change"


async def test_of_a_visit_that_is_new_here_nobody_knows_what_it_missed() -> None:
    async with running() as site:
        made = site.live.mark
        with site.live.page("mine", made) as page:
            assert page.woken.is_set(), "before the vault was asked to tell of it, something may have changed"
        with site.live.page("mine", site.live.mark) as page:
            assert not page.woken.is_set()


async def test_what_changed_for_others_wakes_nobody() -> None:
    async with running() as site:
        with site.live.page("mine"):
            made = site.live.mark
            await site.hears(Touched(("other",)), Touched(("mine too",)))
        with site.live.page("mine", made) as page:
            assert not page.woken.is_set()


@pytest.mark.parametrize("since", ["", "-", "0", "9" * 9000, "another-ffffffffffffffff"])
async def test_a_page_of_another_process_or_of_nonsense_hears_of_a_change(since: str) -> None:
    async with running() as site:
        for _ in range(2):
            with site.live.page("mine", since) as page:
                assert page.woken.is_set()


async def test_after_the_vault_was_away_nobody_knows_what_was_missed() -> None:
    async with running() as site:
        with site.page("mine") as page:
            made = site.live.mark
            site.link.said.put_nowait(None)
            assert await words(page) == [ALIVE]
        site.link.said.put_nowait(Touched())
        while not site.live.connected:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0)
        with site.live.page("mine", made) as page:
            assert page.woken.is_set()


async def test_no_more_is_kept_of_visits_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "MAX_KNOWN", 3)
    async with running() as site:
        for number in range(10):
            with site.live.page(f"visit {number}"):
                assert len(site.live._moved) <= 3
        monkeypatch.undo()
        await site.hears(Touched(ended=tuple(f"visit {number}" for number in range(10))))
        assert set(site.live._moved) <= {"witness"}


async def test_silence_is_broken() -> None:
    page = OpenPage()
    heard = page.words(0)
    assert [await anext(heard) for _ in range(3)] == [ALIVE] * 3


@pytest.mark.parametrize("end", [None, Refused(Why.AWAY), b"\x00\x00\x00\x01\xc1"])
async def test_when_the_vault_goes_the_pages_come_again(end: object) -> None:
    async with running() as site:
        with site.page("mine") as page:
            site.link.said.put_nowait(end)
            assert await words(page) == [ALIVE], "and nobody is told that the visit is over"
            await site.next_pause.wait()
        with pytest.raises(Refused):
            site.live.need_place()
        site.link.said.put_nowait(Touched())
        while not site.live.connected:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0)
        site.live.need_place()
        assert site.link.streams == 2


async def test_the_pauses_grow_and_are_none_like_the_other() -> None:
    async with running(failures=8) as site:
        assert len(site.pauses) == len(set(site.pauses)) == 8
        assert max(site.pauses) <= 1.5 * live_module.LONGEST_PAUSE
        assert min(site.pauses[3:]) >= 0.5 * live_module.LONGEST_PAUSE


async def test_the_newest_pages_of_a_visit_stay() -> None:
    async with running() as site:
        with ExitStack() as stack:
            pages = [stack.enter_context(site.live.page("mine")) for _ in range(MAX_OF_VISIT + 2)]
            assert [page.last is None for page in pages] == [False] * 2 + [True] * MAX_OF_VISIT
            assert site.live.count == MAX_OF_VISIT + 2
        assert site.live.count == 0 and site.live._pages == {}


async def test_there_are_so_many_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "MAX_PAGES", 1)
    async with running() as site:
        with site.live.page("one"), pytest.raises(Refused) as caught:
            site.live.need_place()
        assert caught.value.why is Why.BUSY
        site.live.need_place()


async def test_a_stop_lets_all_pages_go_and_takes_no_more() -> None:
    async with running() as site:
        with site.page("mine") as page:
            site.live.close()
            assert await words(page) == [ALIVE]
        with pytest.raises(Refused):
            site.live.need_place()


def test_before_the_vault_was_heard_there_is_no_place() -> None:
    with pytest.raises(Refused):
        Live(Link(), FakeRandom("live")).need_place()
