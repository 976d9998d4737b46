# SPDX-License-Identifier: Apache-2.0
"""Streams of sites and the visits that they follow, without a vault around them."""

import asyncio

import pytest

from appliance.link.refusals import Refused, Why
from appliance.model.journal import Entry, Kind, Result
from appliance.model.things import Visit
from appliance.model.words import Site
from appliance.vault.watching.watching import STREAMS, Stream, Watching

FOR_EVER = 3600.0


def visit(office: str = "abc", site: Site = Site.PORTAL) -> Visit:
    return Visit(office.encode(), "somebody", office, site, 0, 1)


def act(office: str = "abc", kind: Kind = Kind.FILING_RECEIVED) -> list[Entry]:
    return [Entry(kind, Result.DONE, 0, "console", "actor", office, "thing", "", "request", b"salt")]


@pytest.fixture
def watching() -> Watching:
    return Watching(every=0, heartbeat=FOR_EVER)


@pytest.fixture
def portal(watching: Watching) -> Stream:
    return watching.open(Site.PORTAL)


async def test_whose_pages_changed_is_told(watching: Watching, portal: Stream) -> None:
    watching.follow("mine", visit())
    watching.follow("another", visit("other"))
    watching.touch(act())
    assert await watching.next(portal) == {"mine"}


async def test_what_comes_meanwhile_is_gathered(watching: Watching, portal: Stream) -> None:
    for number in range(3):
        watching.follow(f"visit-{number}", visit(f"office-{number}"))
    for _ in range(1000):
        watching.touch(act("office-0"))
        watching.touch(act("office-1"))
    assert await watching.next(portal) == {"visit-0", "visit-1"}
    assert portal.touched == set(), "and told once"


async def test_somebody_waiting_is_woken(watching: Watching, portal: Stream) -> None:
    watching.follow("mine", visit())
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(watching.next(portal))
        await asyncio.sleep(0)
        assert not waiting.done()
        watching.touch(act())
    assert waiting.result() == {"mine"}


async def test_a_silence_is_broken_by_nothing() -> None:
    watching = Watching(every=0, heartbeat=0)
    assert await watching.next(watching.open(Site.PORTAL)) == set()


async def test_between_two_frames_there_is_a_pause() -> None:
    watching = Watching(every=FOR_EVER, heartbeat=0)
    portal = watching.open(Site.PORTAL)
    watching.follow("mine", visit())
    watching.touch(act())
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(watching.next(portal))
        await asyncio.sleep(0)
        assert not waiting.done()
        watching.close()
    assert waiting.result() is None


async def test_a_site_is_told_of_its_own_visits(watching: Watching, portal: Stream) -> None:
    console = watching.open(Site.CONSOLE)
    watching.follow("office", visit())
    watching.follow("fund", visit("", Site.CONSOLE))
    watching.touch(act())
    assert await watching.next(portal) == {"office"}
    assert await watching.next(console) == {"fund"}


async def test_every_process_of_a_site_is_told(watching: Watching, portal: Stream) -> None:
    second = watching.open(Site.PORTAL)
    watching.follow("mine", visit())
    watching.touch(act())
    assert await watching.next(portal) == await watching.next(second) == {"mine"}


def test_nothing_is_kept_where_nobody_watches(watching: Watching, portal: Stream) -> None:
    watching.follow("mine", visit())
    watching.end(portal)
    assert watching.followed(Site.PORTAL) == {}
    with pytest.raises(Refused) as caught:
        watching.follow("mine", visit())
    assert caught.value.why is Why.BUSY


def test_the_last_stream_of_a_site_takes_only_its_own_along(watching: Watching, portal: Stream) -> None:
    watching.open(Site.CONSOLE)
    watching.follow("fund", visit("", Site.CONSOLE))
    watching.follow("office", visit())
    watching.end(portal)
    assert set(watching.followed(Site.CONSOLE)) == {"fund"}


def test_a_site_has_so_many_streams(watching: Watching) -> None:
    streams = [watching.open(Site.PORTAL) for _ in range(STREAMS)]
    with pytest.raises(Refused):
        watching.open(Site.PORTAL)
    watching.open(Site.CONSOLE)
    watching.end(streams[0])
    watching.open(Site.PORTAL)


async def test_a_stop_ends_every_stream(watching: Watching, portal: Stream) -> None:
    watching.follow("mine", visit())
    watching.touch(act())
    watching.close()
    assert await watching.next(portal) is None
    with pytest.raises(Refused):
        watching.need_place(Site.PORTAL)


async def test_who_is_forgotten_is_not_told(watching: Watching, portal: Stream) -> None:
    watching.follow("mine", visit())
    watching.follow("colleague", visit())
    watching.forget(["mine"])
    watching.forget(["mine"])
    watching.touch(act())
    assert await watching.next(portal) == {"colleague"}
