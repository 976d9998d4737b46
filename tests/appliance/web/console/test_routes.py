# SPDX-License-Identifier: Apache-2.0
"""The table of the console: what tests/appliance/web/test_site_routes.py does not say of all sites alike."""

from appliance.contracts.pages import Guard
from appliance.link import messages as m
from appliance.web.console.routes import ROUTES
from appliance.web.routes import Body


def test_only_signing_in_and_the_help_are_open_to_anyone() -> None:
    assert {row.path for row in ROUTES if row.guard is Guard.ANYONE} == {
        "/sign-in",
        "/sign-in/code",
        "/help",
        "/help/answers",
        "/manual",
        "/favicon.ico",
    }


def test_files_come_as_streams_only() -> None:
    carrying = {(row.path, row.body) for row in ROUTES if m.PutPart in row.sends}
    assert carrying == {("/notices/new", Body.FIELDS_THEN_FILE), ("/uploads/{id}/{number}", Body.BYTES)}


def test_documents_never_come_back_out_here() -> None:
    assert not any(m.DownloadNotice in row.sends for row in ROUTES)
