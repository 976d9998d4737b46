# SPDX-License-Identifier: Apache-2.0
"""The table of the portal: what tests/appliance/web/test_site_routes.py does not say of all sites alike."""

from appliance.contracts.pages import Guard
from appliance.link import messages as m
from appliance.web.portal.routes import ROUTES


def test_only_signing_in_and_the_help_are_open_to_anyone() -> None:
    assert {row.path for row in ROUTES if row.guard is Guard.ANYONE} == {
        "/sign-in",
        "/sign-in/code",
        "/sign-in/password",
        "/help",
        "/help/answers",
        "/manual",
        "/favicon.ico",
    }


def test_a_download_can_always_be_reported() -> None:
    downloads = {m.DownloadNotice, m.DownloadNotices, m.DownloadFiling}
    assert all((m.DownloadFinished in row.sends) == (not downloads.isdisjoint(row.sends)) for row in ROUTES)


def test_what_is_the_funds_is_not_sent_from_here() -> None:
    sent = {shape for row in ROUTES for shape in row.sends}
    assert not {m.DeliverNotice, m.DeliverCopies, m.ListOffices, m.ReceiveFiling, m.ReturnFiling, m.TakeOut} & sent
