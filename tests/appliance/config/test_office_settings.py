# SPDX-License-Identifier: Apache-2.0
"""What offices have and do: bounds of the settings."""

import pytest

from appliance.config.office_settings import Devices, Exchange, RegistrationSettings


def test_nothing_is_approved_without_a_person_unless_the_fund_says_so() -> None:
    assert not Devices().auto_approve
    assert Devices().answer_days == 2


@pytest.mark.parametrize("days", [0, 21])
def test_an_answer_is_promised_within_a_month(days: int) -> None:
    with pytest.raises(ValueError, match="answer_days"):
        Devices(answer_days=days)


def test_a_document_can_leave_in_some_way() -> None:
    with pytest.raises(ValueError, match="nobody could download"):
        Exchange(plain_downloads=False, zip_downloads=False)


def test_strangers_register_nothing_unless_the_fund_says_so() -> None:
    assert not RegistrationSettings().web_form
