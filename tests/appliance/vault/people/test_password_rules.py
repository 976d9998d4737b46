# SPDX-License-Identifier: Apache-2.0
"""The profiles of the two services, as the sources have them."""

from dataclasses import replace

import pytest

from appliance.model.passwords import PasswordRule
from appliance.model.things import Account
from appliance.model.words import PasswordProfile, Role
from appliance.vault.people.fields import Unfit
from appliance.vault.people.password_rules import RULES, need_fit, need_fit_zip

ACCOUNT = Account("a" * 26, "b" * 26, "Sakura2026x", "", "", Role.OFFICE_STAFF, frozenset(), 0)


def test_the_profiles_are_those_of_the_sources() -> None:
    assert set(RULES) == set(PasswordProfile)
    assert {
        PasswordProfile.ERENKEI: PasswordRule(10, 64, 3),
        PasswordProfile.ROKIN: PasswordRule(8, 12, 4),
    } == RULES


def test_what_is_wrong_is_said_with_the_numbers_of_the_rule() -> None:
    with pytest.raises(Unfit) as caught:
        need_fit(PasswordProfile.ROKIN, ACCOUNT, "Short1!")
    assert caught.value.text == "password.length"
    assert caught.value.values == {"field": "password", "min": "8", "max": "12", "kinds": "4"}
    assert "Short1!" not in repr(caught.value)


def test_a_password_is_not_the_login() -> None:
    need_fit(PasswordProfile.ERENKEI, ACCOUNT, "Sakura2026y")
    with pytest.raises(Unfit, match="is_login"):
        need_fit(PasswordProfile.ERENKEI, ACCOUNT, "SAKURA2026x")
    need_fit(PasswordProfile.ERENKEI, replace(ACCOUNT, login="other001"), "Sakura2026x")


def test_the_zip_password_has_a_rule_of_its_own() -> None:
    need_fit_zip("abcdefg1")
    with pytest.raises(Unfit) as caught:
        need_fit_zip("abcdefgh")
    assert caught.value.text == "zip_password.kinds"
