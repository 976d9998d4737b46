# SPDX-License-Identifier: Apache-2.0
"""What an address says was done: our own words, or nothing."""

import re

import pytest

from appliance.model.words import Note
from appliance.web.said import with_word
from tests.appliance.web.conftest import Browser


def test_words_and_notes_stand_in_the_address() -> None:
    assert with_word("/own", "own") == "/own?done=own"
    notes = (Note.MAIL_SHARED, Note.KANA_CONVERTED)
    assert with_word("/own", "own", notes) == "/own?done=own&notes=kana_converted.mail_shared"


async def test_the_page_says_them(portal: Browser) -> None:
    portal.sign_in()
    page = (await portal.get("/own?done=own&notes=kana_converted.mail_shared")).text
    for shown in ("氏名を変更しました。", "全角カナに直して", "同じメールアドレスを"):
        assert shown in page, shown


@pytest.mark.parametrize("query", ["", "?done=", "?done=%3Cb%3Eyou+won", "?done=refused", "?notes=kana_converted"])
async def test_nobody_can_put_words_into_our_mouth(portal: Browser, query: str) -> None:
    portal.sign_in()
    page = (await portal.get("/own" + query)).text
    assert "note good" not in page and "you won" not in page and "全角カナに" not in page


async def test_notes_that_are_none_are_left_out(portal: Browser) -> None:
    portal.sign_in()
    page = (await portal.get("/own?done=own&notes=kana_converted.nonsense.%3Cb%3E")).text
    # The address of the same page in the other language repeats what was asked for, and says nothing of it.
    page = re.sub(r'/language/en\?to=[^"]*', "", page)
    assert "全角カナに" in page and "nonsense" not in page and "&lt;b&gt;" not in page
