# SPDX-License-Identifier: Apache-2.0
"""Locks of download passwords at the console, through the real vault."""

import pytest

from appliance.model.words import LockState, Role
from tests.appliance.vault.fetching.letters import Holder, holder_of
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

REASON = "お電話をかけ直して確認した"


@pytest.fixture
async def locked(world: World) -> Holder:
    """An office whose download password was wrong six times."""
    holder = await holder_of(world)
    for _ in range(6):
        await holder.wrong()
    return holder


async def test_without_any_the_page_has_no_second_table(reader: Reader, desk: Person) -> None:
    assert "ダウンロードと有効化" not in (await reader.be(desk.token).see("/locks")).text


async def test_the_desk_sees_it_and_ends_it(reader: Reader, desk: Person, locked: Holder) -> None:
    place = f"/offices/{locked.office.id}/unlock-download"
    page = await reader.be(desk.token).see("/locks")
    assert locked.office.name in page.text and place in page.page.links
    form = await reader.see(place)
    assert locked.office.contract_number in form.html
    assert (await reader.fill(form, place, reason=" ")).status == 422
    sent = await reader.fill(form, place, reason=REASON)
    assert sent.to == "/locks?opened=1"
    assert "停止を解除しました" in (await reader.see("/locks?opened=1")).text
    assert (await locked.lock()).state is LockState.OPEN
    assert (await reader.see(place)).status == 409, "there is nothing to end any more"


async def test_a_blocked_one_leads_to_a_new_letter(reader: Reader, desk: Person, world: World) -> None:
    holder = await holder_of(world)
    for _ in range(3):
        for _ in range(6):
            await holder.wrong()
        world.clock.move(3_600_000)
    page = await reader.be(desk.token).see("/locks")
    assert "閉塞" in page.text and f"/offices/{holder.office.id}" in page.page.links
    assert f"/offices/{holder.office.id}/unlock-download" not in page.page.links


async def test_who_may_only_look_sees_no_button(reader: Reader, world: World, locked: Holder) -> None:
    auditor = await staff_of(world, "auditor", Role.FUND_AUDITOR)
    page = await reader.be(auditor.token).see("/locks")
    assert locked.office.name in page.text
    assert not [link for link in page.page.links if "unlock" in link]
