# SPDX-License-Identifier: Apache-2.0
"""The state of an app's codes: it survives being kept, and nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_otp_totp.state import SECRET_BYTES, State

from appliance.contracts.plugin import PluginError

STATES = st.builds(State, st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES), st.integers(0, 1 << 63))
FRESH = State(b"s" * SECRET_BYTES)


@given(STATES)
def test_it_comes_back_as_it_was(state: State) -> None:
    assert State.unpacked(state.packed()) == state
    assert len(state.packed()) == 29


@given(st.binary(max_size=60).filter(lambda kept: len(kept) != 29 or kept[0] != 1))
def test_what_is_no_state_is_refused(kept: bytes) -> None:
    with pytest.raises(PluginError, match="enrol the account again"):
        State.unpacked(kept)


def test_a_later_version_is_not_guessed_at() -> None:
    with pytest.raises(PluginError, match="later version"):
        State.unpacked(b"\x02" + FRESH.packed()[1:])


def test_an_accepted_step_keeps_the_secret() -> None:
    assert FRESH.accepted(7) == State(FRESH.secret, 7)
