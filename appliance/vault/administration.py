# SPDX-License-Identifier: Apache-2.0
"""What an administrator does at the vault's own host: the handlers of the messages of the admin socket."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace

from appliance import __version__
from appliance.contracts.records import StoreError
from appliance.host.system import DemoClock
from appliance.link.messages import (
    ApprovePlugin,
    AskStatus,
    BlockPlugin,
    ClockMoved,
    CutLink,
    ExportJournal,
    JournalVerdict,
    LinkCut,
    MoveClock,
    Nothing,
    ScannerNow,
    Status,
    VerifyJournal,
)
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.time import SECOND
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.door.cutting import cut_off
from appliance.vault.journal.bundle import export
from appliance.vault.journal.log import JournalDamaged
from appliance.vault.journal.verify import verify
from appliance.vault.records.tables import JOURNAL, Verified, verifications
from appliance.vault.records.transaction import Transaction

MAX_OFFICE_NUMBER = 999_999
MAX_NAME = 100
MAX_REASON = 300
SHA256 = re.compile(r"[0-9a-f]{64}")


async def cut_link(core: Core, caller: Caller, message: CutLink) -> LinkCut:
    """All visits of a site end, some in each transaction, and nothing that was begun through it goes on.

    The entry says how many visits ended.
    """
    site = message.of_site
    return LinkCut(
        await cut_off(core, site, caller.now, lambda reason: caller.entry(thing=site.value, reason=reason))
    )


async def move_clock(core: Core, caller: Caller, message: MoveClock) -> ClockMoved:
    """The demo's clock goes forward (design §10)."""
    clock = core.clock_watch.clock
    if not isinstance(clock, DemoClock) or message.seconds < 0:
        raise Refused(Why.INVALID, "demo.clock")
    now = clock.move(message.seconds * SECOND)
    entry = replace(caller, now=now).entry(reason=f"{message.seconds} seconds forward")
    await core.commit(lambda txn: txn.journal(entry))
    return ClockMoved(now)


async def block_plugin(core: Core, caller: Caller, message: BlockPlugin) -> Nothing:
    """The command writes the list that counts at the next start; here it is journaled first."""
    kind = Kind.PLUGIN_BLOCKED if message.blocked else Kind.PLUGIN_UNBLOCKED
    entry = caller.entry(kind, thing=message.name)
    await core.commit(lambda txn: txn.journal(entry))
    return Nothing()


async def approve_plugin(core: Core, caller: Caller, message: ApprovePlugin) -> Nothing:
    """As block_plugin: what counts is the command's list, which every tier reads at its start."""
    kind = Kind.PLUGIN_APPROVED if message.approved else Kind.PLUGIN_REMOVED
    if SHA256.fullmatch(message.sha256) is None:
        raise Refused(Why.INVALID, "plugin.sha256")
    digest = bytes.fromhex(message.sha256)
    entry = caller.entry(kind, thing=message.name, reason=message.version[:MAX_REASON], sha256=digest)
    await core.commit(lambda txn: txn.journal(entry))
    return Nothing()


async def export_journal(core: Core, caller: Caller, message: ExportJournal) -> Streamed:
    """The bundle, as it is after the entry of its own export."""
    entry = caller.entry()
    await core.commit(lambda txn: txn.journal(entry), vital=True)
    # A journal that must not, or on a full disk cannot, be signed any more is evidence all the same.
    with suppress(JournalDamaged, StoreError):
        await core.checkpoints.sign_if_grown()
    return Streamed(Nothing(), _bundle(core))


async def _bundle(core: Core) -> AsyncIterator[bytes]:
    async for piece in export(core.records, core.log, core.checkpoints):
        yield piece


async def verify_journal(core: Core, caller: Caller, message: VerifyJournal) -> JournalVerdict:
    """Check everything; the outcome is an entry of its own.

    A failure never resets itself: it is over when the journal fits a checkpoint that was kept elsewhere.
    """
    verdict = await verify(core.records, core.log, core.checkpoints, message.against)
    result = Result.DONE if verdict.ok else Result.REFUSED
    reason = "ok" if verdict.ok else f"first bad entry: {verdict.first_bad}: {verdict.reason}"
    entry = caller.entry(result=result, reason=f"{verdict.entries} entries, {reason}"[:MAX_REASON])

    def write(txn: Transaction) -> None:
        last = verifications.get(txn, JOURNAL)
        if not verdict.ok or message.against or last is None or last.ok:
            verifications.put(txn, Verified(caller.now, verdict.ok))
        txn.journal(entry)

    await core.commit(write, vital=True)
    return verdict


async def ask_status(core: Core, caller: Caller, message: AskStatus) -> Status:
    """Figures, nothing else; read often by monitoring, so that it is journaled once in ten minutes."""
    size = await core.read(lambda snapshot: core.log.size(snapshot.view))
    if core.reads.is_new(b"admin", caller.call.row.journal.value, "", caller.now):
        entry = caller.entry()
        await core.commit(lambda txn: txn.journal(entry), vital=True)
        core.reads.remember(b"admin", caller.call.row.journal.value, "", caller.now)
    return Status(
        version=__version__,
        now=caller.now,
        journal_size=size,
        records_ratio=core.room.records,
        blobs_ratio=core.room.blobs,
        gate_connected=core.gate.connected,
        sessions=len(core.gate.report.live),
        engines=core.tunnels.report.states if core.tunnels.report else (),
        tunnel_drift=core.tunnels.drift,
        scanners=tuple(_scanners(core)),
    )


def _scanners(core: Core) -> Iterator[ScannerNow]:
    """Each as it was when it was last asked: asking now could take long."""
    for name, state in sorted(core.scanners.states.items()):
        yield ScannerNow(name, state.engine, state.signatures_at) if state else ScannerNow(name)
