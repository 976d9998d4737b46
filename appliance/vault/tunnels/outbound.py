# SPDX-License-Identifier: Apache-2.0
"""What the gate is told of sessions: beside everything else, in the order in which it was decided.

1. What is told was in the records first. Nobody waits for an engine but who is told here.
2. A session is let through only if it is still open when its turn comes: an end is not overtaken.
3. What did not come through is told again when the gate shows that it was not done.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from appliance.link.messages import GATE_PAGE, GateDone, OpenSessions, ToOpen
from appliance.link.refusals import Refused
from appliance.model.tunnels import BARRING, Cause, SessionState, TunnelSession
from appliance.vault.core import Core
from appliance.vault.tunnels.connected import Held
from appliance.vault.tunnels.ending import ended_in_records, tell_end
from appliance.vault.tunnels.telling import Teller
from appliance.vault.workflow.vpn_session import Facts

Work = Coroutine[Any, Any, object]
_log = logging.getLogger(__name__)


class Outbound:
    """spawn begins what is to be told; without one it waits for settle()."""

    def __init__(self, core: Core, teller: Teller) -> None:
        """Nothing is under way."""
        self._core = core
        self.teller = teller
        self._later: list[Work] = []
        self.spawn: Callable[[Work], object] = self._later.append

    async def settle(self) -> None:
        """Do what waits."""
        while self._later:
            works, self._later[:] = list(self._later), []
            await asyncio.gather(*works)

    def start(self, *works: Work) -> None:
        """Tell, and go on; what the gate refuses is logged (promise 3)."""
        for work in works:
            self.spawn(_safely(work))

    def open(self, helds: Iterable[Held]) -> None:
        """Let these, which the records say are open, through for the rest of their time (promise 1)."""
        chosen, now = list(helds), self._core.clock.monotonic()
        for held in chosen:
            held.told = now
        for start in range(0, len(chosen), GATE_PAGE):
            self.start(self._open(chosen[start : start + GATE_PAGE]))

    async def _open(self, helds: Sequence[Held]) -> None:
        """Promise 2: an end that was told to a session before its turn has come is in its row."""
        async with self._core.tunnels.opening:
            now = self._core.clock.monotonic()
            sessions = tuple(_to_open(held, now) for held in helds if _is_open(held, now))
            try:
                done = await self._core.gate.tell(OpenSessions(sessions)) if sessions else GateDone()
            except Refused:
                for held in helds:
                    held.told = -math.inf
                raise
        left = {(one.engine, one.session) for one in done.left}
        for held in helds:
            if (held.row.engine, held.row.engine_session) in left and held.live and held.live.open_seconds:
                held.told = -math.inf  # it passes, and the gate did not take it for confirmed

    async def end(self, rows: Sequence[TunnelSession], cause: Cause) -> None:
        """These end for one cause: in the records, then at the gate. Raises Refused of the records."""
        ended = await ended_in_records(self._core, rows, Facts(self._core.clock.now(), cause=cause))
        self.tell_end([row for row in ended if row.state is SessionState.ENDING], cause)

    def tell_end(self, rows: Sequence[TunnelSession], cause: Cause) -> None:
        """The gate's part of it, once more where need be."""
        if not rows:
            return
        helds = self._core.tunnels.those(rows)
        for held in helds:
            held.told = self._core.clock.monotonic()
        if cause in BARRING:
            self.start(*self.teller.bar({held.name: held.row.office for held in helds}, cause))
        else:
            self.start(tell_end(self._core, rows, cause))


def _is_open(held: Held, now: float) -> bool:
    return held.row.state is SessionState.OPEN and held.until > now


def _to_open(held: Held, now: float) -> ToOpen:
    row = held.row
    return ToOpen(row.engine, row.engine_session, held.name, row.address, held.until - now)


async def _safely(work: Work) -> None:
    try:
        await work
    except Refused as refused:
        _log.warning("the gate was not told: %s; what it shows will be told again", refused)
