# SPDX-License-Identifier: Apache-2.0
"""What an office has in its hands: the letter that the fund has printed, read as people read it."""

import re

from appliance.model.time import in_japan
from tests.browser.cast import Cast
from tests.paper import words
from tests.story.stage import need

_LETTER = re.compile(r"契約番号([0-9]{6,7}-[0-9]{7}).*?ダウンロードキー※([A-Za-z0-9]{8})")


async def month_password(cast: Cast, contract: str) -> str:
    """The download password of today, after the key in the letter to a contract. Raises StoryFailed."""
    clerk = cast["clerk"]
    page = (await clerk.get("/letters")).page
    printed = await clerk.send(page.form("/letters/print"), {})
    text = "".join(words(printed.body).split())
    keys = dict(_LETTER.findall(text))
    need(contract in keys, f"no letter to {contract} waits to be printed")
    return f"{in_japan(page.now):%Y%m}{keys[contract]}"
