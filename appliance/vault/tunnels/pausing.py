# SPDX-License-Identifier: Apache-2.0
"""The keeper's part of pauses: a PC that connects again and again is refused once, and stays out for a while.

1. It is barred at its engines, so that it is not even shown. What an engine shows of it all the same is judged by
   nobody, and written nowhere: it is told to stay out once more, and counted.
2. The journal says when a pause begins, and at its end how often it came in spite of it, if it did: two entries,
   however fast it is.
3. When the pause is over it is admitted, unless something else keeps it out by then.
"""

from collections.abc import Sequence

from appliance.link.messages import LiveSession
from appliance.model.journal import Kind
from appliance.model.tunnels import Cause, TunnelSession
from appliance.vault.core import Core
from appliance.vault.records.transaction import Transaction
from appliance.vault.tunnels.entries import Entries
from appliance.vault.tunnels.noticing import SETTLED_SECONDS, Noticed
from appliance.vault.tunnels.outbound import Outbound
from appliance.vault.tunnels.pauses import Coming


class Pausing:
    """Asks and tells core.tunnels.pauses."""

    def __init__(self, core: Core, outbound: Outbound) -> None:
        """Nobody is kept out."""
        self._core = core
        self._outbound = outbound
        self._pauses = core.tunnels.pauses

    def comes(self, live: LiveSession) -> float:
        """A new session: for how many seconds its PC has to stay out, 0 if it may come."""
        now, settings = self._core.clock.monotonic(), self._core.settings.tunnels
        return self._pauses.comes(live.seat, (live.engine, live.session), now, settings)

    def begin(self, name: str, refused: TunnelSession, seconds: float) -> None:
        """A session was refused, and its PC stays out."""
        if not self._pauses.is_out(name):
            self._pauses.begin(name, refused, seconds, self._core.clock.monotonic())
            self._bar({name: refused.office})

    def turn_away(self, found: Noticed) -> None:
        """Nobody judges what is new of one that is kept out (promise 1)."""
        out = [live for live in found.new if self._pauses.is_out(live.seat)]
        if not out:
            return
        found.new = [live for live in found.new if not self._pauses.is_out(live.seat)]
        again = self._late(out)
        found.drift += sum(live.seat in again for live in out)
        self._bar(again)

    def _late(self, out: Sequence[LiveSession]) -> dict[str, str]:
        """Those that the gate has known of for long enough, with their offices."""
        now, late = self._core.clock.monotonic(), dict[str, str]()
        for live in out:
            one = self._pauses.shown(live.seat, (live.engine, live.session))
            if now - one.told >= SETTLED_SECONDS:
                late[live.seat] = one.office
        for name in late:
            self._pauses.tell(name, now)
        return late

    def _bar(self, names: dict[str, str]) -> None:
        self._outbound.start(*self._outbound.teller.bar(names, Cause.OFTEN))

    async def mind(self) -> None:
        """Those whose pause is over may come again (promises 2 and 3). Raises Refused."""
        for name, one in self._pauses.over(self._core.clock.monotonic()):
            await self._say(one)
            self._core.tunnels.look_at({one.office} - {""})
            self._pauses.end(name)

    async def _say(self, one: Coming) -> None:
        """Promise 2."""
        refused = one.refused
        if not one.count or refused is None:
            return
        reason = f"{Cause.OFTEN}: it came {one.count} times more while it was kept out"
        entry = Entries.of(self._core)(Kind.TUNNEL_REFUSED, refused, reason)

        def note(txn: Transaction) -> None:
            txn.journal(entry)

        await self._core.commit(note, vital=True)
