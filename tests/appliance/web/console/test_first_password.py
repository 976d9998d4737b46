# SPDX-License-Identifier: Apache-2.0
"""The sheet with a first password."""

from tests.appliance.vault.world import Person
from tests.appliance.web.console.test_proposals import ADDING
from tests.appliance.web.whole import Reader


async def test_nobody_keeps_it_and_it_says_what_to_do(reader: Reader, hayashi: Person, mori: Person) -> None:
    action = f"/proposals/{(await hayashi.ask(ADDING)).proposal}"
    fields = (await reader.be(mori.token).see("/proposals")).page.form(action).fields
    answer = await reader.browser.post(action, {**fields, "choice": "yes"})
    assert answer.headers["Cache-Control"] == "no-store"
    for shown in ("一度だけ表示されます", "ご本人の手順", "認証アプリ", "原 次郎", "https://127.0.0.1:0/sign-in"):
        assert shown in answer.text, shown
    assert answer.text.count('<div class="secret">') == 1
