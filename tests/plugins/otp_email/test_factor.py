# SPDX-License-Identifier: Apache-2.0
"""Mailed codes, case by case: A23, L5, L8, and the vectors of RFC 4226."""

from dataclasses import replace

import pytest
from renkei_otp_email.factor import MailedCodes, grouped
from renkei_otp_email.state import State

from appliance.contracts.factor import NOT_PROVEN, FactorAnswer, FactorRequest
from appliance.model.time import HOUR, MINUTE
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.factor_suite import START, asked, enrolled

# RFC 4226, appendix D: the secret in ASCII, and the codes of the counters 0 to 9.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]


def codes(digits: int = 8) -> MailedCodes:
    return MailedCodes(digits, 60, FakeRandom())


@pytest.mark.parametrize(("counter", "code"), list(enumerate(RFC_CODES))[1:])
async def test_codes_are_those_of_the_rfc(counter: int, code: str) -> None:
    before = State(RFC_SECRET, counter - 1).packed()
    begun = await codes(digits=6).begin(FactorRequest("a", before, START))
    assert begun.code == f"{code[:3]}-{code[3:]}"
    assert (await codes(digits=6).verify(FactorAnswer("a", begun.state, code, START))).proven


@pytest.mark.parametrize(
    ("code", "shown"), [("12345678", "1234-5678"), ("123456", "123-456"), ("1234567", "1234-567")]
)
def test_codes_are_grouped_for_the_eye(code: str, shown: str) -> None:
    assert grouped(code) == shown


async def test_there_is_nothing_to_see_at_enrolment() -> None:
    assert (await enrolled(codes())).shown == {}


async def test_secrets_come_from_the_services() -> None:
    class Chance:
        def bytes(self, count: int) -> bytes:
            return b"\x07" * count

    fresh = await enrolled(MailedCodes(8, 60, Chance()))
    assert State.unpacked(fresh.state) == State(b"\x07" * 20)


async def test_neither_secret_nor_code_stands_in_what_others_see() -> None:
    factor = codes()
    one = await asked(factor)
    assert one.begun.code.replace("-", "").encode() not in one.begun.state


async def test_a_resend_changes_nothing_at_all() -> None:
    factor = codes()
    one = await asked(factor)
    for later in (0, 1, 59 * MINUTE, HOUR - 1):
        assert await factor.begin(FactorRequest("account-1", one.begun.state, START + later)) == one.begun


async def test_the_code_before_is_void_once_there_is_a_new_one() -> None:
    factor = codes()
    one = await asked(factor)
    new = await factor.begin(FactorRequest("account-1", one.begun.state, START + HOUR))
    assert await factor.verify(one.typed(one.begun.code, state=new.state, now=START + HOUR)) == NOT_PROVEN
    assert (await factor.verify(one.typed(new.code, state=new.state, now=START + HOUR))).proven


async def test_a_used_code_is_followed_by_another_one_at_once() -> None:
    factor = codes()
    one = await asked(factor)
    proof = await factor.verify(one.typed(one.begun.code))
    assert proof.state is not None
    new = await factor.begin(FactorRequest("account-1", proof.state, START))
    assert new.code != one.begun.code and new.ends_at == one.begun.ends_at


async def test_to_enrol_again_voids_the_code_that_was_sent() -> None:
    factor = codes()
    one = await asked(factor)
    again = await enrolled(factor)
    assert await factor.verify(one.typed(one.begun.code, state=again.state)) == NOT_PROVEN


async def test_a_clock_that_is_set_back_voids_the_code_and_a_new_one_has_its_own_hour() -> None:
    factor, clock = codes(), FakeClock(START)
    one = await asked(factor)
    clock.step(-2 * HOUR)
    assert await factor.verify(one.typed(one.begun.code, now=clock.now())) == NOT_PROVEN
    new = await factor.begin(FactorRequest("account-1", one.begun.state, clock.now()))
    assert new.code != one.begun.code and new.ends_at == clock.now() + HOUR
    clock.step(2 * HOUR)
    assert await factor.verify(one.typed(new.code, state=new.state, now=clock.now())) == NOT_PROVEN


async def test_wrong_answers_change_no_state() -> None:
    factor = codes()
    one = await asked(factor)
    for wrong in ("1", "", "12345678", one.begun.code + "1"):
        assert await factor.verify(one.typed(wrong)) == NOT_PROVEN


async def test_fewer_digits_in_the_settings_void_what_was_sent_and_a_resend_helps() -> None:
    one = await asked(codes())
    assert await codes(digits=6).verify(one.typed(one.begun.code)) == NOT_PROVEN
    begun = await codes(digits=6).begin(FactorRequest("account-1", one.begun.state, START))
    assert begun.ends_at == one.begun.ends_at
    assert (await codes(digits=6).verify(replace(one, begun=begun).typed(begun.code))).proven
