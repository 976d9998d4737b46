# SPDX-License-Identifier: Apache-2.0
"""An office asks, and the fund answers: something on every page of the plugin that the cast's fund has."""

from tests.browser.cast import Cast
from tests.story.stage import need
from tests.story.visitor import Answer, Visitor

TABLE = "\n[plugins.inquiry]\n"
HOME = "/x/inquiry"


async def ask_and_answer(cast: Cast) -> None:
    """One question is answered, one is not."""
    asked = await ask(cast["admin"], "算定基礎届", "いつまでに出せばよいですか。\n教えてください。")
    await ask(cast["admin"], "賞与支払届", "用紙はありますか。")
    page = await cast["clerk"].get(asked.path)
    answer = await cast["clerk"].send(page.page.form(asked.path), {"text": "7月10日までです。"})
    need("回答を送信しました。" in answer.page.text, "the fund could not answer")


async def ask(visitor: Visitor, subject: str, text: str, about: str = "") -> Answer:
    """Send a question; the page that is shown then."""
    new = f"{HOME}/new"
    page = await visitor.get(f"{new}?about={about}" if about else new)
    answer = await visitor.send(page.page.form(new), {"subject": subject, "text": text})
    need("お問い合わせを送信しました。" in answer.page.text, "an office could not ask")
    return answer
