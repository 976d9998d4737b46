# SPDX-License-Identifier: Apache-2.0
"""Tidying up: each sweep removes exactly what it should, at the instant when it should."""

from collections.abc import Callable

import pytest

from appliance.contracts.blobs import BlobError
from appliance.contracts.records import StoreTaken
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.time import DAY, HOUR, MINUTE
from appliance.vault import housekeeping
from appliance.vault.housekeeping import (
    jobs_of,
    measure,
    sweep_orphans,
    sweep_outbox,
    sweep_outcomes,
    sweep_proposals,
    sweep_uploads,
    sweep_visits,
)
from appliance.vault.letters import outbox
from appliance.vault.records.tables import Proposal, outcomes, proposals, uploads, visits
from appliance.vault.records.tables import outbox as letters
from appliance.vault.records.transaction import Snapshot
from appliance.vault.recounting import keep_tallies
from tests.appliance.vault.world import CONTENT, Person, World, delivery, stream_of


async def kept_visits(world: World) -> int:
    return len(await world.core.read(lambda snapshot: visits.keys(snapshot, "end")))


async def kept_uploads(world: World) -> list[str]:
    rows = await world.core.read(lambda snapshot: uploads.scan(snapshot, "begun"))
    return [row.id for row in rows]


async def kept_letters(world: World) -> int:
    return len(await world.core.read(lambda snapshot: letters.keys(snapshot, "due")))


# --- room --------------------------------------------------------------------------------------------------------


async def test_a_store_that_another_vault_took_is_noticed_while_nothing_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = StoreTaken("the other one writes")

    async def usage() -> None:
        raise taken

    lost: list[StoreTaken] = []
    monkeypatch.setattr(world.core.records, "usage", usage)
    monkeypatch.setattr(world.core.writer, "lose", lost.append)
    with pytest.raises(StoreTaken):
        await measure(world.core)
    assert lost == [taken]


# --- proposals ----------------------------------------------------------------------------------------------------


async def test_a_proposal_is_forgotten_when_nobody_can_decide_it_any_more(world: World) -> None:
    def kept(snapshot: Snapshot) -> list[str]:
        return [one.id for one in proposals.scan(snapshot, "end")]

    now = world.clock.now()
    for id, ends_at in (("over", now), ("long over", now - 1), ("going on", now + 1)):
        row = Proposal(id, "AddStaff", b"", "hayashi", "why", now - DAY, ends_at)
        await world.core.commit(lambda txn, row=row: proposals.put(txn, row))  # type: ignore[misc]
    await sweep_proposals(world.core)
    assert await world.core.read(kept) == ["going on"]
    world.clock.move(1)
    await sweep_proposals(world.core)
    assert await world.core.read(kept) == []


# --- visits -------------------------------------------------------------------------------------------------------


async def test_a_visit_is_removed_an_hour_after_its_end(world: World, user: Person) -> None:
    world.clock.move(90 * MINUTE + HOUR)
    await sweep_visits(world.core)
    assert await kept_visits(world) == 1
    world.clock.move(1)
    await sweep_visits(world.core)
    assert await kept_visits(world) == 0
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())


async def test_what_hangs_on_an_ended_visit_goes_with_it(world: World, office: str, clerk: Person) -> None:
    user = await world.user(office)
    notice = await clerk.deliver(office)
    before = set(await world.rows())
    await user.sign_in()
    await user.download(notice, stop_after=1)
    world.clock.move(90 * MINUTE + HOUR + 1)
    await sweep_visits(world.core)
    assert set(await world.rows()) == before
    await clerk.ask(m.OpenMenu())


async def test_any_number_of_ended_visits_goes(world: World, office: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "VISITS_AT_ONCE", 3)
    user = await world.user(office)
    for _ in range(10):
        await user.sign_in()
    world.clock.move(3 * HOUR)
    await user.sign_in()
    await sweep_visits(world.core)
    assert await kept_visits(world) == 1
    await user.ask(m.OpenMenu())


# --- uploads and blobs --------------------------------------------------------------------------------------------


async def test_an_upload_is_forgotten_a_day_after_it_was_begun(world: World, clerk: Person, office: str) -> None:
    first = await clerk.upload(office)
    world.clock.move(1)
    second = await clerk.upload(office)
    world.clock.move(DAY - 1)
    await sweep_uploads(world.core)
    assert await kept_uploads(world) == [first, second]
    world.clock.move(1)
    await sweep_uploads(world.core)
    assert await kept_uploads(world) == [second]
    (entry,) = await world.journal(Kind.UPLOAD_SWEPT)
    assert (entry.thing, entry.site, entry.reason) == (first, "vault", "not finished in 24 hours")
    await clerk.sign_in()
    await clerk.refused(Why.NOT_FOUND, m.PutPart(first, 0), stream=stream_of(CONTENT))
    await clerk.refused(Why.NOT_FOUND, delivery(first))
    await clerk.ask(delivery(second))


async def test_an_upload_that_becomes_a_notice_meanwhile_stays(
    world: World, clerk: Person, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await clerk.upload(office)
    world.clock.move(DAY + 1)
    await clerk.sign_in()
    read = world.core.read

    async def deliver_in_between(work: Callable[[Snapshot], object]) -> object:
        found = await read(work)
        monkeypatch.undo()
        await clerk.ask(delivery(upload))
        return found

    monkeypatch.setattr(world.core, "read", deliver_in_between)
    await sweep_uploads(world.core)
    assert await world.journal(Kind.UPLOAD_SWEPT) == []
    assert await world.notice(upload) is not None


async def test_a_forgotten_upload_leaves_no_hash(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.upload(office)
    assert world.core.hashes.at(upload, 1) is not None
    world.clock.move(DAY + 1)
    await sweep_uploads(world.core)
    assert world.core.hashes.at(upload, 1) is None


async def test_orphans_go_when_they_are_older_than_a_day(world: World, clerk: Person, office: str) -> None:
    notice = await clerk.deliver(office)
    upload = await clerk.upload(office)
    await world.blobs.save("orphan".ljust(26, "a"), stream_of(b"old"))
    world.clock.move(1)
    await world.blobs.save("orphan".ljust(26, "b"), stream_of(b"young"))
    world.clock.move(DAY)
    await sweep_orphans(world.core)
    left = {info.id for info in await world.blobs.ids()}
    assert len(left) == 3 and "orphan".ljust(26, "b") in left
    await clerk.sign_in()
    await clerk.ask(delivery(upload, period="2026-07"))
    user = await world.visitor(office)
    assert (await user.download(notice))[1] == (await user.download(upload))[1] == CONTENT


async def test_the_parts_of_a_swept_upload_are_orphans(world: World, clerk: Person, office: str) -> None:
    await clerk.upload(office)
    world.clock.move(DAY + 1)
    await sweep_uploads(world.core)
    await sweep_orphans(world.core)
    assert await world.blobs.ids() == []


async def test_orphans_are_found_on_every_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, listed = world.blobs.ids, []

    async def short_pages(after: str = "", limit: int = 2) -> object:
        listed.append(after)
        return await ids(after, limit)

    for number in range(7):
        await world.blobs.save(world.core.new_id(), stream_of(bytes(number)))
    world.clock.move(DAY + 1)
    monkeypatch.setattr(world.blobs, "ids", short_pages)
    await sweep_orphans(world.core)
    assert await ids() == []
    assert len(listed) == 5


async def test_a_blob_that_was_named_after_the_listing_stays(
    world: World, clerk: Person, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await clerk.begin(office)
    await clerk.put(upload, 0, CONTENT)
    (blob,) = await world.blobs.ids()
    world.clock.move(DAY + 1)
    ids = world.blobs.ids

    async def deliver_behind(after: str = "") -> object:
        found = await ids(after)
        if not after:
            await clerk.sign_in()
            await clerk.ask(delivery(upload))
        return found

    monkeypatch.setattr(world.blobs, "ids", deliver_behind)
    await sweep_orphans(world.core)
    assert [info.id for info in await ids()] == [blob.id]


# --- letters, jobs ------------------------------------------------------------------------------------------------


async def test_letters_are_dropped_a_week_later(
    world: World, user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_SWEPT", 2)
    for _ in range(5):
        await clerk.deliver(user.office)
    world.clock.move(7 * DAY)
    await clerk.sign_in()
    await clerk.deliver(user.office)
    await sweep_outbox(world.core)
    assert await kept_letters(world) == 6
    world.clock.move(1)
    await sweep_outbox(world.core)
    assert await kept_letters(world) == 1


async def test_sweeps_go_on_in_a_full_store(world: World, user: Person, clerk: Person) -> None:
    await clerk.upload(user.office)
    await clerk.deliver(user.office, command="c" * 16)
    world.clock.move(8 * DAY)
    world.core.room.records = 1.0
    for sweep in (sweep_visits, sweep_uploads, sweep_outcomes, sweep_outbox, sweep_orphans):
        await sweep(world.core)
    assert (await kept_visits(world), await kept_uploads(world), await kept_letters(world)) == (0, [], 0)
    assert await world.core.read(lambda snapshot: outcomes.keys(snapshot, "at")) == []


async def test_every_job_has_a_name_and_runs(world: World, user: Person) -> None:
    jobs = jobs_of(world.core)
    assert len({job.name for job in jobs}) == len(jobs)
    await keep_tallies(world.core)
    before = await world.rows()
    for job in jobs:
        assert job.every_seconds > 0
        await job.run()
    assert await world.rows() == before
    assert await world.core.read(lambda snapshot: world.core.checkpoints.latest(snapshot.view))


async def test_nothing_to_do_is_nothing_written(world: World) -> None:
    commits = world.store.commits
    await sweep_uploads(world.core)
    await sweep_orphans(world.core)
    assert world.store.commits == commits


async def test_a_store_that_fails_fails_the_run_and_not_the_next(world: World, clerk: Person, office: str) -> None:
    await clerk.upload(office)
    world.clock.move(DAY + 1)
    world.blobs.broken = "away"
    await sweep_uploads(world.core)
    with pytest.raises(BlobError, match="away"):
        await sweep_orphans(world.core)
    world.blobs.broken = ""
    await sweep_orphans(world.core)
    assert await world.blobs.ids() == []
    with pytest.raises(Refused):
        await clerk.ask(m.OpenMenu())
