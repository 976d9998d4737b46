# SPDX-License-Identifier: Apache-2.0
"""PCs that connect again and again stay out for a while, so that a loop costs neither judgements nor records.

1. A PC comes in as often within a while as the settings say; the next time it is kept out, for a pause.
2. Each pause is twice as long as the one before it, up to LONGEST; after CALM without one it is the first again.
3. All this is of the clock that never goes back, and bounded: of a PC as many connects as it may have, of all PCs
   those that came last. Nothing is in the records: after a restart of the vault it counts anew (decision 46).
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from appliance.config.tunnel_settings import Tunnels
from appliance.model.tunnels import TunnelSession

Key = tuple[str, str]
MINUTE_SECONDS = 60.0
LONGEST = 30 * MINUTE_SECONDS
CALM = 60 * MINUTE_SECONDS
# More than there may be seats; who came longest ago is forgotten first, unless it is being kept out.
MOST_NAMES = 20_000
# Of who is shown though it is kept out; so many are told apart.
MOST_SHOWN = 50


@dataclass(slots=True)
class Coming:
    """How often a PC came, by the engine's names of its sessions, and how often it was kept out for it.

    refused is the session with which its pause has begun, None while it may come. until is when its last pause is
    over, told when the gate was last told of it. shown are the sessions that the gate showed in spite of it.
    """

    came: deque[tuple[float, Key]] = field(default_factory=deque)
    pauses: int = 0
    until: float = -math.inf
    told: float = -math.inf
    refused: TunnelSession | None = None
    shown: deque[Key] = field(default_factory=lambda: deque(maxlen=MOST_SHOWN))
    count: int = 0

    @property
    def office(self) -> str:
        """Whose it is, "" while it may come, or where nobody knows."""
        return self.refused.office if self.refused else ""


class Pauses:
    """By the name that the engines have for the PC of a seat. turned_away counts what came in spite of a pause."""

    def __init__(self) -> None:
        """Nobody has come."""
        self._known: dict[str, Coming] = {}
        self._out: dict[str, Coming] = {}
        self.turned_away = 0

    def __len__(self) -> int:
        """How many are kept out."""
        return len(self._out)

    def comes(self, name: str, key: Key, now: float, settings: Tunnels) -> float:
        """A session appears: 0 if it may, else for how many seconds its PC is to stay out (promises 1 and 2).

        The same session counts once, however often it is asked about.
        """
        one = self._known.pop(name, None) or Coming()
        self._known[name] = one
        self._forget()
        while one.came and one.came[0][0] <= now - settings.connects_minutes * MINUTE_SECONDS:
            one.came.popleft()
        if all(key != before for _, before in one.came):
            one.came.append((now, key))
        if len(one.came) <= settings.connects:
            return 0.0
        if len(one.came) > settings.connects + 1:
            one.came.popleft()
        pauses = 0 if now - one.until >= CALM else one.pauses
        return min(settings.pause_minutes * MINUTE_SECONDS * 2.0**pauses, LONGEST)

    def begin(self, name: str, refused: TunnelSession, seconds: float, now: float) -> None:
        """Its session was refused for this: it stays out from now on."""
        one = self._known.setdefault(name, Coming())
        one.pauses = 1 if now - one.until >= CALM else one.pauses + 1
        one.until, one.told, one.refused, one.count = now + seconds, now, refused, 0
        one.came.clear()
        one.shown.clear()
        self._out[name] = one

    def is_out(self, name: str) -> bool:
        """Whether it is kept out, until end()."""
        return name in self._out

    def left(self, name: str, now: float) -> float:
        """For how many seconds more it is kept out; 0 when it may come."""
        return max(self._out[name].until - now, 0.0) if name in self._out else 0.0

    def shown(self, name: str, key: Key) -> Coming:
        """The gate shows a session of one that is kept out; each is counted once."""
        one = self._out[name]
        if key not in one.shown:
            one.shown.append(key)
            one.count += 1
            self.turned_away += 1
        return one

    def tell(self, name: str, now: float) -> None:
        """The gate is told of it once more."""
        self._out[name].told = now

    def over(self, now: float) -> Iterator[tuple[str, Coming]]:
        """Those whose pause is over."""
        return ((name, one) for name, one in list(self._out.items()) if one.until <= now)

    def end(self, name: str) -> None:
        """It may come again."""
        self._out.pop(name).refused = None

    def _forget(self) -> None:
        """Promise 3."""
        if len(self._known) > MOST_NAMES:
            name = next((name for name in self._known if name not in self._out), None)
            if name is not None:
                del self._known[name]
