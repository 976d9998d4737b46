# SPDX-License-Identifier: Apache-2.0
"""A contract begins: numbers, seats, key and letter (R226, A1, A12)."""

import asyncio
import datetime as dt

import pytest

from appliance.config.settings import Fund, Settings
from appliance.link.refusals import Refused, Why
from appliance.model.devices import SeatState
from appliance.model.journal import TYPED, Kind
from appliance.vault.issuing.contract import LAST_SERIAL
from appliance.vault.issuing.download_keys import verifier_of
from appliance.vault.people.fields import Unfit
from appliance.vault.records.device_tables import download_keys, seats
from appliance.vault.records.issuing_tables import Serial, sealed_letters, seat_changes, serials
from appliance.vault.records.tables import accounts, secrets
from tests.appliance.vault.issuing.new_offices import new_office, planned
from tests.appliance.vault.world import PEPPER, World


async def test_numbers_follow_one_another(world: World) -> None:
    numbers = [(await new_office(world, number=number))[0].contract_number for number in (1, 2, 3)]
    assert numbers == ["123456-0000001", "123456-0000002", "123456-0000003"]


async def test_many_at_once_get_a_number_each(world: World) -> None:
    made = await asyncio.gather(*(new_office(world, number=number) for number in range(1, 21)))
    assert {office.contract_number for office, _ in made} == {f"123456-{n:07d}" for n in range(1, 21)}


async def test_a_number_from_elsewhere_is_passed_over(world: World) -> None:
    await new_office(world, number=1, contract_number="123456-0000001")
    await new_office(world, number=2, contract_number="123456-0000002")
    await new_office(world, number=3, contract_number="999999-0000003")
    assert [(await new_office(world, number=n))[0].contract_number for n in (4, 5)] == [
        "123456-0000003",
        "123456-0000004",
    ]


async def test_a_plan_that_fails_takes_no_number(world: World) -> None:
    await new_office(world, number=1)
    with pytest.raises(Refused, match=r"office_number\.taken"):
        await new_office(world, number=1)
    assert (await new_office(world, number=2))[0].contract_number == "123456-0000002"


async def test_a_fund_with_seven_digits(world: World) -> None:
    world.core.settings = Settings(fund=Fund(number=1234567))
    assert (await new_office(world))[0].contract_number == "1234567-0000001"


async def test_the_numbers_of_a_fund_can_run_out(world: World) -> None:
    await world.core.commit(lambda txn: serials.put(txn, Serial(123456, LAST_SERIAL - 1)))
    assert (await new_office(world, number=1))[0].contract_number == "123456-9999999"
    with pytest.raises(Refused) as caught:
        await new_office(world, number=2)
    assert (caught.value.why, caught.value.text) == (Why.CONFLICT, "contract_number.none_left")


async def test_its_seats_are_ready_with_a_kit_each(world: World) -> None:
    office, _ = await new_office(world, seats=3)
    rows = await world.core.read(lambda snapshot: seats.walk(snapshot))
    assert [(row.office, row.number, row.state) for row in rows] == [
        (office.id, number, SeatState.READY) for number in (1, 2, 3)
    ]
    assert len({row.kit for row in rows}) == 3


async def test_four_seats_need_a_reason_that_is_kept(world: World) -> None:
    with pytest.raises(Unfit, match=r"seats\.range"):
        planned(world, seats=4)
    office, _ = await new_office(world, seats=4, more_seats="支店が四つあるため")
    [change] = await world.core.read(lambda snapshot: seat_changes.scan(snapshot, "office", (office.id,)))
    assert (change.before, change.after, change.reason) == (0, 4, "支店が四つあるため")
    [entry] = await world.journal(Kind.CONTRACT_ADDED)
    assert entry.personal[TYPED] == "支店が四つあるため"


@pytest.mark.parametrize("seats_wanted", [0, -1, 100])
async def test_seats_that_cannot_be_are_refused_with_any_reason(world: World, seats_wanted: int) -> None:
    with pytest.raises(Unfit, match=r"seats\.range"):
        planned(world, seats=seats_wanted, more_seats="理由")


async def test_the_letter_waits_and_nothing_else_can_be_read(world: World) -> None:
    office, letter = await new_office(world, entered_on=dt.date(2026, 5, 26))
    [kept] = await world.core.read(lambda snapshot: sealed_letters.scan(snapshot, "office", (office.id,)))
    assert kept == letter and kept.entered_on == "2026-05-26"
    key = await world.core.read(lambda snapshot: download_keys.get(snapshot, office.id))
    secret = await world.core.read(lambda snapshot: secrets.get(snapshot, letter.account))
    assert key is not None and key.verifier == verifier_of(PEPPER, letter.download_key) and key.length == 8
    assert secret is not None and secret.verifier == world.core.passwords.first(letter.first_password)
    told = repr((letter, key, secret, await world.journal(), planned(world, number=2)))
    assert letter.download_key not in told and letter.first_password not in told
    raw = await world.store.read(lambda view: view.scan(b"", b"\xff", limit=1000))
    plain = b"".join(key + value for key, value in raw)
    assert letter.download_key.encode() not in plain and letter.first_password.encode() not in plain


async def test_secrets_of_another_system_are_taken_in(world: World) -> None:
    office, letter = await new_office(world, download_key="XdiV12r", first_password="Abc#1234")
    key = await world.core.read(lambda snapshot: download_keys.get(snapshot, office.id))
    assert key is not None and (key.imported, key.length) == (True, 7)
    secret = await world.core.read(lambda snapshot: secrets.get(snapshot, letter.account))
    assert secret is not None and secret.verifier == world.core.passwords.first("Abc#1234")
    assert letter.first_filed and letter.first_password == ""


async def test_a_plan_is_written_whole_or_not_at_all(world: World) -> None:
    await new_office(world, number=1)
    before = await world.store.read(lambda view: view.scan(b"t/", b"t0", limit=1000))
    with pytest.raises(Refused, match=r"contract_number\.taken"):
        await new_office(world, number=2, contract_number="123456-0000001")
    assert await world.store.read(lambda view: view.scan(b"t/", b"t0", limit=1000)) == before
    assert len(await world.core.read(lambda snapshot: accounts.walk(snapshot))) == 1
