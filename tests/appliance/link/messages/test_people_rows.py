# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about people: who may send them, and what goes with them."""

import dataclasses

from appliance.link.messages import MESSAGES, SAFE_AGAIN
from appliance.link.messages import locks as k
from appliance.link.messages import own as o
from appliance.link.messages import people as p
from appliance.link.messages import staff as s
from appliance.link.messages.people_rows import PEOPLE_MESSAGES, PEOPLE_SAFE_AGAIN
from appliance.model.words import Site

ROWS = {row.shape: row for row in PEOPLE_MESSAGES}
OF_USERS: tuple[type, ...] = (
    p.ListUsers,
    p.AddUser,
    p.ChangeUser,
    p.RemoveUser,
    p.ResetPassword,
    o.ShowZipPassword,
)
OF_STAFF: tuple[type, ...] = (s.ListStaff, s.AddStaff, s.ChangeStaff, s.RemoveStaff, s.ResetStaff, s.Decide)
OF_OFFICES: tuple[type, ...] = (p.ReadOffice, p.ChangeAdmin, k.ListLocks, k.Unlock, k.Initialise)


def test_the_table_takes_them_in() -> None:
    assert set(PEOPLE_MESSAGES) <= set(MESSAGES) and PEOPLE_SAFE_AGAIN <= SAFE_AGAIN


def test_before_the_registration_one_reads_and_registers_and_nothing_else() -> None:
    assert {shape for shape, row in ROWS.items() if row.unready} == {o.ReadOwn, o.RegisterOffice, o.RegisterSelf}


def test_users_are_of_the_portal_and_staff_is_of_the_console() -> None:
    assert all(ROWS[shape].sites == {Site.PORTAL} for shape in OF_USERS)
    assert all(ROWS[shape].sites == {Site.CONSOLE} for shape in OF_STAFF + OF_OFFICES)
    assert not any(Site.PUBLIC in row.sites for row in PEOPLE_MESSAGES)


def test_only_what_changes_nothing_may_be_asked_twice() -> None:
    assert not any(ROWS[shape].changes for shape in PEOPLE_SAFE_AGAIN)
    assert {shape for shape, row in ROWS.items() if not row.changes and row.visit} == PEOPLE_SAFE_AGAIN


def test_whatever_needs_two_people_says_why_and_whether_it_can_wait() -> None:
    for shape, row in ROWS.items():
        if row.two_person:
            assert {"reason", "emergency", "command"} <= {field.name for field in dataclasses.fields(shape)}
            assert row.reply is s.TwoPersonReply
