# SPDX-License-Identifier: Apache-2.0
"""Codes that are mailed: HOTP (RFC 4226) over a secret of the account and the number of the code."""

from base64 import b32encode

import pyotp

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
from appliance.contracts.plugin import Random
from appliance.model.time import MINUTE
from renkei_otp_email.state import SECRET_BYTES, State


class MailedCodes:
    """The factor. The code itself is kept nowhere: it comes from secret and counter."""

    def __init__(self, digits: int, ttl_minutes: int, random: Random) -> None:
        """digits of a code, and the minutes of its life."""
        self._digits = digits
        self._life = ttl_minutes * MINUTE
        self._random = random

    async def enrol(self, request: EnrolRequest) -> Enrolled:
        """A fresh secret. There is nothing to see: the mail address is the core's."""
        return Enrolled(State(self._random.bytes(SECRET_BYTES)).packed())

    async def begin(self, request: FactorRequest) -> Begun:
        """The code that is still valid, else the next one (A23)."""
        state = State.unpacked(request.state)
        if not state.is_valid(request.now):
            state = state.next(request.now, request.now + self._life)
        return Begun(state.packed(), grouped(self._codes(state).at(state.counter)), state.ends_at)

    async def verify(self, request: FactorAnswer) -> Proof:
        """Whether it is the valid code; a code proves once."""
        state = State.unpacked(request.state)
        # Compared first, so that the time it takes does not tell whether there is a valid code.
        is_right = self._codes(state).verify(digits_typed(request.answer), state.counter)
        return Proof(True, state.used().packed()) if is_right and state.is_valid(request.now) else NOT_PROVEN

    def _codes(self, state: State) -> pyotp.HOTP:
        return pyotp.HOTP(b32encode(state.secret).decode(), digits=self._digits)


def grouped(code: str) -> str:
    """The code as it stands in the letter, in two groups: 1234-5678."""
    half = (len(code) + 1) // 2
    return f"{code[:half]}-{code[half:]}"
