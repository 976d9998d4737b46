# SPDX-License-Identifier: Apache-2.0
"""Notices as lines."""

from appliance.model.time import HOUR
from appliance.model.words import NoticeState, ScanState
from appliance.web.notice_lines import lines, scan_words
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
    assert (line.tone, line.scan, line.scan_tone, line.explains) == ("new", "未検査", "off", "")


async def test_what_was_taken_back_says_when(portal: Browser) -> None:
    vault = portal.vault
    vault.deliver(b"x", state=NoticeState.CANCELLED, cancelled_at=vault.clock.now(), reason="宛先違い")
    (line,) = lines(portal.website.house, tuple(vault.notices))
    assert (line.cancelled, line.received, line.state, line.tone) == (True, False, "取消済", "off")
    assert (line.cancelled_at, line.reason) == ("2026年6月9日(火) 10:00", "宛先違い")


async def test_what_explains_an_amount_says_which(portal: Browser) -> None:
    portal.vault.deliver(b"x", type="contribution_change")
    portal.vault.deliver(b"x", type="gone_long_ago")
    gone, line = lines(portal.website.house, tuple(portal.vault.notices))
    assert line.explains == "納入告知額通知書" and gone.explains == ""


async def test_the_scanners_are_named(portal: Browser) -> None:
    house = portal.website.house
    assert scan_words(house, ScanState.CLEAN, "clamav 1.4.3") == "問題なし（clamav 1.4.3）"
    assert scan_words(house, ScanState.WAITING, "") == "検査待ち"
