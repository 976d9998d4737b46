# SPDX-License-Identifier: Apache-2.0
"""A plugin's own action in a running fund: what was acknowledged is there once, whatever happens to the vault."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.model.journal import TYPED, Kind, Result
from appliance.model.words import Site
from tests.examples.installed import installed, on_path
from tests.journeys.afterwards import journal
from tests.journeys.installation import Installation
from tests.story.page import Form
from tests.story.story import sign_in

HOME = "/x/inquiry"
NEW = f"{HOME}/new"
TYPED_TEXTS = {"subject": "算定基礎届", "text": "いつまでですか。"}


@pytest.fixture
def asking(fund: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """A fund with the plugin of the second worked example."""
    site = installed("inquiry", tmp_path / "site")
    monkeypatch.syspath_prepend(str(site))
    fund.change("[plugins.policy_permissions]", "[plugins.policy_permissions]\n\n[plugins.inquiry]")
    with on_path(site):
        yield fund


@pytest.mark.lab
async def test_a_question_that_was_acknowledged_survives_and_is_there_once(asking: Installation) -> None:
    vault = asking.start("vault")
    asking.start("web", "portal")
    async with asking.visitor(Site.PORTAL) as user, asking.visitor(Site.PORTAL) as other:
        await sign_in(user, asking.user)
        await sign_in(other, asking.other)
        form = (await user.get(NEW)).page.form(NEW)
        first, second = await asyncio.gather(*(user.send(form, TYPED_TEXTS) for _ in range(2)))
        assert first.path == second.path and first.status == second.status == 200
        await asyncio.to_thread(vault.kill)
        assert (await user.get(HOME)).status == 503
        await asyncio.to_thread(vault.start)
        third = await user.send(form, TYPED_TEXTS)
        assert third.path == first.path, "the same command, after a kill as well"
        listed = (await user.get(HOME)).page
        assert [link for link in listed.links if link.startswith(f"{HOME}/") and link != NEW] == [first.path]
        assert (await other.get(first.path)).status == 404
        stolen = Form(first.path, (await other.get(NEW)).page.form(NEW).fields)
        assert (await other.send(stolen, {})).status == 404
    asking.end()
    done = [entry for entry in await journal(asking) if entry.kind is Kind.ACTION_DONE]
    asked = [entry for entry in done if entry.result is Result.DONE]
    assert [(entry.reason, entry.personal[TYPED]) for entry in asked] == [
        ("inquiry.ask", f"{TYPED_TEXTS['subject']}: {TYPED_TEXTS['text']}")
    ]
    assert [entry.result for entry in done if entry not in asked] == [Result.REFUSED]
