# SPDX-License-Identifier: Apache-2.0
"""What the vault keeps: the state of a lock, and secrets that stay out of logs."""

import pytest

from appliance.model.things import Account, FactorState, Lock
from appliance.model.words import AccountState, LockState, Role


@pytest.mark.parametrize(
    ("lock", "state"),
    [
        (Lock(), LockState.OPEN),
        (Lock(failures=5, locks=2), LockState.OPEN),
        (Lock(failures=6, locks=1, locked_until=1), LockState.LOCKED),
        (Lock(failures=6, locks=3, blocked_at=1), LockState.BLOCKED),
    ],
)
def test_a_lock_says_in_which_state_it_is(lock: Lock, state: LockState) -> None:
    assert lock.state is state


def test_an_account_of_which_nothing_is_known_may_only_register_itself() -> None:
    account = Account("a", "", "clerk", "", "", Role.FUND_CLERK, frozenset(), 1)
    assert (account.state, account.mail_confirmed_at) == (AccountState.FIRST, 0)


def test_the_state_of_a_factor_stands_in_no_log() -> None:
    assert "hidden" not in repr(FactorState("a", "otp_totp", "sign_in", b"hidden"))
