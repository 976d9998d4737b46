# SPDX-License-Identifier: Apache-2.0
"""Ending and blocking at the console, through the real vault: asked before, observed after."""

import pytest

from appliance.link import messages as m
from appliance.model.devices import Bond
from appliance.model.journal import Kind
from appliance.model.tunnels import SessionState
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import Person
from tests.appliance.web.console.connections import auditor, clerk, pc, sakura, tunnels
from tests.appliance.web.whole import Reader

__all__ = ["auditor", "clerk", "pc", "sakura", "tunnels"]
REASON = "電話で依頼"


async def test_one_is_ended_and_what_is_said_was_seen(
    reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond
) -> None:
    row = await tunnels.opened(pc)
    path = f"/tunnels/end/session/{row.id}"
    form = await reader.be(desk.token).see(path)
    assert "1台の接続が切れます" in form.text and "事業所1" in form.text
    assert (await tunnels.again(row)).state is SessionState.OPEN
    done = await reader.fill(form, path, reason=REASON)
    assert done.status == 200 and "1台が切れたことを確かめました" in done.text
    assert not tunnels.gate.lines
    [entry] = await tunnels.world.journal(Kind.TUNNEL_ENDED)
    assert (entry.actor, entry.personal["typed"]) == (desk.account, REASON)
    again = await reader.fill(form, path, reason=REASON)
    assert "1台が切れたことを確かめました" in again.text
    assert len(await tunnels.world.journal(Kind.TUNNEL_ENDED)) == 1
    await tunnels.round()
    assert "いまは接続していません" in (await reader.see(path)).text


async def test_what_is_still_there_is_not_said_to_be_gone(
    reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond
) -> None:
    row = await tunnels.opened(pc)
    path = f"/tunnels/end/session/{row.id}"
    form = await reader.be(desk.token).see(path)
    tunnels.gate.engines = ()
    done = await reader.fill(form, path, reason=REASON)
    assert "1台が、まだ接続しているように見えます" in done.text and "通信はもう通りません" in done.text
    tunnels.gate.away = True
    done = await reader.fill(await reader.see(path), path, reason=REASON)
    assert "まだ確かめられていません" in done.text and "確かめました" not in done.text


@pytest.mark.parametrize("scope", ["seat", "office", "all"])
async def test_many_are_ended_by_who_may(
    reader: Reader, tunnels: Tunnels, desk: Person, clerk: Person, pc: Bond, scope: str
) -> None:
    await tunnels.opened(pc)
    path = {
        "seat": f"/tunnels/end/seat/{pc.office}.1",
        "office": f"/tunnels/end/office/{pc.office}",
        "all": "/tunnels/end/all",
    }[scope]
    form = await reader.be(desk.token).see(path)
    assert (await reader.fill(form, path, reason=REASON)).status == 403 and tunnels.gate.lines
    form = await reader.be(clerk.token).see(path)
    assert "1台の接続が切れます" in form.text
    assert (await reader.fill(form, path, reason=" ")).status == 422 and tunnels.gate.lines
    assert "1台が切れたことを確かめました" in (await reader.fill(form, path, reason=REASON)).text


@pytest.mark.parametrize(
    "path",
    [
        f"/tunnels/end/session/{'a' * 26}",
        "/tunnels/end/session/x",
        f"/tunnels/end/user/{'a' * 26}",
        f"/tunnels/end/nonsense/{'a' * 26}",
        f"/tunnels/end/seat/{'a' * 26}.1",
        "/tunnels/end/seat/x.1",
        f"/seats/{'a' * 26}/1/block",
        f"/seats/{'a' * 26}/1/unblock",
    ],
)
async def test_what_there_is_not(reader: Reader, clerk: Person, path: str) -> None:
    assert (await reader.be(clerk.token).see(path)).status == 404


async def test_a_pc_is_kept_out_and_let_in_again(reader: Reader, tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    await tunnels.opened(pc)
    path, back = f"/seats/{pc.office}/1/block", f"/seats/{pc.office}/1/unblock"
    form = await reader.be(clerk.token).see(path)
    assert "事業所1" in form.page.form(path).fields["office_name"]
    assert (await reader.fill(form, path, reason="")).status == 422
    done = await reader.fill(form, path, reason="紛失の届け出")
    assert "1台が切れたことを確かめました" in done.text and "/tunnels/blocked" in done.page.links
    assert "すでに止まっています" in (await reader.fill(await reader.see(path), path, reason="x")).text
    await tunnels.round()
    done = await reader.follow(await reader.fill(await reader.see(back), back, reason="見つかった"))
    assert "接続停止を解除しました" in done.text
    assert "止まっていません" in (await reader.fill(await reader.see(back), back, reason="x")).text
    done = await reader.follow(await reader.fill(await reader.see(path), path, reason="紛失"))
    assert "接続していませんでした" in done.text


async def test_a_seat_that_the_office_has_not(reader: Reader, clerk: Person, pc: Bond) -> None:
    assert (await reader.be(clerk.token).see(f"/seats/{pc.office}/9/block")).status == 404


async def test_who_may_only_look_blocks_nothing(
    reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond, clerk: Person
) -> None:
    path = f"/seats/{pc.office}/1/block"
    form = await reader.be(desk.token).see(path)
    assert (await reader.fill(form, path, reason=REASON)).status == 403
    assert (await clerk.ask(m.ListSeatBlocks())).rows == ()


async def test_the_seats_of_an_office_and_its_card_show_it(
    reader: Reader, tunnels: Tunnels, clerk: Person, pc: Bond
) -> None:
    await tunnels.opened(pc)
    seats, card = f"/seats/{pc.office}", f"/calls/{pc.office}"
    page = await reader.be(clerk.token).see(seats)
    assert "接続中（" in page.text and f"/tunnels/end/seat/{pc.office}.1" in page.page.links
    assert f"{seats}/1/block" in page.page.links
    assert "VPN に接続しています" in (await reader.see(card)).text
    await clerk.ask(m.BlockSeat(pc.office, 1, "紛失の届け出"))
    page = await reader.see(seats)
    assert "接続停止" in page.text and "紛失の届け出" in page.text and "接続中（" not in page.text
    assert f"{seats}/1/unblock" in page.page.links
    assert "「紛失の届け出」です" in (await reader.see(card)).text
