# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about registrations: who may send them."""

from appliance.link.messages import MESSAGES, SAFE_AGAIN
from appliance.link.messages import registration as r
from appliance.link.messages.registration_rows import REGISTRATION_MESSAGES, REGISTRATION_SAFE_AGAIN
from appliance.link.messages.row import Carries, Nothing
from appliance.model.words import Site

ROWS = {row.shape: row for row in REGISTRATION_MESSAGES}


def test_the_table_takes_them_in() -> None:
    assert set(REGISTRATION_MESSAGES) <= set(MESSAGES) and REGISTRATION_SAFE_AGAIN <= SAFE_AGAIN


def test_strangers_send_one_of_them_and_learn_nothing() -> None:
    public = [row for row in REGISTRATION_MESSAGES if Site.PUBLIC in row.sites]
    assert [(row.shape, row.reply, row.visit) for row in public] == [(r.SendRegistration, Nothing, False)]


def test_the_portal_knows_nothing_of_them() -> None:
    assert not any(Site.PORTAL in row.sites for row in REGISTRATION_MESSAGES)


def test_whatever_changes_something_at_the_console_needs_the_same_right() -> None:
    console = [row for row in REGISTRATION_MESSAGES if row.sites == {Site.CONSOLE}]
    assert {row.action for row in console if row.changes} == {"registration.change"}
    assert {row.shape for row in console if not row.changes} == REGISTRATION_SAFE_AGAIN


def test_files_come_with_two_of_them() -> None:
    carrying = {row.shape for row in REGISTRATION_MESSAGES if row.carries is Carries.BYTES_UP}
    assert carrying == {r.TakeInRegistration, r.ImportRegistration}


def test_a_password_shows_in_no_log() -> None:
    assert "secret" not in repr(r.TakeInRegistration("a.zip", 1, "secret"))
    assert "secret" not in repr(r.ImportRegistration("a.zip", 1, "secret"))
    assert "secret" not in repr(r.SendRegistration({}, "secret"))
