# SPDX-License-Identifier: Apache-2.0
"""Seats as an office and the fund see them."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Ended, Seat, SeatState
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.vault.devices import seat_list
from appliance.vault.devices.seat_list import seats_of
from appliance.vault.records.transaction import Snapshot
from tests.appliance.vault.devices.scene import Scene


async def test_an_office_sees_its_own_and_no_others(scene: Scene, sakura: Office) -> None:
    other = await scene.office(2, seats=3)
    await scene.activated(other)
    page = await (await scene.admin(sakura)).ask(m.ListOwnSeats())
    assert (page.office, page.office_name, page.contract_number) == (sakura.id, "事業所1", "123456-0000001")
    assert [(row.number, row.state, row.bonds) for row in page.rows] == [
        (1, SeatState.READY, ()),
        (2, SeatState.READY, ()),
    ]


async def test_a_seat_shows_its_pcs_the_latest_first(scene: Scene, sakura: Office) -> None:
    first = await scene.activated(sakura)
    scene.world.clock.move(1_000)
    await scene.revoke(sakura, Ended.REPLACED)
    await scene.open(sakura.id, 1)
    second = await scene.activated(sakura, pc="pc-2", key="key-2")
    page = await (await scene.desk()).ask(m.ListSeats(sakura.id))
    assert [(row.bond, row.short_code, row.ended) for row in page.rows[0].bonds] == [
        (second.id, second.claim.short_code, None),
        (first.id, first.claim.short_code, Ended.REPLACED),
    ]
    assert page.rows[0].activated_at == first.bound_at and page.rows[1].bonds == ()
    [entry] = await scene.world.journal(Kind.SEAT_LIST_READ)
    assert entry.office == sakura.id


async def test_what_the_desk_told_and_promised_is_shown(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura, 1)
    await scene.ask(sakura, 2, pc="pc-2", key="key-2")
    desk = await scene.desk()
    await desk.ask(m.RefuseActivation((await scene.request(sakura, 1)).id, "もう一度"))
    one, two = (await (await scene.admin(sakura)).ask(m.ListOwnSeats())).rows
    assert (one.told, one.promised_on, two.promised_on) == ("もう一度", "", "2026-06-11")


@pytest.mark.parametrize("office", ["", "x", "a" * 26])
async def test_an_office_that_there_is_not(scene: Scene, office: str) -> None:
    await (await scene.desk()).refused(Why.NOT_FOUND, m.ListSeats(office))


async def test_all_of_a_state_the_longest_first_in_pages(scene: Scene) -> None:
    offices = []
    for number in range(1, 4):
        offices.append(await scene.office(number))
        scene.world.clock.move(1_000)
    bond = await scene.activated(offices[1], 2)
    desk = await scene.desk()
    [row] = (await desk.ask(m.FindSeats(SeatState.ACTIVE))).rows
    assert (row.office, row.number, row.short_code) == (offices[1].id, 2, bond.claim.short_code)
    seen, after = [], ""
    for _ in range(3):
        page = await desk.ask(m.FindSeats(SeatState.READY, after, 2))
        seen += [(row.office, row.number) for row in page.rows]
        after = page.next
    assert after == "" and len(seen) == 5 == len(set(seen))
    assert {office for office, _ in seen[:2]} == {offices[0].id}


async def test_all_there_are_by_the_numbers_of_their_offices(scene: Scene) -> None:
    third, first, second = [await scene.office(number) for number in (3, 1, 2)]
    await scene.activated(first, 2)
    desk = await scene.desk()
    for limit in (1, 2, 4, 5):
        seen: list[tuple[str, int, SeatState]] = []
        after = ""
        for _ in range(10):
            page = await desk.ask(m.FindSeats(after=after, limit=limit))
            assert len(page.rows) <= limit
            seen += [(row.office, row.number, row.state) for row in page.rows]
            if not (after := page.next):
                break
        assert after == ""
        assert [row[:2] for row in seen] == [
            (one.id, number) for one in (first, second, third) for number in (1, 2)
        ]
        assert [state for _, _, state in seen].count(SeatState.ACTIVE) == 1


async def test_offices_without_seats_are_passed_and_end_no_list(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [await scene.office(number) for number in range(1, 6)]

    def none_of_the_first(snapshot: Snapshot, office: str) -> list[Seat]:
        return seats_of(snapshot, office) if office == found[-1].id else []

    monkeypatch.setattr(seat_list, "seats_of", none_of_the_first)
    desk, seen, after, pages = await scene.desk(), 0, "", 0
    while after or not pages:
        page = await desk.ask(m.FindSeats(after=after, limit=2))
        seen, after, pages = seen + len(page.rows), page.next, pages + 1
    assert (seen, pages) == (2, 3)


@pytest.mark.parametrize("after", ["", "nonsense", "/", "x/1", "a/²", "a/999999999999", "/1"])
async def test_a_cursor_that_is_none_begins_anew(scene: Scene, sakura: Office, after: str) -> None:
    desk = await scene.desk()
    assert len((await desk.ask(m.FindSeats(SeatState.READY, after))).rows) == 2
    assert len((await desk.ask(m.FindSeats(None, after))).rows) == 2
