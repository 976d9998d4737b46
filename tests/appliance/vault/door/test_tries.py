# SPDX-License-Identifier: Apache-2.0
"""What a try of a code costs, and what is said of what is left."""

import pytest

from appliance.link.refusals import Why
from appliance.model.things import FactorState, Lock
from appliance.model.time import HOUR
from appliance.vault.door.tries import after_code_try, closed, wrong_code, wrong_password

NOW = 1_780_966_800_000  # 10:00 in Japan
ROW = FactorState("a", "factor", "sign_in", b"state")


def tried(count: int, *, sends: bool, now: int = NOW) -> FactorState | None:
    """The row after so many wrong codes."""
    row: FactorState | None = ROW
    for _ in range(count):
        assert row is not None
        row = after_code_try(row, now, sends=sends)
    return row


@pytest.mark.parametrize("sends", [True, False])
def test_five_may_be_tried_and_no_sixth(sends: bool) -> None:
    fifth = tried(5, sends=sends)
    assert fifth is not None and fifth.tries == 5
    assert after_code_try(fifth, NOW + 1, sends=sends) is None


def test_a_mailed_code_stays_void_whatever_the_time() -> None:
    fifth = tried(5, sends=True)
    assert fifth is not None and after_code_try(fifth, NOW + 1000 * HOUR, sends=True) is None
    refused = wrong_code(fifth, sends=True)
    assert (refused.why, refused.text) == (Why.LOCKED, "door.code_void")


def test_any_other_factor_rests_for_an_hour_and_has_all_its_tries_again() -> None:
    fifth = tried(5, sends=False)
    assert fifth is not None and fifth.spent_until == NOW + HOUR
    refused = wrong_code(fifth, sends=False)
    assert (refused.text, refused.values) == ("door.code_rests", {"until": "11:00"})
    assert after_code_try(fifth, NOW + HOUR - 1, sends=False) is None
    again = after_code_try(fifth, NOW + HOUR, sends=False)
    assert again is not None and (again.tries, again.spent_until) == (1, 0)


def test_what_is_left_is_said_of_codes_and_passwords() -> None:
    left = [wrong_code(FactorState("a", "f", "p", tries=tries), sends=True).values["left"] for tries in range(1, 5)]
    assert left == ["4", "3", "2", "1"]
    left = [wrong_password(Lock(failures=failures)).values["left"] for failures in range(1, 6)]
    assert left == ["5", "4", "3", "2", "1"]


def test_a_code_that_nobody_sends_is_looked_for_in_the_app() -> None:
    texts = {wrong_code(FactorState("a", "f", "p", tries=1), sends=sends).text for sends in (True, False)}
    assert texts == {"door.wrong_code", "door.wrong_app_code"}


def test_a_lock_names_its_end_and_a_block_none() -> None:
    assert closed(Lock(6, 1, locked_until=NOW + HOUR)).values == {"until": "11:00"}
    assert (closed(Lock(6, 3, blocked_at=NOW)).text, closed(Lock(6, 3, blocked_at=NOW)).values) == (
        "door.blocked",
        {},
    )
    assert wrong_password(Lock(6, 3, blocked_at=NOW)).why is Why.LOCKED
