# SPDX-License-Identifier: Apache-2.0
"""Little room: at 85 % no uploads, at 95 % only what is vital; service again when there is space."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import Role, Site
from appliance.testing.clock import FakeClock
from appliance.testing.memory_blobs import MemoryBlobs
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.records.room import Room
from tests.appliance.vault.world import CONTENT, Person, World, delivery, stream_of


def refuses(need: Callable[[], None]) -> bool:
    try:
        need()
    except Refused as refused:
        assert refused.why is Why.FULL
        return True
    return False


@pytest.mark.parametrize(
    ("records", "blobs", "uploads", "changes"),
    [
        (0.0, 0.0, False, False),
        (0.849, 0.849, False, False),
        (0.85, 0.0, True, False),
        (0.0, 0.85, True, False),
        (0.949, 1.0, True, False),
        (0.95, 0.0, True, True),
        (1.0, 1.0, True, True),
    ],
)
def test_the_fuller_store_decides_on_uploads(records: float, blobs: float, uploads: bool, changes: bool) -> None:
    room = Room(0.85, 0.95)
    room.records, room.blobs = records, blobs
    assert (refuses(room.need_for_uploads), refuses(room.need_for_changes)) == (uploads, changes)


async def test_measured_anew_there_is_room_again() -> None:
    records, blobs = MemoryRecords(), MemoryBlobs(FakeClock())
    await records.write([lambda txn: txn.put(b"k", bytes(99))])
    records.capacity = blobs.capacity = 200
    room = Room(0.85, 0.95)
    await room.measure(records, blobs)
    assert (room.records, room.blobs) == (0.5, 0.0)
    room.is_full()
    assert refuses(room.need_for_changes)
    await room.measure(records, blobs)
    assert not refuses(room.need_for_uploads)


@pytest.mark.parametrize("fuller", ["records", "blobs"])
async def test_at_85_percent_uploads_are_refused_and_the_rest_goes_on(
    world: World, user: Person, clerk: Person, fuller: str
) -> None:
    upload, begun = await clerk.upload(user.office), await clerk.begin(user.office)
    setattr(world.core.room, fuller, 0.85)
    blobs = await world.blobs.ids()
    await clerk.refused(Why.FULL, m.BeginUpload(user.office, "a.pdf", 10, ""))
    await clerk.refused(Why.FULL, m.PutPart(begun, 0), stream=stream_of(CONTENT))
    assert await world.blobs.ids() == blobs
    await user.receive((await clerk.ask(delivery(upload))).notice)
    await user.sign_in()


async def test_at_95_percent_only_what_is_vital_goes_on(world: World, user: Person, clerk: Person) -> None:
    notice, upload = await clerk.deliver(user.office), await clerk.upload(user.office)
    world.core.room.records = 0.95
    await clerk.refused(Why.FULL, delivery(upload))
    await world.refused(Why.FULL, Site.ADMIN, m.AdmitStaff("hara", "原", "hara@example.jp", Role.FUND_DESK))
    await world.refused(Why.FULL, Site.PORTAL, user.sign_in_message)
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, user.typing("wrong"))
    await user.ask(m.OpenMenu())
    await user.receive(notice)
    await user.refused(Why.NOT_FOUND, m.DownloadNotice("a" * 26))
    assert (await world.last()).thing == "a" * 26, "refusals are journaled"
    await user.ask(m.SignOut())
    assert await world.admin(m.CutLink(Site.CONSOLE)) == m.LinkCut(1)
    verdict = await world.admin(m.VerifyJournal())
    assert verdict.ok


async def test_tries_are_counted_in_a_full_store(world: World, user: Person) -> None:
    world.core.room.records = 1.0
    for message in (user.typing("wrong"), replace(user, login="Nobody00").typing("wrong")):
        answers = [await world.outcome(Site.PORTAL, message) for _ in range(7)]
        assert answers == [Why.WRONG_SECRET] * 5 + [Why.LOCKED] * 2


async def test_a_policy_that_denies_is_heard_in_a_full_store(world: World, user: Person) -> None:
    world.core.room.records = 1.0
    world.rights.denied.add("sign_in")
    await world.refused(Why.NOT_ALLOWED, Site.PORTAL, user.sign_in_message)


async def test_a_store_that_is_full_in_truth(world: World, user: Person, clerk: Person) -> None:
    upload = await clerk.upload(user.office)
    world.store.fill()
    await clerk.refused(Why.FULL, delivery(upload))
    assert world.core.room.records == 1.0, "remembered, until it is measured"
    world.store.capacity = 1 << 30
    await clerk.refused(Why.FULL, delivery(upload))
    await world.core.room.measure(world.store, world.blobs)
    await clerk.ask(delivery(upload))
