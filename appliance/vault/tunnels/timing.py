# SPDX-License-Identifier: Apache-2.0
"""The time of open sessions: hours, clocks that are set, deadlines (R6, R90, A14, A15, T18).

1. Running times are of the clock that never goes back. When the wall clock is set they are reckoned anew, and only
   ever become shorter: no session gains time by it.
2. What the policies say of the hours is asked each time, so that what a fund decides counts at once.
3. A deadline whose end cannot be written is still due.
"""

import math

from appliance.link.refusals import Refused
from appliance.model.time import SECOND, Instant
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.core import Core
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.connected import Held
from appliance.vault.tunnels.deadlines import Deadlines
from appliance.vault.tunnels.ending import shortened_in_records
from appliance.vault.tunnels.judging import Facts, Hours, judged
from appliance.vault.tunnels.noticing import SLACK_SECONDS
from appliance.vault.tunnels.opening_hours import hours_of
from appliance.vault.tunnels.outbound import Outbound

JUMP = 2 * SECOND


class Timing:
    """hours are as last asked."""

    def __init__(self, core: Core, outbound: Outbound) -> None:
        """Nothing is open yet."""
        self._core = core
        self._outbound = outbound
        self._deadlines = Deadlines(core.tunnels)
        self.hours = Hours(comes_in=False, stays=True)
        self._apart = self._apart_now()

    def next(self) -> float | None:
        """When the next deadline is, by the clock that never goes back."""
        return self._deadlines.next()

    def reckon(self, held: Held) -> None:
        """How long an open session may still be, which never becomes more; the gate is told where it is less."""
        if held.row.state is SessionState.OPEN:
            self._end_by(held, held.row.ends_at, held.due)

    def end_within(self, held: Held, seconds: float) -> None:
        """An open session has no more than so many seconds left."""
        held.until = min(held.until, self._core.clock.monotonic() + seconds)
        self._deadlines.add(held)

    def _end_by(self, held: Held, at: Instant, due: Cause) -> None:
        clock = self._core.clock
        until = clock.monotonic() + (at - clock.now()) / SECOND
        if until < held.until:
            if until < held.until - SLACK_SECONDS:
                held.told = -math.inf
            held.until, held.due = until, due
        self._deadlines.add(held)

    async def mind_hours(self) -> None:
        """Whether the hours, or the clock, are other than before (promises 1 and 2)."""
        apart, before = self._apart_now(), self.hours
        self.hours = await hours_of(self._core, self._core.clock.now())
        if self.hours.comes_in and not before.comes_in:
            self._core.tunnels.look_at(self._outbound.teller.let_in())
        if self.hours == before and abs(apart - self._apart) <= JUMP:
            return
        self._apart = apart
        shorter: dict[str, Instant] = {}
        for held in self._core.tunnels.in_state(SessionState.OPEN):
            self._judge(held, shorter)
        await self._shorten(shorter)

    def _judge(self, held: Held, shorter: dict[str, Instant]) -> None:
        verdict = judged(self._facts_of(held))
        if isinstance(verdict, Cause):
            self._end_by(held, self._core.clock.now(), verdict)
        elif verdict.at < held.row.ends_at:
            shorter[held.row.id] = verdict.at
            self._end_by(held, verdict.at, verdict.due)
        else:
            self.reckon(held)

    def _facts_of(self, held: Held) -> Facts:
        return Facts(
            now=self._core.clock.now(),
            began_at=held.row.began_at,
            is_new=False,
            hours=self.hours,
            minutes=self._core.settings.tunnels.minutes,
            certificate_ends=held.certificate_ends,
        )

    async def _shorten(self, shorter: dict[str, Instant]) -> None:
        for row in await shortened_in_records(self._core, shorter):
            self._core.tunnels.take(row)

    def _apart_now(self) -> float:
        return self._core.clock.now() - self._core.clock.monotonic() * SECOND

    async def mind_leaving(self) -> None:
        """Whoever has left the portal has a moment left, to read that (R91)."""
        if not self._core.tunnels.leaving:
            return
        self._core.tunnels.leaving = False
        for row in await self._core.read(_leaving):
            if held := self._core.tunnels.of(row.id):
                held.row = row
                self._end_by(held, row.leaves_at, Cause.SIGNED_OUT)

    async def mind_deadlines(self) -> None:
        """What is over ends. Raises Refused (promise 3)."""
        passed = list(self._deadlines.passed(self._core.clock.monotonic()))
        try:
            for cause in dict.fromkeys(held.due for held in passed):
                await self._outbound.end([held.row for held in passed if held.due is cause], cause)
        except Refused:
            for held in passed:
                self._deadlines.add(held)
            raise


def _leaving(snapshot: Snapshot) -> list[TunnelSession]:
    return tunnel_sessions.scan(snapshot, "leaving")
