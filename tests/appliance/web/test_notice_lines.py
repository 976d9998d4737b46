# SPDX-License-Identifier: Apache-2.0
"""Notices as lines."""

from appliance.model.time import HOUR
from appliance.model.words import NoticeState
from appliance.web.notice_lines import lines
from tests.appliance.web.conftest import Browser


async def test_a_row_in_words(portal: Browser) -> None:
    vault = portal.vault
    vault.deliver(bytes(1536), state=NoticeState.RECEIVED, received_at=vault.clock.now() + HOUR)
    (line,) = lines(portal.website.house, tuple(vault.notices))
    assert line.office == "0012 株式会社ABC商事"
    assert (line.type, line.period, line.size) == ("納入告知額通知書", "2026年5月", "1.5 KB")
    assert (line.received, line.state) == (True, "受信済")
    assert (line.delivered, line.received_at) == ("2026年6月9日(火)", "2026年6月9日(火) 11:00")


async def test_what_was_not_received_has_no_time(portal: Browser) -> None:
    portal.vault.deliver(b"x")
    (line,) = lines(portal.website.house, tuple(portal.vault.notices))
    assert (line.received, line.state, line.received_at) == (False, "未受信", "")
