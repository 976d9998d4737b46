# SPDX-License-Identifier: Apache-2.0
"""Where a delegation stands in time."""

from dataclasses import replace

import pytest

from appliance.model.delegations import Delegation, DelegationState
from appliance.model.words import Permission, Role

ONE = Delegation("i", "a", "m", "o", Role.SHAROSHI, frozenset(Permission), 10, 20, "届出", 1, "c")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (9, DelegationState.COMING),
        (10, DelegationState.IN_FORCE),
        (19, DelegationState.IN_FORCE),
        (20, DelegationState.OVER),
    ],
)
def test_both_ends(now: int, state: DelegationState) -> None:
    assert ONE.state(now) is state
    assert ONE.in_force(now) is (state is DelegationState.IN_FORCE)


@pytest.mark.parametrize("now", [5, 15, 25])
def test_whoever_ends_it_ends_it_for_good(now: int) -> None:
    assert replace(ONE, ended_at=7).state(now) is DelegationState.ENDED
