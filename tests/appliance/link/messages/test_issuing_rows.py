# SPDX-License-Identifier: Apache-2.0
"""Who may send the messages about what an office is given."""

import pytest

from appliance.link.messages.issuing_rows import ISSUING_MESSAGES, ISSUING_SAFE_AGAIN
from appliance.link.messages.row import Message
from appliance.model.words import Site


@pytest.mark.parametrize("row", ISSUING_MESSAGES, ids=lambda row: row.name)
def test_a_message_comes_from_one_site_with_a_visit_and_a_right(row: Message) -> None:
    assert row.visit and row.action and len(row.sites) == 1
    assert row.sites <= {Site.PORTAL, Site.CONSOLE}
    assert row.action.startswith(("own.", "zip_password.")) or row.sites == {Site.CONSOLE}


def test_only_what_changes_nothing_is_sent_again() -> None:
    changing = {row.shape for row in ISSUING_MESSAGES if row.changes}
    assert not changing & ISSUING_SAFE_AGAIN
    assert changing | ISSUING_SAFE_AGAIN == {row.shape for row in ISSUING_MESSAGES}
