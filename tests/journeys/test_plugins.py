# SPDX-License-Identifier: Apache-2.0
"""Plugins that misbehave in a running vault, and plugins that keep it from starting, with a sentence that helps."""

import re

import aiohttp
import pytest

from appliance.model.journal import Kind
from appliance.model.words import Site
from tests.journeys.afterwards import journal
from tests.journeys.courier import Document, delivered
from tests.journeys.installation import Installation, NotReady
from tests.story.stage import free_port
from tests.story.story import sign_in

POLICY = '''\
# SPDX-License-Identifier: Apache-2.0
"""A policy that misbehaves when a notice is downloaded."""

import asyncio

from appliance.contracts.plugin import Plugin, hookimpl
from appliance.contracts.policy import ABSTAIN
from appliance.model.words import Tier

TIER = Tier.VAULT


class Misbehaving(Plugin):
    @hookimpl
    def {hook}(self):
        return [self]

    async def judge(self, request):
        if request.action == "notice.download":
            {fault}
        return ABSTAIN
'''
FAULTS = {
    "failed": "raise RuntimeError('out of order')",
    "timeout": "await asyncio.Event().wait()",
    "nonsense": "return 'yes'",
}


def add_policy(fund: Installation, *, hook: str = "register_policy", fault: str = "pass", table: str = "") -> None:
    """Put the policy into plugins.d and give it its table."""
    path = fund.root / "plugins.d" / "policy_broken.py"
    path.write_text(POLICY.format(hook=hook, fault=fault), "utf-8")
    path.chmod(0o644)
    fund.change("[plugins.policy_permissions]", f"[plugins.policy_permissions]\n\n[plugins.policy_broken]\n{table}")


async def figures(port: int) -> str:
    """What the metrics listener of the vault says."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        return await answer.text()


@pytest.mark.parametrize(
    "outcome", ["failed", *(pytest.param(one, marks=pytest.mark.lab) for one in ("timeout", "nonsense"))]
)
async def test_a_policy_that_fails_denies_what_it_was_asked_about_and_nothing_else(
    fund: Installation, outcome: str
) -> None:
    fund.faulty = True
    port = free_port()
    fund.change('[vault]\nmetrics = ""', f'[vault]\nmetrics = "127.0.0.1:{port}"')
    add_policy(fund, fault=FAULTS[outcome])
    fund.start()
    notice = await delivered(fund, Document.of(1, 1000))
    async with fund.visitor(Site.PORTAL) as user:
        await sign_in(user, fund.user)
        denied = await user.ask("GET", f"/notices/{notice}/file")
        assert denied.status == 403
        assert "この操作をする権限がありません" in denied.page.text
        assert "policy_broken" not in denied.page.text
        assert (await user.ask("GET", "/notices")).status == 200
    counted = rf'renkei_plugin_calls_total\{{family="policy",outcome="{outcome}",plugin="policy_broken"\}} 1\.0'
    assert re.search(counted, await figures(port))
    assert "plugin policy_broken: policy.judge failed" in fund.log
    fund.end()
    refused = [entry for entry in await journal(fund) if entry.kind is Kind.NOTICE_DOWNLOAD_STARTED]
    assert [entry.reason.startswith("policy_broken ") for entry in refused] == [True]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hook": "register_polcy"}, r"plugins\.policy_broken.*register_polcy.*register_policy"),
        ({"table": "colour = 'red'"}, r"config\.toml.*plugins\.policy_broken.*colour"),
        ({"fault": "return ("}, r"policy_broken.*does not import: SyntaxError"),
    ],
    ids=["a misspelled hook", "an unknown key", "a file that is no Python"],
)
def test_a_plugin_that_cannot_be_right_stops_the_start_and_one_sentence_says_where(
    fund: Installation, change: dict[str, str], sentence: str
) -> None:
    add_policy(fund, **change)
    with pytest.raises(NotReady) as ended:
        fund.start("vault")
    (said,) = str(ended.value).splitlines()
    assert re.search(sentence, said), said


def test_a_key_of_nobody_and_a_table_of_nobody_stop_the_start(fund: Installation) -> None:
    kept = fund.config.read_text("utf-8")
    for text, sentence in (
        ("[vault]\ncolour = 'red'", r"\[vault\].*colour"),
        ("[plugins.policy_nobody]\n[vault]", r"plugins\.policy_nobody.*not installed"),
    ):
        fund.config.write_text(kept.replace("[vault]", text), "utf-8")
        with pytest.raises(NotReady) as ended:
            fund.start("vault")
        said = str(ended.value).splitlines()[-1]
        assert said.startswith("renkei: config.toml") or str(fund.config) in said
        assert re.search(sentence, said), said
