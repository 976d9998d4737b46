# SPDX-License-Identifier: Apache-2.0
"""What was done is counted as the journal has it."""

from dataclasses import replace

from appliance.model.journal import Entry, Kind, Result
from appliance.vault.activity import Activity

ENTRY = Entry(Kind.SIGN_IN, Result.REFUSED, 1, "portal", "", "", "", "wrong password", "", b"s" * 16)


def test_an_entry_that_stands_for_many_refusals_counts_as_many() -> None:
    activity = Activity()
    activity.note([ENTRY, replace(ENTRY, count=40), replace(ENTRY, result=Result.DONE)])
    assert activity.acts == {(Kind.SIGN_IN, Result.REFUSED): 41, (Kind.SIGN_IN, Result.DONE): 1}


def test_nothing_counts_as_nothing() -> None:
    activity = Activity()
    activity.note([])
    assert not activity.acts
    assert activity.acts[Kind.SIGN_IN, Result.DONE] == 0
