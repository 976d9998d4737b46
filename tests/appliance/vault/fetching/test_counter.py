# SPDX-License-Identifier: Apache-2.0
"""What whoever has the letter sees, and what a thief of it does not."""

import dataclasses

import pytest

from appliance.link import messages as m
from appliance.model.devices import SeatState
from appliance.model.journal import Kind
from appliance.model.time import MINUTE
from appliance.testing.memory_kit import MemoryKits
from appliance.vault.fetching.counter import masked
from appliance.vault.records.kit_tables import made_kits
from appliance.vault.records.tables import accounts, admin_of
from tests.appliance.vault.fetching.letters import Holder, holder_of
from tests.appliance.vault.world import World


async def test_it_shows_what_was_registered(inside: Holder) -> None:
    counter: m.Counter = await inside.ask(m.ReadCounter())
    assert (counter.office_name, counter.office_number) == ("さくら商事", 1)
    assert counter.contract_number == inside.office.contract_number
    assert (counter.admin, counter.kana) == ("佐倉 花子", "サクラ　ハナコ")


async def test_a_thief_learns_neither_address_nor_user_id_nor_secrets(inside: Holder) -> None:
    counter: m.Counter = await inside.ask(m.ReadCounter())
    shown = str(dataclasses.asdict(counter))
    for hidden in ("hana@", "Sakura01", inside.key):
        assert hidden not in shown
    assert counter.mail == "ha******@example.jp"


@pytest.mark.parametrize(
    ("mail", "shown"),
    [
        ("a@example.jp", "a******@example.jp"),
        ("abc@example.jp", "a******@example.jp"),
        ("abcd@example.jp", "ab******@example.jp"),
        ("", ""),
    ],
)
def test_of_an_address_so_much_is_shown(mail: str, shown: str) -> None:
    assert masked(mail) == shown


async def test_there_is_a_row_for_each_seat_and_each_kind_of_pc(inside: Holder, world: World) -> None:
    linux = MemoryKits("Linux", ".run")
    linux.missing = "not configured"
    world.plugins.add("kit", linux, "kit_linux")
    counter: m.Counter = await inside.ask(m.ReadCounter())
    assert [(seat.number, seat.state) for seat in counter.seats] == [(1, SeatState.READY), (2, SeatState.READY)]
    windows, other = counter.seats[1].kits
    assert windows.file_name == f"setup.{inside.office.contract_number}.02.exe"
    assert (windows.platform, windows.name, windows.missing) == ("kit_windows", "Windows", "")
    assert windows.size > 0 and windows.made_on == "2026-06-09"
    assert (other.platform, other.missing, other.file_name) == ("kit_linux", "not configured", "")


async def test_without_files_no_kit_is_made_and_no_manual(inside: Holder, world: World) -> None:
    whole: m.Counter = await inside.ask(m.ReadCounter())
    world.core.manuals.printed.clear()
    made = await world.core.read(lambda snapshot: made_kits.walk(snapshot))
    await world.core.commit(lambda txn: [made_kits.delete(txn, one.office, one.seat, one.builder) for one in made])
    counter: m.Counter = await inside.ask(m.ReadCounter(files=False))
    assert counter == dataclasses.replace(
        whole, manuals=(), seats=tuple(dataclasses.replace(seat, kits=()) for seat in whole.seats)
    )
    assert await world.core.read(lambda snapshot: made_kits.walk(snapshot)) == []
    assert made and whole.manuals and world.core.manuals.printed == {}


async def test_the_manuals_are_listed_with_their_days(inside: Holder) -> None:
    counter: m.Counter = await inside.ask(m.ReadCounter())
    assert counter.manuals and all(one.size > 1000 and len(one.dated) == 10 for one in counter.manuals)
    assert {one.engine for one in counter.manuals} == {""}, "no scanner has looked at them, so none is named"


async def test_nothing_of_another_office_is_there(inside: Holder) -> None:
    other = await (await holder_of(inside.world, number=2, office_name="ほかの会社", login="Other0001")).open()
    mine, theirs = await inside.ask(m.ReadCounter()), await other.ask(m.ReadCounter())
    assert "ほかの会社" not in str(mine) and "さくら商事" not in str(theirs)


async def test_an_office_without_an_admin_is_shown_without_one(inside: Holder) -> None:
    admin = await inside.world.core.read(lambda snapshot: admin_of(snapshot, inside.office.id))
    assert admin is not None
    await inside.world.core.commit(lambda txn: (accounts.delete(txn, admin.id), None)[1])
    counter: m.Counter = await inside.ask(m.ReadCounter())
    assert (counter.admin, counter.kana, counter.mail) == ("", "", "")


async def test_looking_is_journaled_once_in_ten_minutes(inside: Holder) -> None:
    for _ in range(3):
        await inside.ask(m.ReadCounter())
    inside.world.clock.move(10 * MINUTE)
    await inside.ask(m.ReadCounter())
    entries = await inside.world.journal(Kind.COUNTER_READ)
    assert [(entry.actor, entry.office) for entry in entries] == [("counter", inside.office.id)] * 2
