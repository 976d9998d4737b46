# SPDX-License-Identifier: Apache-2.0
"""The rule that people read is the one that the vault holds them to."""

from dataclasses import replace

import pytest

from appliance.model.passwords import ERENKEI_RULE, ROKIN_RULE, PasswordRule
from tests.appliance.web.conftest import Browser


@pytest.mark.parametrize(("rule", "said"), [(ERENKEI_RULE, "10〜64 文字"), (ROKIN_RULE, "8〜12 文字")])
async def test_the_page_says_the_rule_of_the_fund(portal: Browser, rule: PasswordRule, said: str) -> None:
    portal.sign_in()
    portal.vault.people.own = replace(portal.vault.people.own, rule=rule)
    page = (await portal.get("/own/password")).text
    assert said in page and f'data-least="{rule.shortest}" data-most="{rule.longest}"' in page
