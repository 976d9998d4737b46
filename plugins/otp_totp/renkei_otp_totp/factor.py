# SPDX-License-Identifier: Apache-2.0
"""Codes of an app: TOTP (RFC 6238) with SHA-1, six digits and 30 seconds, each accepted once."""

from base64 import b32encode
from hmac import compare_digest

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
from appliance.contracts.plugin import InThread, Random
from appliance.model.time import SECOND, Instant
from renkei_otp_totp.qr import qr_image
from renkei_otp_totp.state import SECRET_BYTES, State

STEP = 30 * SECOND
WINDOW = 1  # steps that a phone's clock may be off, and a slow typist late


class AppCodes:
    """The factor. Secrets are shown at enrolment, and never again."""

    def __init__(self, random: Random, in_thread: InThread) -> None:
        """random makes the secrets, and a thread draws the QR codes: that takes up to a tenth of a second."""
        self._random = random
        self._in_thread = in_thread

    async def enrol(self, request: EnrolRequest) -> Enrolled:
        """A fresh secret, as QR code, as address, and in groups of four for those who cannot scan."""
        state = State(self._random.bytes(SECRET_BYTES))
        codes = _codes(state)
        uri = codes.provisioning_uri(name=request.label, issuer_name=request.issuer)
        shown = {"qr": await self._in_thread(qr_image, uri), "uri": uri, "secret": grouped(codes.secret)}
        return Enrolled(state.packed(), shown)

    async def begin(self, request: FactorRequest) -> Begun:
        """There is nothing to send; the app knows."""
        return Begun(request.state)

    async def verify(self, request: FactorAnswer) -> Proof:
        """Whether it is the code of this step or a neighbour, later than the last one accepted (L9)."""
        state = State.unpacked(request.state)
        typed = digits_typed(request.answer)
        codes = _codes(state)
        # Every step is compared, so that the time it takes does not tell which one it is.
        right = [step for step in _steps(request.now) if compare_digest(codes.generate_otp(step), typed)]
        step = max(right, default=0)
        return Proof(True, state.accepted(step).packed()) if step > state.last_step else NOT_PROVEN


def grouped(secret: str) -> str:
    """A secret in groups of four, to be typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _codes(state: State) -> pyotp.TOTP:
    return pyotp.TOTP(b32encode(state.secret).decode(), interval=STEP // SECOND)


def _steps(now: Instant) -> range:
    step = now // STEP
    return range(step - WINDOW, step + WINDOW + 1)
