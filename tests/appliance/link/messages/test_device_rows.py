# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about PCs: who may send them, and what goes with them."""

from appliance.link.messages import MESSAGES, SAFE_AGAIN
from appliance.link.messages import devices as d
from appliance.link.messages.device_rows import DEVICE_MESSAGES, DEVICE_SAFE_AGAIN
from appliance.model.words import Site

ROWS = {row.shape: row for row in DEVICE_MESSAGES}

OF_FUND: tuple[type, ...] = (
    d.ListActivations,
    d.ReadActivation,
    d.ApproveActivation,
    d.RefuseActivation,
    d.ListSeats,
    d.FindSeats,
    d.RevokeSeat,
    d.OpenSeat,
)
OF_OFFICE: tuple[type, ...] = (d.ListOwnSeats, d.AskSeatCode, d.GiveUpSeat)


def test_the_table_takes_them_in() -> None:
    assert set(DEVICE_MESSAGES) <= set(MESSAGES) and DEVICE_SAFE_AGAIN <= SAFE_AGAIN


def test_nothing_of_it_is_for_the_internet() -> None:
    assert not any(Site.PUBLIC in row.sites for row in DEVICE_MESSAGES)


def test_an_office_decides_nothing_about_requests() -> None:
    assert all(ROWS[shape].sites == {Site.CONSOLE} for shape in OF_FUND)
    assert all(ROWS[shape].sites == {Site.PORTAL} for shape in OF_OFFICE)


def test_only_what_changes_nothing_may_be_asked_twice() -> None:
    assert not any(ROWS[shape].changes for shape in DEVICE_SAFE_AGAIN)
    reading = {shape for shape, row in ROWS.items() if not row.changes and row.visit}
    assert reading | {d.AskSeats} == DEVICE_SAFE_AGAIN
