# SPDX-License-Identifier: Apache-2.0
"""A second factor whose right answers a test can tell, and that a test can break."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from appliance.contracts.factor import (
    NOT_PROVEN,
    Begun,
    Enrolled,
    EnrolRequest,
    FactorAnswer,
    FactorRequest,
    Proof,
    digits_typed,
)
from appliance.contracts.plugin import PluginError
from appliance.model.time import HOUR, Instant

DIGITS = 8


@dataclass(frozen=True, slots=True)
class _State:
    """Whose it is, which enrolment, how many codes there have been, and when the last one is valid."""

    account: str
    serial: int
    count: int = 0
    begun_at: Instant = 0
    ends_at: Instant = 0

    @property
    def code(self) -> str:
        """The last code."""
        seed = f"{self.account}/{self.serial}/{self.count}".encode()
        return f"{int.from_bytes(hashlib.sha256(seed).digest()) % 10**DIGITS:0{DIGITS}d}"

    def valid(self, now: Instant) -> bool:
        """Whether the last code is."""
        return self.begun_at <= now < self.ends_at

    def packed(self) -> bytes:
        """As the core keeps it."""
        return json.dumps(asdict(self)).encode()


class MemoryFactor:
    """The fake of contracts.factor.Factor.

    Where it sends, its codes are valid for life milliseconds, and end once used; else there is one right answer at
    any time, and another one after each proof. While broken is set, every call raises PluginError with its text.
    """

    def __init__(self, *, sends: bool = True, life: int = HOUR) -> None:
        """Nobody is enrolled."""
        self._sends = sends
        self._life = life
        self._serial = 0
        self.broken = ""

    async def enrol(self, request: EnrolRequest) -> Enrolled:
        """Show the secret, except where codes are sent."""
        self._refuse_if_broken()
        self._serial += 1
        state = _State(request.account, self._serial)
        if self._sends:
            return Enrolled(state.packed())
        state = replace(state, ends_at=1 << 62)
        return Enrolled(state.packed(), {"secret": f"{request.label} {self._serial}"})

    async def begin(self, request: FactorRequest) -> Begun:
        """The same code until it is used or too old."""
        state = self._read(request.state)
        if not self._sends:
            return Begun(request.state)
        if not state.valid(request.now):
            ends_at = request.now + self._life
            state = replace(state, count=state.count + 1, begun_at=request.now, ends_at=ends_at)
        return Begun(state.packed(), state.code, state.ends_at)

    async def verify(self, request: FactorAnswer) -> Proof:
        """Compare, and never take the same again."""
        state = self._read(request.state)
        if not state.valid(request.now) or digits_typed(request.answer) != state.code:
            return NOT_PROVEN
        after = replace(state, ends_at=0) if self._sends else replace(state, count=state.count + 1)
        return Proof(True, after.packed())

    def answer(self, state: bytes) -> str:
        """The right answer to a state, as a person would type it."""
        return self._read(state).code

    def _read(self, state: bytes) -> _State:
        self._refuse_if_broken()
        try:
            return _State(**json.loads(state))
        except (ValueError, TypeError) as error:
            raise PluginError("this is no state of the factor in memory") from error

    def _refuse_if_broken(self) -> None:
        if self.broken:
            raise PluginError(self.broken)
