# SPDX-License-Identifier: Apache-2.0
"""The public site: one honest page."""

from tests.appliance.web.conftest import Browser


async def test_it_says_what_this_is_where_to_go_and_whom_to_ask(public: Browser) -> None:
    page = (await public.get("/")).text
    for shown in ("れんけい企業年金基金", "VPN", "03-0000-0000", "この画面からはできません"):
        assert shown in page, shown
    assert "<form" not in page and "ログアウト" not in page


async def test_it_asks_the_vault_for_nothing_and_sets_no_cookie(public: Browser) -> None:
    answer = await public.get("/")
    assert "Set-Cookie" not in answer.headers
    assert public.vault.asked == []
