# SPDX-License-Identifier: Apache-2.0
"""What a fund has set stands in its manuals."""

from dataclasses import replace

import pytest

from appliance.config.office_settings import Devices
from appliance.config.settings import CalendarSettings, Door, Fund, OtpPolicy, Settings
from appliance.vault.manuals.facts import facts_of


def test_addresses_follow_from_those_of_the_fund() -> None:
    facts = facts_of(replace(Settings(), fund=Fund(public_url="https://a.example.jp/", portal_url="https://b/")))
    assert facts["download_url"] == "https://a.example.jp/download/"
    assert facts["activate_url"] == "https://a.example.jp/activate/"
    assert facts["onetime_url"] == "https://a.example.jp/onetime/"
    assert facts["portal_url"] == "https://b/"


def test_hours_and_promises_are_those_of_the_fund() -> None:
    calendar, devices = CalendarSettings(open="09:30", close="17:00"), Devices(answer_days=3)
    facts = facts_of(replace(Settings(), calendar=calendar, devices=devices))
    assert (facts["opens"], facts["closes"], facts["answer_days"]) == ("09:30", "17:00", "3")


@pytest.mark.parametrize(("policy", "said"), [(OtpPolicy.ALWAYS, "たびに"), (OtpPolicy.RISK, "30 日")])
def test_when_a_one_time_password_is_due(policy: OtpPolicy, said: str) -> None:
    facts = facts_of(replace(Settings(), door=Door(otp_policy=policy, otp_after_days=30)))
    assert said in facts["otp"] and "{" not in facts["otp"]
