# SPDX-License-Identifier: Apache-2.0
"""`renkei check` says which second factor is missing, before a vault refuses to start without it."""

from dataclasses import replace

import pytest

from appliance.cli import door_check
from appliance.cli.door_check import absent_factors
from appliance.config.settings import Door, Settings
from appliance.host.catalogue import Row, State
from tests.appliance.cli.command import Installation

ROWS = [
    Row("otp_email", "", "vault", ("factor",), State.CONFIGURED),
    Row("otp_totp", "", "vault", ("factor",), State.CONFIGURED),
    Row("mail_smtp", "", "vault", ("notifier",), State.CONFIGURED),
]


def said(door: Door, *plugins: str) -> list[str]:
    return absent_factors(replace(Settings(), door=door, plugins={name: {} for name in plugins}), ROWS)


def test_the_command_tells_and_the_vault_would_have_refused(made: Installation) -> None:
    made.replace("[plugins.otp_totp]", "[door]\napp_factor = 'otp_sms'\n[plugins.otp_totp]")
    ran = made.renkei("check")
    assert ran.code == 1
    assert ran.out.splitlines()[0] == (
        "door.app_factor names `otp_sms`, which is no configured second factor; add [plugins.otp_sms]"
    )


@pytest.mark.parametrize("door", [Door(), Door(app_factor="otp_totp")])
def test_all_is_well(door: Door) -> None:
    assert said(door, "otp_email", "otp_totp", "mail_smtp") == []


def test_a_plugin_without_a_table_or_of_another_family_is_none() -> None:
    first, second = said(Door(staff_factor="mail_smtp"), "mail_smtp")
    assert first.startswith("door.mailed_factor names `otp_email`, ")
    assert second.startswith("door.staff_factor names `mail_smtp`, ")


def test_the_edge_host_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_check, "find_spec", lambda name: None)
    assert said(Door()) == []
