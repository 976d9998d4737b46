# SPDX-License-Identifier: Apache-2.0
"""The state of mailed codes: it survives being kept, and nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_otp_email.state import SECRET_BYTES, State

from appliance.contracts.plugin import PluginError

INSTANTS = st.integers(0, 1 << 63)
STATES = st.builds(
    State, st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES), st.integers(0, 1 << 63), INSTANTS, INSTANTS
)
FRESH = State(b"s" * SECRET_BYTES)


@given(STATES)
def test_it_comes_back_as_it_was(state: State) -> None:
    assert State.unpacked(state.packed()) == state
    assert len(state.packed()) == 45


@given(st.binary(max_size=100).filter(lambda kept: len(kept) != 45 or kept[0] != 1))
def test_what_is_no_state_is_refused(kept: bytes) -> None:
    with pytest.raises(PluginError, match="enrol the account again"):
        State.unpacked(kept)


def test_a_later_version_is_not_guessed_at() -> None:
    with pytest.raises(PluginError, match="later version"):
        State.unpacked(b"\x02" + FRESH.packed()[1:])


def test_a_code_is_valid_from_its_beginning_until_before_its_end() -> None:
    state = FRESH.next(100, 200)
    assert [state.is_valid(now) for now in (99, 100, 199, 200)] == [False, True, True, False]


@given(INSTANTS)
def test_what_was_never_begun_or_is_used_is_valid_at_no_time(now: int) -> None:
    assert not FRESH.is_valid(now)
    assert not FRESH.next(now, now + 1).used().is_valid(now)


def test_each_code_has_a_number_of_its_own() -> None:
    first = FRESH.next(0, 1)
    assert [first.counter, first.used().counter, first.used().next(2, 3).counter] == [1, 1, 2]
