# SPDX-License-Identifier: Apache-2.0
"""What tests read in a PDF of ours is what somebody would copy out of it."""

import datetime as dt

from appliance.vault.paper.letter import Letter, Sender, letters
from tests.paper import words

SENDER = Sender("れんけい基金", "03-0000-0000", "https://renkei.example.jp/download/", dt.date(2026, 6, 9))
DAY = dt.date(2026, 6, 1)
ONE = Letter("株式会社(さくら)", "佐倉　花子", "a@example.jp", 2, DAY, "123456-0000001", "sakura001", "k", "p")


def test_each_line_is_a_line() -> None:
    lines = words(letters([ONE], SENDER)).splitlines()
    assert {"発行日：令和8年6月9日", "株式会社(さくら) 御中", "佐倉　花子", "123456-0000001"} <= {*lines}


def test_every_page_is_read_in_order() -> None:
    other = Letter("\\次の\\事業所", "緑川　一郎", "b@example.jp", 1, DAY, "123456-0000002", "midori001", "k", "p")
    text = words(letters([ONE, other], SENDER))
    assert -1 < text.index("株式会社(さくら) 御中") < text.index("\\次の\\事業所 御中")
