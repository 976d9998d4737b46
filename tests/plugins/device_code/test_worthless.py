# SPDX-License-Identifier: Apache-2.0
"""Worthless values: what is shipped is worth shipping, and spellings do not matter."""

import pytest
from renkei_device_code.worthless import Worthless, shipped

from appliance.model.traits import canonical_trait, salt_of, trait_hash

SALT = salt_of("916237-0000021")


@pytest.mark.parametrize("value", ["to be filled by o.e.m.", "DEFAULT STRING", "System-Serial-Number", "QM00001"])
def test_a_value_is_known_in_any_spelling(value: str) -> None:
    assert trait_hash(canonical_trait(value), SALT) in Worthless(shipped()).hashes(SALT)


@pytest.mark.parametrize("value", ["7B5RML2", "S4EVNF0M748293X", "PF2L8XQ3"])
def test_numbers_of_real_machines_are_not_in_it(value: str) -> None:
    assert trait_hash(canonical_trait(value), SALT) not in Worthless(shipped()).hashes(SALT)


def test_each_line_is_one_that_a_kit_would_send_and_stands_there_once() -> None:
    """What is too short no kit sends: it is left out on the PC."""
    canonical = [canonical_trait(value) for value in shipped()]
    said = [value for value in canonical if value]
    assert len(said) > 100
    assert [line for line, value in zip(shipped(), canonical, strict=True) if not value] == []
    assert sorted({value for value in said if said.count(value) > 1}) == []


def test_hashes_are_those_of_one_fund_and_made_once() -> None:
    worthless = Worthless(["Default string", "None", "000000"])
    assert len(worthless.hashes(SALT)) == 1
    assert worthless.hashes(SALT) is worthless.hashes(SALT)
    assert Worthless(["default STRING"]).hashes(SALT) is worthless.hashes(SALT)
    assert Worthless(["7B5RML2"]).hashes(SALT) != worthless.hashes(SALT)
    assert worthless.hashes(SALT) != worthless.hashes(salt_of("123456-0000021"))
