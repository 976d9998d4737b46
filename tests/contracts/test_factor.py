# SPDX-License-Identifier: Apache-2.0
"""The contract of second factors, kept by the factor in memory; and the suite notices who does not keep it."""

import asyncio
import inspect
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.contracts.factor import (
    MAX_LABEL,
    MAX_STATE,
    MAX_TYPED,
    NOT_PROVEN,
    Begun,
    Enrolled,
    EnrolRequest,
    Factor,
    FactorAnswer,
    FactorRequest,
    Proof,
    digits_typed,
)
from appliance.contracts.plugin import PluginError
from appliance.model.time import DAY, HOUR
from appliance.testing.factor_suite import START, Asked, FactorSuite
from appliance.testing.memory_factor import MemoryFactor


class TestSends(FactorSuite):
    async def make_factor(self) -> Factor:
        return MemoryFactor()


class TestSendsNothing(FactorSuite):
    outlived: int | None = None

    async def make_factor(self) -> Factor:
        return MemoryFactor(sends=False)

    def answer(self, asked: Asked) -> str:
        return MemoryFactor().answer(asked.begun.state)


# --- what is typed ------------------------------------------------------------------------------------------------

BETWEEN = [
    " ",
    "\u3000",
    "\u00a0",
    "-",
    "－",
    "‐",
    "–",
    "—",
    "−",
    "ー",
    "ｰ",
    "\u200b",
    "\u200e",
    "\u2060",
    "\ufeff",
]


@given(st.lists(st.tuples(st.sampled_from("0123456789"), st.sampled_from(["", *BETWEEN])), max_size=MAX_TYPED // 2))
def test_digits_are_read_whatever_stands_between_them(typed: list[tuple[str, str]]) -> None:
    digits = "".join(digit for digit, _ in typed)
    assert digits_typed("".join(digit + between for digit, between in typed)) == digits
    assert digits_typed("".join(chr(ord(digit) + 0xFEE0) + between for digit, between in typed)) == digits


@given(st.text())
def test_any_text_gives_plain_digits_or_nothing(typed: str) -> None:
    read = digits_typed(typed)
    assert set(read) <= set("0123456789") and len(read) <= MAX_TYPED


@pytest.mark.parametrize(
    "typed",
    ["12a4", "1.5", "+1", "1e3", "٣٣٣٣", "१२३४", "十二", "1\0002", "1;2", "½", "1/2", "12\ud800", "/", "："],
)
def test_anything_else_than_digits_is_nothing(typed: str) -> None:
    assert digits_typed(typed) == ""


def test_what_is_too_long_is_not_read() -> None:
    assert digits_typed("1" * MAX_TYPED) == "1" * MAX_TYPED
    assert digits_typed("1" * (MAX_TYPED + 1)) == ""


# --- answers that cannot be made ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [b"", bytes(MAX_STATE + 1), "text", bytearray(1), None])
def test_no_answer_carries_what_is_no_state(state: Any) -> None:
    for made in (lambda: Enrolled(state), lambda: Begun(state), lambda: Proof(True, state)):
        with pytest.raises(ValueError, match="state"):
            made()


def test_states_up_to_the_limit_are_carried() -> None:
    for state in (b"1", bytes(MAX_STATE)):
        assert Enrolled(state).state == Begun(state).state == Proof(True, state).state == state


@pytest.mark.parametrize(("code", "ends_at"), [("1234", None), ("", 5), ("1234", 5.0), ("1234", True), (1234, 5)])
def test_a_code_and_its_end_come_together(code: Any, ends_at: Any) -> None:
    with pytest.raises(ValueError, match="has an end"):
        Begun(b"1", code, ends_at)


@pytest.mark.parametrize("proven", [1, "yes", None, b"\x01"])
def test_a_proof_is_yes_or_no(proven: Any) -> None:
    with pytest.raises(TypeError):
        Proof(proven, b"1")


def test_what_has_proven_has_a_new_state_and_what_has_not_may_have() -> None:
    with pytest.raises(ValueError, match="once"):
        Proof(True)
    assert (NOT_PROVEN, Proof(False, b"1").state) == (Proof(False, None), b"1")


@pytest.mark.parametrize("names", [("x" * (MAX_LABEL + 1), ""), ("", "x" * (MAX_LABEL + 1))])
def test_names_that_fit_into_no_qr_code_are_refused(names: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="64"):
        EnrolRequest("a", *names, START)


# --- factors that break the contract ------------------------------------------------------------------------------


def changed(state: bytes, **fields: int) -> bytes:
    """A state of the factor in memory, with other fields."""
    return json.dumps(json.loads(state) | fields).encode()


class ForgetsUse(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        proof = await super().verify(request)
        return Proof(True, request.state) if proof.proven else proof


class NeverEnds(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        return await super().verify(replace(request, now=START))


class AcceptsTheFuture(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        return await super().verify(replace(request, state=changed(request.state, begun_at=0)))


class AnotherEachTime(MemoryFactor):
    async def begin(self, request: FactorRequest) -> Begun:
        return await super().begin(replace(request, state=changed(request.state, ends_at=0)))


class Lengthens(MemoryFactor):
    async def begin(self, request: FactorRequest) -> Begun:
        begun = await super().begin(request)
        ends_at = request.now + self._life
        return Begun(changed(begun.state, ends_at=ends_at), begun.code, ends_at)


class SameAgain(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        proof = await super().verify(request)
        return Proof(True, changed(proof.state, count=0)) if proof.state else proof


class ComesBack(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        proof = await super().verify(request)
        return Proof(True, changed(proof.state, count=0, begun_at=0)) if proof.state else proof


class OneSecret(MemoryFactor):
    async def enrol(self, request: EnrolRequest) -> Enrolled:
        self._serial = 0
        return await super().enrol(replace(request, account="everybody"))


class ValidFromBirth(MemoryFactor):
    async def enrol(self, request: EnrolRequest) -> Enrolled:
        return Enrolled(changed((await super().enrol(request)).state, ends_at=START + self._life))


class Burns(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        proof = await super().verify(request)
        return proof if proof.proven else Proof(False, changed(request.state, ends_at=0))


class Strict(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        return await super().verify(request) if request.answer.isdecimal() else NOT_PROVEN


class Parses(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        return await super().verify(replace(request, answer=f"{int(request.answer):08d}"))


class TakesAPart(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        right = self.answer(request.state)
        part = right.startswith(digits_typed(request.answer)[:7] or "none")
        return await super().verify(replace(request, answer=right) if part else request)


class Remembers(MemoryFactor):
    async def enrol(self, request: EnrolRequest) -> Enrolled:
        self.known = True
        return await super().enrol(request)

    async def verify(self, request: FactorAnswer) -> Proof:
        return await super().verify(request) if hasattr(self, "known") else NOT_PROVEN


class Mixes(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        self._request = request
        await _others()
        return await super().verify(self._request)


async def _others() -> None:
    """Let others run."""
    await asyncio.sleep(0)


class Chokes(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        json.loads(request.state)
        return await super().verify(request)


class Trusts(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Proof:
        try:
            return await super().verify(request)
        except PluginError:
            return Proof(True, b"new")


class SaysYes(MemoryFactor):
    async def verify(self, request: FactorAnswer) -> Any:
        return True


class Words(MemoryFactor):
    async def begin(self, request: FactorRequest) -> Begun:
        return replace(await super().begin(request), code="abcd-efgh")


class ForAYear(MemoryFactor):
    async def begin(self, request: FactorRequest) -> Begun:
        return replace(await super().begin(request), ends_at=request.now + 365 * DAY)


class ShortNames(MemoryFactor):
    async def enrol(self, request: EnrolRequest) -> Enrolled:
        assert len(request.label.encode()) <= MAX_LABEL
        return await super().enrol(request)


class Silent(MemoryFactor):
    def begin(self, request: FactorRequest) -> Any:
        return super().begin(request)


async def failures(make: type[MemoryFactor]) -> set[str]:
    """Which tests of the suite a factor fails."""

    class Suite(FactorSuite):
        async def make_factor(self) -> Factor:
            return make()

    failed = set()
    for name, test in inspect.getmembers(Suite(), inspect.iscoroutinefunction):
        if name.startswith("test_"):
            try:
                await test()
            except Exception:  # noqa: BLE001 - whatever it raises, it has noticed
                failed.add(name.removeprefix("test_"))
    return failed


@pytest.mark.parametrize(
    ("make", "noticed"),
    [
        (ForgetsUse, "an_answer_proves_once"),
        (NeverEnds, "an_answer_becomes_too_old"),
        (AcceptsTheFuture, "a_clock_that_is_set_two_hours_off_lengthens_nothing"),
        (AnotherEachTime, "sent_again_it_is_the_same_code_until_its_end"),
        (Lengthens, "sent_again_it_is_the_same_code_until_its_end"),
        (SameAgain, "after_a_proof_there_is_another_answer"),
        (ComesBack, "a_state_that_was_left_never_comes_back"),
        (OneSecret, "an_answer_belongs_to_one_account_and_one_enrolment"),
        (ValidFromBirth, "nothing_proves_that_was_not_begun"),
        (Burns, "a_thousand_wrong_answers_do_not"),
        (Strict, "a_right_answer_proves"),
        (Parses, "no_text_breaks_it"),
        (TakesAPart, "almost_right_is_wrong"),
        (Remembers, "the_same_question_gets_the_same_answer"),
        (Mixes, "many_people_at_once_do_not_mix"),
        (Chokes, "a_state_that_is_damaged_proves_nothing"),
        (Trusts, "a_state_that_is_damaged_proves_nothing"),
        (SaysYes, "it_answers_in_the_form_of_the_contract"),
        (Words, "a_code_that_is_sent_has_an_end_ahead_and_is_digits"),
        (ForAYear, "a_code_that_is_sent_has_an_end_ahead_and_is_digits"),
        (ShortNames, "long_names_of_people_fit"),
        (Silent, "its_methods_may_be_awaited"),
    ],
)
async def test_the_suite_notices(make: type[MemoryFactor], noticed: str) -> None:
    assert noticed in await failures(make)


async def test_the_suite_notices_an_answer_that_never_ages() -> None:
    class Suite(TestSendsNothing):
        outlived = HOUR

    with pytest.raises(AssertionError):
        await Suite().test_an_answer_becomes_too_old()


async def test_the_suite_finds_no_fault_where_there_is_none() -> None:
    assert await failures(MemoryFactor) == set()
