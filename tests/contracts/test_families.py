# SPDX-License-Identifier: Apache-2.0
"""The table of families: each row makes sense by itself."""

import pytest

from appliance.contracts.families import BY_ID, FAMILIES, Failure, Family
from appliance.contracts.policy import Decision, Verdict
from appliance.contracts.records import OutcomeUnknown, StoreError


def test_ids_are_unique_and_make_the_hooks() -> None:
    assert len(BY_ID) == len(FAMILIES)
    assert BY_ID["policy"].hook == "register_policy"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_only_what_does_not_deny_may_be_optional(family: Family) -> None:
    assert family.may_be_optional is (family.failure is not Failure.DENY)


@pytest.mark.parametrize("family", [one for one in FAMILIES if one.contract], ids=lambda family: family.id)
def test_a_family_that_denies_can_say_so_for_its_plugin(family: Family) -> None:
    """By an answer that says no, or by the one error that means it."""
    says_no = family.denial is not None or family.failed is not None
    assert says_no or family.failure is not Failure.DENY


def test_silence_of_a_policy_and_of_a_second_factor_is_a_no() -> None:
    """They answer by words that mean it; a scanner or a binder that fails says nothing of what it was shown."""
    assert {family.id for family in FAMILIES if family.denial} == {"policy", "factor"}


def test_a_policy_that_cannot_speak_denies_with_the_reason() -> None:
    denial = BY_ID["policy"].denial
    assert denial is not None
    assert denial("mine failed") == Verdict(Decision.DENY, "mine failed")


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_every_call_has_an_end(family: Family) -> None:
    assert family.timeout > 0 or not family.tiers
    assert all(seconds > 0 and seconds != family.timeout for _, seconds in family.own_time)


@pytest.mark.parametrize("family", [one for one in FAMILIES if one.failed], ids=lambda family: family.id)
def test_what_a_failure_becomes_is_an_error_of_the_contract(family: Family) -> None:
    assert family.failure in (Failure.DENY, Failure.ACTION_FAILS)
    assert family.failed is not None and issubclass(family.failed, family.errors)


def test_a_write_that_is_late_is_told_from_one_that_failed() -> None:
    assert BY_ID["records"].late is OutcomeUnknown
    assert BY_ID["records"].failed is StoreError
