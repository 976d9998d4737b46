# SPDX-License-Identifier: Apache-2.0
"""What a site is told, and of whom: through the reception, with real visits and real acts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from appliance.link import messages as m
from appliance.link.envelope import LENGTH_BYTES
from appliance.link.refusals import Refused, Why
from appliance.model.time import HOUR
from appliance.model.words import Site
from appliance.vault.watching.watching import STREAMS, Watching
from tests.appliance.vault.fetching.letters import holder_of
from tests.appliance.vault.grouping.hand import delegated, switched
from tests.appliance.vault.world import Person, World

_touched = msgspec.msgpack.Decoder(m.Touched)


class Heard:
    """What came on a stream."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self.stream = stream

    async def next(self) -> m.Touched:
        return _touched.decode((await anext(self.stream))[LENGTH_BYTES:])


@pytest.fixture(autouse=True)
def impatient(world: World) -> None:
    """Nobody waits between two frames."""
    world.core.watching = Watching(every=0, heartbeat=0)


@asynccontextmanager
async def watched(world: World, site: Site) -> AsyncIterator[Heard]:
    """A process of a site that watches; the first frame has come."""
    reply = await world.answer(site, m.Watch())
    assert isinstance(reply.message, m.Nothing) and reply.stream is not None
    heard = Heard(reply.stream)
    assert await heard.next() == m.Touched()
    try:
        yield heard
    finally:
        await reply.stream.aclose()  # type: ignore[attr-defined]


async def channel_of(person: Person) -> str:
    following: m.Following = await person.ask(m.Follow())
    return following.channel


async def test_a_delivered_notice_is_told_to_the_office(world: World, user: Person, clerk: Person) -> None:
    async with watched(world, Site.PORTAL) as portal:
        channel = await channel_of(user)
        await clerk.deliver(user.office)
        assert await portal.next() == m.Touched((channel,))
        assert await portal.next() == m.Touched()


async def test_and_its_receipt_to_the_fund(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    async with watched(world, Site.CONSOLE) as console:
        channel = await channel_of(clerk)
        await user.receive(notice)
        assert await console.next() == m.Touched((channel,))


async def test_nobody_else_is_told(world: World, user: Person, clerk: Person, stranger: Person) -> None:
    async with watched(world, Site.PORTAL) as portal:
        await channel_of(stranger)
        await clerk.deliver(user.office)
        assert await portal.next() == m.Touched(), "the visit that did not ask is not named either"


async def test_a_page_that_asks_twice_has_one_name(world: World, user: Person, stranger: Person) -> None:
    async with watched(world, Site.PORTAL):
        channel = await channel_of(user)
        assert await channel_of(user) == channel != await channel_of(stranger)
        assert user.token not in channel


async def test_a_visit_that_was_ended_is_told_of_no_more(world: World, user: Person, clerk: Person) -> None:
    async with watched(world, Site.PORTAL) as portal:
        channel = await channel_of(user)
        await user.ask(m.SignOut())
        await clerk.deliver(user.office)
        assert await portal.next() == m.Touched(ended=(channel,))
        assert world.core.watching.followed(Site.PORTAL) == {}


async def test_whose_delegation_has_ended_is_told_of_no_more(
    world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    [delegation] = await delegated(world, stranger, user.office)
    await switched(stranger, user.office)
    async with watched(world, Site.PORTAL) as portal:
        channel = await channel_of(stranger)
        await clerk.deliver(user.office)
        assert await portal.next() == m.Touched((channel,))
        await clerk.ask(m.EndDelegation(delegation))
        await clerk.deliver(user.office)
        assert await portal.next() == m.Touched(ended=(channel,))
        assert world.core.watching.followed(Site.PORTAL) == {}


async def test_who_has_a_letter_is_told_of_pcs_and_of_no_document(world: World, clerk: Person) -> None:
    holder = await (await holder_of(world)).open()
    async with watched(world, Site.PUBLIC) as public:
        following: m.Following = await holder.ask(m.Follow())
        await clerk.deliver(holder.office.id)
        assert await public.next() == m.Touched()
        await clerk.ask(m.ChangeSeats(holder.office.id, 3))
        assert await public.next() == m.Touched((following.channel,))


async def test_a_visit_whose_time_is_up_is_told_to_be_over(world: World, user: Person) -> None:
    async with watched(world, Site.PORTAL) as portal:
        channel = await channel_of(user)
        world.clock.move(4 * HOUR)
        assert await portal.next() == m.Touched(ended=(channel,))


async def test_each_process_of_a_site_is_told_that_a_visit_is_over(world: World, user: Person) -> None:
    async with watched(world, Site.PORTAL) as old, watched(world, Site.PORTAL) as fresh:
        channel = await channel_of(user)
        world.clock.move(4 * HOUR)
        for process in (old, fresh):
            assert await process.next() == m.Touched((), (channel,))
        assert await old.next() == m.Touched()


async def test_without_a_visit_nobody_follows(world: World, user: Person, clerk: Person) -> None:
    async with watched(world, Site.PORTAL), watched(world, Site.CONSOLE):
        await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.Follow(), token="made up")
        await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.Follow(), token=clerk.token)
        await world.refused(Why.NOT_SIGNED_IN, Site.CONSOLE, m.Follow(), token=user.token)
    assert world.core.watching.followed(Site.PORTAL) == {}


async def test_who_would_never_be_told_is_asked_to_come_again(user: Person) -> None:
    await user.refused(Why.BUSY, m.Follow())


async def test_a_site_that_is_gone_holds_no_place(world: World, user: Person) -> None:
    for _ in range(STREAMS + 1):
        async with watched(world, Site.PORTAL):
            await channel_of(user)
    await user.refused(Why.BUSY, m.Follow())


async def test_a_stream_that_nobody_begins_to_read_holds_no_place(world: World) -> None:
    for _ in range(STREAMS + 1):
        reply = await world.answer(Site.PORTAL, m.Watch())
        await reply.stream.aclose()  # type: ignore[union-attr]
    async with watched(world, Site.PORTAL):
        pass


async def test_one_stream_too_many_is_refused(world: World) -> None:
    replies = [await world.answer(Site.PORTAL, m.Watch()) for _ in range(STREAMS)]
    for reply in replies:
        await anext(reply.stream)  # type: ignore[arg-type]
    await world.refused(Why.BUSY, Site.PORTAL, m.Watch())
    for reply in replies:
        await reply.stream.aclose()  # type: ignore[union-attr]


async def test_the_vault_stops_though_somebody_watches(world: World) -> None:
    async with watched(world, Site.PORTAL) as portal:
        world.core.watching.close()
        with pytest.raises(StopAsyncIteration):
            await portal.next()


async def test_what_was_refused_changes_nothing(world: World, user: Person, clerk: Person) -> None:
    async with watched(world, Site.PORTAL) as portal:
        await channel_of(user)
        upload = await clerk.begin(user.office)
        with pytest.raises(Refused):
            await clerk.ask(m.DeliverNotice(upload, "payment_notice", "2026-05", bytes(32), ""))
        assert await portal.next() == m.Touched()


async def test_many_acts_at_once_are_one_frame(world: World, user: Person, clerk: Person) -> None:
    async with watched(world, Site.PORTAL) as portal:
        channel = await channel_of(user)
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(clerk.deliver(user.office))
        assert await portal.next() == m.Touched((channel,))
        assert await portal.next() == m.Touched()
