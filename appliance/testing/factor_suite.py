# SPDX-License-Identifier: Apache-2.0
"""What every second factor must do: inherit FactorSuite in a test file and say how a factor is made.

class TestMine(FactorSuite):
    async def make_factor(self):
        return MyPlugin(Settings(), fake_services()).register_factor()[0]
"""

import asyncio
import inspect
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, replace

from appliance.contracts.factor import (
    MAX_LABEL,
    MAX_STATE,
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
from appliance.model.time import DAY, HOUR, SECOND, Instant
from appliance.testing.clock import FakeRandom

START = 1_780_966_800_000  # Tuesday 2026-06-09 10:00 in Japan
ODD_TEXTS: tuple[str, ...] = (
    "",
    " ",
    "-",
    "\0",
    "0",
    "-1",
    "+1",
    "1e8",
    "0x12345678",
    "٣" * 8,
    "あ" * 8,
    "１" * 4000,
)
ODD_TEXTS += (
    "1" * 4000,
    "\ud800",
    "12345678\0",
    "12345678;",
    "½" * 8,
    "\u0308" * 4000,
    "None",
    "True",
    "%d",
    "{0}",
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Asked:
    """An account whose answer is awaited: what the core keeps, what the person was shown, and what was sent."""

    account: str
    enrolled: Enrolled
    begun: Begun
    now: Instant

    def typed(self, answer: str, *, now: Instant | None = None, state: bytes | None = None) -> FactorAnswer:
        """An answer to it."""
        kept = self.begun.state if state is None else state
        return FactorAnswer(self.account, kept, answer, self.now if now is None else now)


async def enrolled(factor: Factor, account: str = "account-1", now: Instant = START) -> Enrolled:
    """The factor's answer to an ordinary enrolment."""
    return await factor.enrol(EnrolRequest(account, "山田 太郎", "例示企業年金基金", now))


async def asked(factor: Factor, account: str = "account-1", now: Instant = START) -> Asked:
    """An account that was enrolled just now, and is asked."""
    fresh = await enrolled(factor, account, now)
    return Asked(account, fresh, await factor.begin(FactorRequest(account, fresh.state, now)), now)


class FactorSuite(ABC):
    """Override answer() where nothing is sent.

    outlived is when an answer that is not sent is surely too old, in milliseconds, or None if it does not age.
    """

    outlived: int | None = HOUR

    @abstractmethod
    async def make_factor(self) -> Factor:
        """A factor that is ready."""

    def answer(self, asked: Asked) -> str:
        """The right answer, as the person who was asked would type it."""
        return asked.begun.code

    # --- form -----------------------------------------------------------------------------------------------------

    async def test_it_answers_in_the_form_of_the_contract(self) -> None:
        """Types, and texts for the person."""
        factor = await self.make_factor()
        one = await asked(factor)
        assert isinstance(one.enrolled, Enrolled) and isinstance(one.begun, Begun)
        assert all(isinstance(part, str) and part for pair in one.enrolled.shown.items() for part in pair)
        assert isinstance(await factor.verify(one.typed("1")), Proof)

    async def test_a_code_that_is_sent_has_an_end_ahead_and_is_digits(self) -> None:
        """As it stands in a letter, to be typed by people."""
        begun = (await asked(await self.make_factor())).begun
        if begun.code:
            assert begun.ends_at is not None and START < begun.ends_at <= START + DAY
            assert 6 <= len(digits_typed(begun.code)) <= 10

    async def test_long_names_of_people_fit(self) -> None:
        """Whatever their letters are."""
        factor = await self.make_factor()
        for sign in ("a", "金", "𠮟", "&", "%", '"', ":"):
            fresh = await factor.enrol(EnrolRequest("account-1", sign * MAX_LABEL, sign * MAX_LABEL, START))
            assert 0 < len(fresh.state) <= MAX_STATE

    # --- right and wrong ------------------------------------------------------------------------------------------

    async def test_a_right_answer_proves(self) -> None:
        """However the keyboard writes it."""
        factor = await self.make_factor()
        one = await asked(factor)
        code = digits_typed(self.answer(one))
        half = len(code) // 2
        ways = [code, f" {code}\n", f"{code[:half]}-{code[half:]}", f"{code[:half]}ー{code[half:]}"]
        ways += [
            code.translate(FULL_WIDTH),
            f"{code[:half]}\u3000{code[half:]}",
            "\u200b".join(code),
            f"\ufeff{code}",
        ]
        ways += ["\u00a0".join(code), f"{code[:half]}－{code[half:]}".translate(FULL_WIDTH)]
        for way in ways:
            assert (await factor.verify(one.typed(way))).proven is True, way

    async def test_a_thousand_wrong_answers_do_not(self) -> None:
        """Nor do they spoil the right one."""
        factor, random = await self.make_factor(), FakeRandom("wrong")
        one = await asked(factor)
        right = digits_typed(self.answer(one))
        state = one.begun.state
        for _ in range(1000):
            guess = str(int.from_bytes(random.bytes(8)))[-len(right) :]
            proof = await factor.verify(one.typed(guess, state=state))
            assert proof.proven is (guess == right)
            state = proof.state or state
        assert (await factor.verify(one.typed(right, state=state))).proven

    async def test_almost_right_is_wrong(self) -> None:
        """One digit less, one more, or another one."""
        factor = await self.make_factor()
        one = await asked(factor)
        right = digits_typed(self.answer(one))
        other = str(9 - int(right[-1]))
        for answer in (right[:-1], right[1:], right + "0", "0" + right, right + right, right[:-1] + other):
            assert not (await factor.verify(one.typed(answer))).proven, answer

    async def test_no_text_breaks_it(self) -> None:
        """Answers are as typed."""
        factor = await self.make_factor()
        one = await asked(factor)
        for text in ODD_TEXTS:
            assert (await factor.verify(one.typed(text))).proven is False, repr(text)

    async def test_an_answer_belongs_to_one_account_and_one_enrolment(self) -> None:
        """The secret of each is its own."""
        factor = await self.make_factor()
        one, other, again = await asked(factor), await asked(factor, "account-2"), await asked(factor)
        assert len({one.enrolled.state, other.enrolled.state, again.enrolled.state}) == 3
        for stranger in (other, again):
            assert not (await factor.verify(one.typed(self.answer(one), state=stranger.begun.state))).proven

    async def test_nothing_proves_that_was_not_begun(self) -> None:
        """A factor that sends has no code before it has sent one."""
        factor = await self.make_factor()
        one = await asked(factor)
        if one.begun.code:
            for text in (one.begun.code, "", "00000000", "000000"):
                assert not (await factor.verify(one.typed(text, state=one.enrolled.state))).proven

    # --- once -----------------------------------------------------------------------------------------------------

    async def test_an_answer_proves_once(self) -> None:
        """The new state knows it; only with the old one, which the core has no more, would it prove again."""
        factor = await self.make_factor()
        one = await asked(factor)
        right = self.answer(one)
        proof = await factor.verify(one.typed(right))
        assert proof.proven and proof.state is not None and proof.state != one.begun.state
        for later in (0, SECOND):
            replayed = await factor.verify(one.typed(right, state=proof.state, now=START + later))
            assert not replayed.proven
        assert (await factor.verify(one.typed(right))).proven

    async def test_after_a_proof_there_is_another_answer(self) -> None:
        """Asked again, a day later, it proves again."""
        factor = await self.make_factor()
        one = await asked(factor)
        proof = await factor.verify(one.typed(self.answer(one)))
        assert proof.state is not None
        for later in (SECOND, DAY) if one.begun.code else (DAY,):
            begun = await factor.begin(FactorRequest(one.account, proof.state, START + later))
            again = replace(one, begun=begun, now=START + later)
            assert self.answer(again) != self.answer(one)
            assert (await factor.verify(again.typed(self.answer(again)))).proven

    async def test_a_state_that_was_left_never_comes_back(self) -> None:
        """Else an answer to the old one would be stored on top of it."""
        factor = await self.make_factor()
        one = await asked(factor)
        left = [one.enrolled.state]
        for day in range(5):
            now = START + day * DAY
            begun = await factor.begin(FactorRequest(one.account, left[-1], now))
            today = replace(one, begun=begun, now=now)
            proof = await factor.verify(today.typed(self.answer(today)))
            assert proof.state is not None and proof.state not in left
            left.append(proof.state)

    async def test_sent_again_it_is_the_same_code_until_its_end(self) -> None:
        """A23; then it is another one, and the first has no worth."""
        factor = await self.make_factor()
        one = await asked(factor)
        if one.begun.ends_at is None:
            assert one.begun.state == one.enrolled.state
            return
        same = await factor.begin(FactorRequest(one.account, one.begun.state, one.begun.ends_at - 1))
        assert (same.code, same.ends_at) == (one.begun.code, one.begun.ends_at)
        other = await factor.begin(FactorRequest(one.account, same.state, one.begun.ends_at))
        assert other.ends_at is not None and other.ends_at > one.begun.ends_at
        late = one.typed(one.begun.code, state=other.state, now=one.begun.ends_at)
        assert other.code != one.begun.code and not (await factor.verify(late)).proven

    # --- time -----------------------------------------------------------------------------------------------------

    async def test_an_answer_becomes_too_old(self) -> None:
        """It is right up to the end of a code that was sent, and wrong from there."""
        factor = await self.make_factor()
        one = await asked(factor)
        if one.begun.ends_at is not None:
            last = one.typed(self.answer(one), now=one.begun.ends_at - 1)
            assert (await factor.verify(last)).proven
            assert not (await factor.verify(replace(last, now=one.begun.ends_at))).proven
        elif self.outlived is not None:
            assert not (await factor.verify(one.typed(self.answer(one), now=START + self.outlived))).proven

    async def test_a_clock_that_is_set_two_hours_off_lengthens_nothing(self) -> None:
        """What was begun after now is void."""
        factor = await self.make_factor()
        one = await asked(factor)
        for step in (-2 * HOUR, 2 * HOUR):
            if self.outlived is not None or one.begun.code:
                assert not (await factor.verify(one.typed(self.answer(one), now=START + step))).proven
            begun = await factor.begin(FactorRequest(one.account, one.begun.state, START + step))
            assert begun.ends_at is None or START + step < begun.ends_at <= START + step + DAY

    # --- state ----------------------------------------------------------------------------------------------------

    async def test_the_same_question_gets_the_same_answer(self) -> None:
        """All that it knows comes with the request, also after a restart."""
        first, second = await self.make_factor(), await self.make_factor()
        one = await asked(first)
        requests = [one.typed(text) for text in (self.answer(one), "1", "")]
        before = [await first.verify(request) for request in requests]
        assert [await second.verify(request) for request in reversed(requests)] == before[::-1]
        resent = FactorRequest(one.account, one.begun.state, START + 1)
        assert await first.begin(resent) == await second.begin(resent)

    async def test_a_state_that_is_damaged_proves_nothing(self) -> None:
        """It is not proven, or a PluginError that the host makes of it."""
        factor = await self.make_factor()
        one = await asked(factor)
        right, state = self.answer(one), one.begun.state
        damaged = (
            b"\0",
            b"{}",
            b"null",
            bytes(len(state)),
            b"\xff" * len(state),
            state[:-1],
            state[1:],
            state + b"\0",
        )
        for kept in damaged:
            with suppress(PluginError):
                assert isinstance(await factor.begin(FactorRequest(one.account, kept, START)), Begun)
            for text in (right, "", "0" * len(digits_typed(right))):
                assert not await _proves(factor, one.typed(text, state=kept)), kept

    async def test_many_people_at_once_do_not_mix(self) -> None:
        """One factor serves everybody."""
        factor = await self.make_factor()
        people = [await asked(factor, f"account-{number}") for number in range(20)]
        answers = [one.typed(self.answer(one)) for one in people]
        proofs = await asyncio.gather(*map(factor.verify, answers))
        assert all(proof.proven for proof in proofs)
        assert proofs == [await factor.verify(answer) for answer in answers]

    async def test_its_methods_may_be_awaited(self) -> None:
        """As the host demands."""
        factor = await self.make_factor()
        assert all(map(inspect.iscoroutinefunction, (factor.enrol, factor.begin, factor.verify)))


async def _proves(factor: Factor, answer: FactorAnswer) -> bool:
    """Whether the host would hear a yes: a PluginError is none."""
    try:
        return (await factor.verify(answer)).proven
    except PluginError:
        return False
