# SPDX-License-Identifier: Apache-2.0
"""The keeper: the records' truth about VPN sessions and what the gate shows are brought together (design §9).

What it promises, cited below by number:

1. A session is let through after the records say so, and never before; it ends in the records first.
2. It goes round when the gate reports, when an act says something of seats or of time, when the next deadline is
   due, and every second. A round in which nothing has changed writes nothing, and tells nobody anything.
3. What the gate shows otherwise than it was told, it is told again, for as long as it shows it; and it is counted.
4. While the gate is away nothing is opened. What is due is written nevertheless, and told when it is back.
5. After a start the sessions of before are as they were; those that an engine shows no more have ended when they
   were last known to be there.
6. A PC that connects again and again stays out for a while, and costs nothing meanwhile (pausing.py).
7. One thing that fails, such as an engine or a store that is full, holds up none of the others.
"""

import asyncio
import logging
import math
from contextlib import suppress

from appliance.link.messages import GateReport, LiveSession
from appliance.link.refusals import Refused
from appliance.model.tunnels import Cause, SessionState
from appliance.vault.core import Core
from appliance.vault.tunnels.appearing import Judge, Newcomer, Outcome
from appliance.vault.tunnels.connected import Held
from appliance.vault.tunnels.ending import AT_ONCE, vanished_in_records
from appliance.vault.tunnels.engine_clients import EngineClients
from appliance.vault.tunnels.entries import Entries
from appliance.vault.tunnels.loading import loaded
from appliance.vault.tunnels.noticing import SLACK_SECONDS, Noticed, noticed
from appliance.vault.tunnels.outbound import Outbound
from appliance.vault.tunnels.pausing import Pausing
from appliance.vault.tunnels.peaks import peak_of
from appliance.vault.tunnels.reviewing import reviewed
from appliance.vault.tunnels.telling import Teller
from appliance.vault.tunnels.timing import Timing

EVERY_SECONDS = 1.0
PAUSE_SECONDS = 1.0
OFFICES_AT_ONCE = 200
_log = logging.getLogger(__name__)


class Keeper:
    """run() goes round for ever; turn() once, and what it has to tell the gate then waits for settle()."""

    def __init__(self, core: Core) -> None:
        """Nothing is known yet."""
        self._core = core
        self._tunnels = core.tunnels
        self.teller = Teller(core)
        self._outbound = Outbound(core, self.teller)
        self._timing = Timing(core, self._outbound)
        self._pausing = Pausing(core, self._outbound)
        self._clients = EngineClients(core)
        self._is_loaded = False
        self._is_telling_all = False
        self._minded: GateReport | None = None
        self._gate = (0, "")
        self.settle = self._outbound.settle

    # --- going round ----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Promise 2, until cancelled."""
        self.teller.begin_anew()
        async with asyncio.TaskGroup() as group:
            self._outbound.spawn = group.create_task
            while True:
                self._tunnels.woken.clear()
                try:
                    await self.turn()
                except Refused as refused:
                    _log.warning("VPN sessions cannot be kept as they should: %s", refused)
                    await self._core.pause(PAUSE_SECONDS)
                await self._wait()

    async def _wait(self) -> None:
        due = self._timing.next()
        left = EVERY_SECONDS if due is None else min(due - self._core.clock.monotonic(), EVERY_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(left, 0)):
                await self._tunnels.woken.wait()

    async def turn(self) -> None:
        """One round. Raises Refused with the last of what could not be done, after all the rest was (promise 7)."""
        if not self._is_loaded:
            await self._load()
        failed: Refused | None = None
        timing = self._timing
        timed = (timing.mind_hours, timing.mind_leaving, timing.mind_deadlines, self._pausing.mind)
        for mind in (*timed, self._offices, self._report):
            try:
                await mind()
            except Refused as refused:
                failed = refused
        if failed is not None:
            raise failed

    async def _load(self) -> None:
        """Promise 5."""
        for one in await loaded(self._core):
            held = self._tunnels.hold(one.row, one.name)
            held.certificate_ends, held.due = one.certificate_ends, one.due
            held.seen = max(one.row.appeared_at, self._tunnels.last_alive)
            self._tunnels.look_at({one.row.office} - {""})
            self._timing.reckon(held)
        now = self._core.clock.now()
        self._tunnels.peak = await self._core.read(lambda snapshot: peak_of(snapshot, now))
        self._is_loaded = True

    # --- seats ----------------------------------------------------------------------------------------------------

    async def _offices(self) -> None:
        """Those of which an act has said something: which sessions may not be any more, and who may connect."""
        waiting = self._tunnels.offices
        offices = {waiting.pop() for _ in range(min(len(waiting), OFFICES_AT_ONCE))}
        try:
            if offices:
                await self._review(offices)
        except Refused:
            self._tunnels.look_at(offices)
            raise
        if waiting:
            self._tunnels.nudge()

    async def _review(self, offices: set[str]) -> None:
        self.teller.forget(self._tunnels.barred)
        self._tunnels.barred = set()
        held = [one for one in self._tunnels.held.values() if one.row.office in offices]
        found = await self._core.read(lambda snapshot: reviewed(snapshot, self.teller, offices, held))
        for cause, rows in found.ends.items():
            await self._outbound.end(rows, cause)
        if self._tunnels.report is None:
            self.teller.is_behind = True  # all are told when it is back
            return
        for cause, names in found.bars.items():
            self._outbound.start(*self.teller.bar(names, cause))
        if found.admits:
            self._outbound.start(self.teller.admit(found.admits))

    # --- reports --------------------------------------------------------------------------------------------------

    async def _report(self) -> None:
        """What the gate shows now, unless it was looked at already; nothing while it is away (promises 3 and 4)."""
        report, tunnels = self._tunnels.report, self._tunnels
        if report is None or report is self._minded:
            return
        self._greet(report)
        clock = self._core.clock
        found = noticed(tunnels, report, clock.now(), clock.monotonic())
        self._pausing.turn_away(found)
        tunnels.drift, tunnels.overrun = found.drift, found.overrun
        self._minded = report
        self._bound_by_kernel(found)
        self._outbound.open(found.untold + found.shut)
        for cause in dict.fromkeys(held.row.cause for held in found.lingering):
            rows = [held.row for held in found.lingering if held.row.cause is cause]
            self._outbound.tell_end(rows, cause or Cause.GONE)
        await self._change(found)
        await self._clients.learn(report.states)

    def _greet(self, report: GateReport) -> None:
        """A gate that is new, or was away, is told everything; and so is one that did not hear it all."""
        gate = (self._tunnels.watches, report.run)
        if gate != self._gate:
            self._gate = gate
            self.teller.is_behind = True
            for held in self._tunnels.held.values():
                held.told = -math.inf
        if (self.teller.is_behind or not report.told) and not self._is_telling_all:
            self._is_telling_all = True
            self._outbound.start(self._tell_all())

    async def _tell_all(self) -> None:
        try:
            await self.teller.tell_all()
        finally:
            self._is_telling_all = False

    def _bound_by_kernel(self, found: Noticed) -> None:
        """What a vault before this one let through does not get more time by the restart."""
        for held in found.untold:
            left = held.live.open_seconds if held.live else 0
            if 0 < left < held.until - self._core.clock.monotonic() - SLACK_SECONDS:
                self._timing.end_within(held, left)

    async def _change(self, found: Noticed) -> None:
        for row in await vanished_in_records(self._core, found.gone):
            self._tunnels.take(row)
        for held in found.moved:
            await self._outbound.end([held.row], Cause.REPLACED)
        new = _oldest_first(found.new)
        newcomers = [Newcomer(live, self._core.new_id(), self._pausing.comes(live)) for live in new]
        newcomers += [Newcomer(held.live, held.row.id) for held in found.waiting if held.live is not None]
        for start in range(0, len(newcomers), AT_ONCE):
            await self._judge(newcomers[start : start + AT_ONCE])

    async def _judge(self, newcomers: list[Newcomer]) -> None:
        """Promise 1."""
        core = self._core
        let_through = {held.row.id for held in self._tunnels.in_state(SessionState.OPEN)}
        judge = Judge(Entries.of(core), self._timing.hours, core.settings.tunnels, let_through)
        outcome: Outcome = await core.commit(lambda txn: judge.page(txn, newcomers), vital=True)
        self._tunnels.peak = outcome.peak
        for row in outcome.replaced:
            self._tunnels.take(row)
        self._outbound.tell_end([row for row in outcome.replaced if row.cause is Cause.REPLACED], Cause.REPLACED)
        live = {one.id: one.live for one in newcomers}
        helds: list[Held] = []
        for one in outcome.judgements:
            if one.pause:
                self._pausing.begin(one.name, one.row, one.pause)
            if held := self._tunnels.take(one.row, one.name):
                held.live, held.seen = live[one.row.id], core.clock.now()
                held.due, held.certificate_ends = one.due, one.certificate_ends
                self._timing.reckon(held)
                helds.append(held)
        self._outbound.open(held for held in helds if held.row.state is SessionState.OPEN)
        refused = [held.row for held in helds if held.row.state is SessionState.ENDING]
        for cause in dict.fromkeys(row.cause for row in refused):
            self._outbound.tell_end([row for row in refused if row.cause is cause], cause or Cause.GONE)


def _oldest_first(new: list[LiveSession]) -> list[LiveSession]:
    return sorted(new, key=lambda live: -live.seconds)
