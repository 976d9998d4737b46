# SPDX-License-Identifier: Apache-2.0
"""Sessions, of which WireGuard has none: made of the handshakes of its peers.

1. A peer that shakes hands has a session, from its first handshake on. It is named by that moment and numbered, so
   one that was closed is never told again.
2. Whoever is there shakes hands every two minutes, and after three no packet is taken any more: a session of which
   no handshake was heard for so long is over.
3. How old a handshake is counts from when it was first seen here, by a clock that never goes back; the wall clock
   says no more than how long before the present look it was.
4. Where a peer comes from may change: PCs move. One that comes back to where it was a moment ago, while it was
   somewhere else in between, is two PCs with one key.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.contracts.tunnel import EngineSession
from renkei_tunnel_wireguard.dump import Shown

# REJECT_AFTER_TIME of the protocol: no packet is taken longer after the handshake that its keys are from.
SILENCE_SECONDS = 180.0
# Between two networks of one PC nobody changes thrice in so many seconds.
MOMENT_SECONDS = 120.0
_SIGNS = 10


@dataclass(slots=True)
class _Session:
    """began by the clock that never goes back; what its peer had moved before."""

    name: str
    began: float
    before_in: int
    before_out: int
    told: bool = False


@dataclass(slots=True)
class _Heard:
    """What is remembered of a peer. at is when its handshake was; moved_at when it came from elsewhere."""

    handshake: int
    at: float
    endpoint: str
    endpoint_before: str = ""
    moved_at: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    session: _Session | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """A peer's session. copied: at this look, and none before, it was seen that two PCs have its key."""

    session: EngineSession
    shown: Shown
    copied: bool = False


class Hearing:
    """silence is after how many seconds without a handshake a session is over (2)."""

    def __init__(self, silence: float = SILENCE_SECONDS) -> None:
        """Nobody was heard."""
        self.silence = silence
        self._heard: dict[str, _Heard] = {}
        self._looked_at: float | None = None
        self._count = 0

    def forget(self, key: str) -> None:
        """The peer was removed: whatever it had is over."""
        self._heard.pop(key, None)

    def look(self, peers: Sequence[tuple[str, Shown]], now: float, wall: float) -> list[Live]:
        """The sessions of these peers, each with the name of its seat; those that are not there are forgotten.

        now and wall are seconds, of the clock that never goes back and of the one on the wall.
        """
        there = {shown.key for _, shown in peers}
        for key in self._heard.keys() - there:
            del self._heard[key]
        live = [found for seat, shown in peers if (found := self._one(seat, shown, now, wall)) is not None]
        self._looked_at = now
        return live

    def _one(self, seat: str, shown: Shown, now: float, wall: float) -> Live | None:
        if not shown.handshake:
            self._heard.pop(shown.key, None)
            return None
        heard = self._heard.get(shown.key)
        if heard is None or heard.handshake != shown.handshake:
            heard = self._shaken(heard, shown, now, wall)
        copied = self._moved(heard, shown.endpoint, now)
        heard.bytes_in, heard.bytes_out = shown.bytes_in, shown.bytes_out
        if now - heard.at > self.silence:
            heard.session = None
        if heard.session is None:
            return None
        return Live(_told(heard.session, seat, shown, now), shown, copied)

    def _shaken(self, heard: _Heard | None, shown: Shown, now: float, wall: float) -> _Heard:
        """A handshake that was not seen before."""
        # Nothing can have happened before the last look that was not seen there (3).
        since_look = self.silence * 2 if self._looked_at is None else now - self._looked_at
        at = now - min(max(wall - shown.handshake, 0.0), since_look)
        if heard is None:
            heard = self._heard[shown.key] = _Heard(shown.handshake, at, shown.endpoint)
        elif at - heard.at > self.silence:
            heard.session = None
        heard.handshake, heard.at = shown.handshake, at
        if heard.session is None and now - at <= self.silence:
            self._count += 1
            name = f"WG-{_short(shown.key)}-{shown.handshake}-{self._count}"
            heard.session = _Session(name, at, heard.bytes_in, heard.bytes_out)
        return heard

    @staticmethod
    def _moved(heard: _Heard, endpoint: str, now: float) -> bool:
        """Whether two PCs with the key of this peer are seen for the first time (4)."""
        if endpoint == heard.endpoint:
            return False
        back = endpoint == heard.endpoint_before and now - heard.moved_at <= MOMENT_SECONDS
        heard.endpoint, heard.endpoint_before, heard.moved_at = endpoint, heard.endpoint, now
        if not back or heard.session is None or heard.session.told:
            return False
        heard.session.told = True
        return True


def _told(session: _Session, seat: str, shown: Shown, now: float) -> EngineSession:
    return EngineSession(
        session.name,
        seat,
        shown.address,
        shown.source,
        now - session.began,
        max(shown.bytes_in - session.before_in, 0),
        max(shown.bytes_out - session.before_out, 0),
    )


def _short(key: str) -> str:
    """Enough of a key to tell it from others; a name that says nothing."""
    return hashlib.sha256(key.encode()).hexdigest()[:_SIGNS]
