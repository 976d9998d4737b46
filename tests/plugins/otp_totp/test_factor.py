# SPDX-License-Identifier: Apache-2.0
"""Codes of an app, case by case: the window, replay (L9), enrolment, and the vectors of RFC 6238."""

from base64 import b32decode, b32encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from renkei_otp_totp.factor import STEP, AppCodes
from renkei_otp_totp.qr import qr_image
from renkei_otp_totp.state import State

from appliance.contracts.factor import NOT_PROVEN, EnrolRequest, FactorAnswer, FactorRequest, Proof
from appliance.model.time import HOUR, SECOND
from appliance.testing.factor_suite import START, enrolled
from appliance.testing.services import fake_services

# RFC 6238, appendix B, SHA-1: seconds, and the last six of the eight digits.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
BEGIN = START - START % STEP  # of a step


def factor() -> AppCodes:
    services = fake_services()
    return AppCodes(services.random, services.in_thread)


async def answered(state: bytes, code: str, now: int) -> Proof:
    return await factor().verify(FactorAnswer("a", state, code, now))


async def proven(state: bytes, code: str, now: int) -> bytes:
    """The state after a proof."""
    proof = await answered(state, code, now)
    assert proof.proven and proof.state is not None
    return proof.state


def phone(state: bytes, now: int) -> str:
    """What the app shows."""
    return pyotp.TOTP(b32encode(State.unpacked(state).secret).decode()).at(now // SECOND)


@pytest.fixture
async def kept() -> bytes:
    """The state of an account that was enrolled at BEGIN."""
    return (await enrolled(factor(), now=BEGIN)).state


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
async def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert (await answered(State(RFC_SECRET).packed(), code, seconds * SECOND)).proven


# --- the window and replay ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False), (240, False), (-240, False)]
)
async def test_a_phone_may_be_one_step_off(kept: bytes, off: int, is_right: bool) -> None:
    code = phone(kept, BEGIN + off * STEP)
    for now in (BEGIN, BEGIN + STEP - 1):
        assert (await answered(kept, code, now)).proven is is_right


async def test_a_code_is_accepted_once_however_late_it_comes_again(kept: bytes) -> None:
    code = phone(kept, BEGIN)
    after = await proven(kept, code, BEGIN)
    for now in (BEGIN, BEGIN + 1, BEGIN + STEP, BEGIN - STEP, BEGIN + 2 * STEP - 1):
        assert await answered(after, code, now) == NOT_PROVEN


async def test_an_accepted_code_voids_all_before_it(kept: bytes) -> None:
    earlier, later = phone(kept, BEGIN), phone(kept, BEGIN + STEP)
    after = await proven(kept, later, BEGIN)
    assert await answered(after, earlier, BEGIN) == NOT_PROVEN
    assert await answered(after, later, BEGIN + STEP) == NOT_PROVEN
    await proven(after, phone(kept, BEGIN + 2 * STEP), BEGIN + STEP)


async def test_two_answers_at_once_come_to_the_same_state_so_that_one_is_kept(kept: bytes) -> None:
    code = phone(kept, BEGIN)
    one, other = await answered(kept, code, BEGIN), await answered(kept, code, BEGIN + 1)
    assert one == other and one.state != kept


async def test_every_step_of_an_hour_proves_in_turn(kept: bytes) -> None:
    state = kept
    for now in range(BEGIN, BEGIN + HOUR, STEP):
        state = await proven(state, phone(state, now), now)


async def test_a_clock_that_is_set_back_opens_no_old_code(kept: bytes) -> None:
    after = await proven(kept, phone(kept, BEGIN), BEGIN)
    old = phone(kept, BEGIN - 2 * HOUR)
    assert await answered(after, old, BEGIN - 2 * HOUR) == NOT_PROVEN


async def test_a_clock_that_was_ahead_locks_out_only_where_a_code_was_accepted(kept: bytes) -> None:
    assert await answered(kept, phone(kept, BEGIN), BEGIN + 2 * HOUR) == NOT_PROVEN
    await proven(kept, phone(kept, BEGIN), BEGIN)


async def test_a_code_that_is_right_in_two_steps_is_accepted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyotp.TOTP, "generate_otp", lambda self, step: "123456")
    after = await proven(State(RFC_SECRET).packed(), "123456", BEGIN)
    assert await answered(after, "123456", BEGIN) == NOT_PROVEN


# --- enrolment ----------------------------------------------------------------------------------------------------


async def test_the_address_is_what_apps_understand() -> None:
    shown = (await factor().enrol(EnrolRequest("a", "山田 太郎", "例示 企業年金基金", START))).shown
    assert sorted(shown) == ["qr", "secret", "uri"]
    uri = urlsplit(shown["uri"])
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", "/例示 企業年金基金:山田 太郎")
    assert parse_qs(uri.query) == {"secret": [shown["secret"].replace(" ", "")], "issuer": ["例示 企業年金基金"]}
    assert "+" not in shown["uri"]
    assert pyotp.parse_uri(shown["uri"]).secret == shown["secret"].replace(" ", "")


async def test_all_that_is_shown_is_the_same_secret_in_groups_of_four() -> None:
    fresh = await enrolled(factor())
    groups = fresh.shown["secret"].split(" ")
    assert [len(group) for group in groups] == [4] * 8
    assert b32decode("".join(groups)) == State.unpacked(fresh.state).secret
    assert fresh.shown["qr"] == qr_image(fresh.shown["uri"])


async def test_secrets_come_from_the_services_and_images_from_their_thread() -> None:
    class Chance:
        def bytes(self, count: int) -> bytes:
            return b"\x07" * count

    async def in_thread(function: Callable[..., Any], *args: Any) -> Any:
        return f"{function.__name__} of {args[0]}"

    fresh = await enrolled(AppCodes(Chance(), in_thread))
    assert State.unpacked(fresh.state) == State(b"\x07" * 20)
    assert fresh.shown["qr"] == f"qr_image of {fresh.shown['uri']}"


async def test_there_is_nothing_to_send(kept: bytes) -> None:
    begun = await factor().begin(FactorRequest("a", kept, START))
    assert (begun.state, begun.code, begun.ends_at) == (kept, "", None)
