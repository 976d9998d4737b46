# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about filings: what is the office's to do and what the fund's."""

from appliance.link.messages import MESSAGES, SAFE_AGAIN, Carries
from appliance.link.messages import filings as f
from appliance.link.messages import notices as n
from appliance.link.messages.filing_rows import FILING_MESSAGES, FILING_SAFE_AGAIN, OUTGOING_MESSAGES
from appliance.model.words import Permission, Site

ROWS = {row.shape: row for row in (*FILING_MESSAGES, *OUTGOING_MESSAGES)}
READ_AT_BOTH: tuple[type, ...] = (f.ListFilings, f.ReadFiling, f.DownloadFiling)
OF_OFFICES: tuple[type, ...] = (
    f.SubmitFiling,
    f.ApproveFiling,
    f.DeliverFiling,
    f.CancelFiling,
    f.ReadOfficeRules,
    f.ChangeOfficeRules,
    n.DownloadNotices,
)


def test_the_table_takes_them_in() -> None:
    assert set(ROWS.values()) <= set(MESSAGES) and FILING_SAFE_AGAIN <= SAFE_AGAIN


def test_each_side_does_its_own() -> None:
    for shape, row in ROWS.items():
        if shape in READ_AT_BOTH:
            assert row.sites == {Site.PORTAL, Site.CONSOLE}
        else:
            assert row.sites == {Site.PORTAL if shape in OF_OFFICES else Site.CONSOLE}


def test_each_step_of_an_office_needs_its_permission() -> None:
    needed = {shape: row.needs for shape, row in ROWS.items() if row.needs}
    assert needed == {
        f.SubmitFiling: Permission.UPLOAD,
        f.ApproveFiling: Permission.APPROVE,
        f.DeliverFiling: Permission.DELIVER,
        n.DownloadNotices: Permission.DOWNLOAD,
    }


def test_what_changes_something_has_a_command_and_nothing_else_is_asked_twice() -> None:
    for shape, row in ROWS.items():
        assert row.changes is hasattr(shape, "command")
        assert not (row.changes and shape in FILING_SAFE_AGAIN)
        assert row.carries is (Carries.BYTES_DOWN if row.reply is n.Download else Carries.NOTHING)


def test_every_step_leaves_an_entry_of_its_own() -> None:
    kinds = [row.journal for row in FILING_MESSAGES]
    assert len(kinds) == len(set(kinds))
    assert all(row.visit and row.action and not row.unready for row in ROWS.values())
