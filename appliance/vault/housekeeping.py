# SPDX-License-Identifier: Apache-2.0
"""What the vault tidies up by itself: visits, uploads, proposals and letters that are over, and orphaned blobs."""

from appliance.contracts.jobs import Job
from appliance.contracts.records import StoreTaken
from appliance.model.journal import Entry, Kind
from appliance.model.time import DAY, HOUR, Instant
from appliance.vault.banners import SECONDS as SECONDS_OF_BANNERS
from appliance.vault.banners import forget_over, refresh
from appliance.vault.clock_back import mind_the_clock
from appliance.vault.core import Core
from appliance.vault.documents.interrupted import cut_abandoned
from appliance.vault.documents.keeping import unnamed
from appliance.vault.door.visits import VISITS_AT_ONCE, end_visit
from appliance.vault.filings.holding import SECONDS, Holding
from appliance.vault.filings.offered import forget_days
from appliance.vault.grouping.asking import sweep_asked
from appliance.vault.grouping.expiring import SECONDS as SECONDS_OF_ENDS
from appliance.vault.grouping.expiring import announce_ends
from appliance.vault.grouping.switching import sweep_moved
from appliance.vault.intake.forgetting import sweep_intakes
from appliance.vault.issuing.expiring import SECONDS as SECONDS_OF_LETTERS
from appliance.vault.issuing.expiring import forget_letters
from appliance.vault.letters.outbox import drop_overdue
from appliance.vault.outcomes import forget_old
from appliance.vault.people.hand_over import SECONDS as SECONDS_OF_HAND_OVERS
from appliance.vault.people.hand_over import hand_over_due
from appliance.vault.people.two_person import forget_ended
from appliance.vault.records.tables import uploads, visits
from appliance.vault.records.transaction import Transaction
from appliance.vault.recounting import keep_tallies
from appliance.vault.tunnels.forgetting import sweep_sessions

AT_ONCE = 200
KEEP_ENDED_VISITS = HOUR


def jobs_of(core: Core) -> list[Job]:
    """The vault's own jobs, run by the same runner as those of plugins."""
    return [
        Job("checkpoint", core.settings.vault.checkpoint_seconds, lambda: sign(core)),
        Job("clock", 5, lambda: mind_the_clock(core)),
        Job("room", 30, lambda: measure(core)),
        Job("refusals", 10, core.refusals.flush),
        Job("visits", 300, lambda: sweep_visits(core)),
        Job("held", SECONDS, Holding(core).run),
        Job("uploads", 600, lambda: sweep_uploads(core)),
        Job("outcomes", 3600, lambda: sweep_outcomes(core)),
        Job("days", 24 * 3600, lambda: sweep_days(core)),
        Job("proposals", 3600, lambda: sweep_proposals(core)),
        Job("sealed", SECONDS_OF_LETTERS, lambda: forget_letters(core)),
        Job("hand_over", SECONDS_OF_HAND_OVERS, lambda: hand_over_due(core)),
        Job("banners", SECONDS_OF_BANNERS, lambda: refresh(core)),
        Job("old_banners", 3600, lambda: sweep_banners(core)),
        Job("outbox", 3600, lambda: sweep_outbox(core)),
        Job("tallies", 600, lambda: keep_tallies(core)),
        Job("delegations", SECONDS_OF_ENDS, lambda: announce_ends(core)),
        Job("moved_visits", 3600, lambda: sweep_moved(core)),
        Job("approvals_asked", 3600, lambda: sweep_asked(core)),
        Job("tunnels", 24 * 3600, lambda: sweep_sessions(core)),
        Job("registrations", 24 * 3600, lambda: sweep_intakes(core)),
        Job("orphans", 24 * 3600, lambda: sweep_orphans(core)),
    ]


async def measure(core: Core) -> None:
    """See how full the stores are, and that this vault is still the one that writes."""
    try:
        await core.room.measure(core.records, core.blobs)
    except StoreTaken as error:
        core.writer.lose(error)
        raise


async def sign(core: Core) -> None:
    """Sign the journal if it has grown. A damaged one fails here every time, which is what alarms are for."""
    await core.checkpoints.sign_if_grown()


async def sweep_visits(core: Core) -> None:
    """Remove visits that ended an hour ago, and journal the downloads that ended with their visit."""
    until = core.clock.now() - KEEP_ENDED_VISITS
    await core.commit_all(lambda txn: _end_visits(txn, until))
    await cut_abandoned(core)


def _end_visits(txn: Transaction, until: Instant) -> int:
    ended = visits.scan(txn, "end", until=(until,), limit=VISITS_AT_ONCE)
    for visit in ended:
        end_visit(txn, visit)
    return len(ended)


async def sweep_uploads(core: Core) -> None:
    """Forget uploads that were not finished in time; their parts become orphans."""
    hours = core.settings.vault.unfinished_upload_hours
    until = core.clock.now() - hours * HOUR
    stale = await core.read(lambda snapshot: uploads.scan(snapshot, "begun", until=(until,), limit=AT_ONCE))
    for upload in stale:
        entry = core.own_entry(Kind.UPLOAD_SWEPT, thing=upload.id, reason=f"not finished in {hours} hours")
        await core.commit(lambda txn, id=upload.id, entry=entry: _forget(txn, id, entry), vital=True)  # type: ignore[misc]
        core.hashes.forget(upload.id)


def _forget(txn: Transaction, upload: str, entry: Entry) -> None:
    if uploads.delete(txn, upload):
        txn.journal(entry)


async def sweep_outcomes(core: Core) -> None:
    """Forget outcomes of commands that are older than any visit."""
    until = core.clock.now() - DAY
    await core.commit_all(lambda txn: forget_old(txn, until))


async def sweep_days(core: Core) -> None:
    """Forget how much each office sent on days that are over."""
    now = core.clock.now()
    await core.commit_all(lambda txn: forget_days(txn, now))


async def sweep_proposals(core: Core) -> None:
    """Forget proposals that ran out before a second person spoke (A46): what they hold names people."""
    now = core.clock.now()
    await core.commit_all(lambda txn: forget_ended(txn, now))


async def sweep_banners(core: Core) -> None:
    """Forget what the fund told everybody and is over."""
    now = core.clock.now()
    await core.commit_all(lambda txn: forget_over(txn, now))


async def sweep_outbox(core: Core) -> None:
    """Drop letters that came too late for everyone."""
    until = core.clock.now()
    await core.commit_all(lambda txn: drop_overdue(txn, until))


async def sweep_orphans(core: Core) -> None:
    """Delete blobs that no record names, in a snapshot taken after they were listed, and older than a day."""
    after = ""
    while found := await core.blobs.ids(after):
        after = found[-1].id
        old = [info.id for info in found if info.saved_at < core.clock.now() - DAY]
        for id in await core.read(lambda snapshot, old=old: unnamed(snapshot, old)):  # type: ignore[misc]
            await core.blobs.delete(id)
