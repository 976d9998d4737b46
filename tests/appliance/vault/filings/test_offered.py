# SPDX-License-Identifier: Apache-2.0
"""How much an office may send on one Japanese day, and where no filings are taken at all."""

import asyncio
import dataclasses
import hashlib
from typing import Any

import pytest

from appliance.config.office_settings import Exchange, ScannerNeed
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.time import DAY, HOUR, in_japan
from appliance.model.words import FilingState
from appliance.vault.filings.offered import MIB
from appliance.vault.housekeeping import sweep_days
from appliance.vault.records.tables import days_sent, uploads
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import NAME, approved, kept, sent, submission
from tests.appliance.vault.world import Person, World


def with_limits(world: World, **limits: Any) -> None:
    world.core.settings = dataclasses.replace(world.settings, exchange=Exchange(**limits))


async def begin(person: Person, size: int = 1, command: str = "") -> str:
    return await person.begin("", size, NAME, command)


async def test_so_many_a_day_and_again_on_the_next(world: World, sender: Person, colleague: Person) -> None:
    with_limits(world, uploads_per_day=3)
    for person in (sender, colleague, sender):
        await begin(person)
    for person in (sender, colleague):
        refused = await person.refused(Why.TOO_LARGE, m.BeginUpload("", NAME, 1, ""))
        assert refused.text == "upload.day"
        assert refused.values["max"] == "3"
        tomorrow = in_japan(int(refused.values["next_at"]))
        assert (tomorrow.hour, tomorrow.minute) == (0, 0)
        assert tomorrow.date() == in_japan(world.clock.now() + DAY).date()
    world.clock.move(24 * HOUR)
    await sender.sign_in()
    await begin(sender)


async def test_so_much_a_day(world: World, sender: Person) -> None:
    with_limits(world, mib_per_day=10)
    await begin(sender, 6 * MIB)
    refused = await sender.refused(Why.TOO_LARGE, m.BeginUpload("", NAME, 4 * MIB + 1, ""))
    assert (refused.text, refused.values["max"]) == ("upload.day_size", "10")
    await begin(sender, 4 * MIB)


async def test_each_office_has_its_own_day(world: World, sender: Person, stranger: Person, clerk: Person) -> None:
    with_limits(world, uploads_per_day=1)
    await begin(sender)
    await begin(stranger)
    for _ in range(3):
        await clerk.begin(sender.office)


async def test_what_is_refused_is_not_counted_and_a_repeat_neither(world: World, sender: Person) -> None:
    with_limits(world, uploads_per_day=1)
    await sender.refused(Why.INVALID, m.BeginUpload("", "a.exe", 1, ""))
    first = await begin(sender, command="c" * 16)
    assert await begin(sender, command="c" * 16) == first


async def test_many_at_once_are_counted(world: World, sender: Person) -> None:
    with_limits(world, uploads_per_day=5)
    answers = await asyncio.gather(
        *(world.outcome(sender.site, m.BeginUpload("", NAME, 1, ""), token=sender.token) for _ in range(20))
    )
    assert sum(isinstance(answer, m.UploadBegun) for answer in answers) == 5
    assert await world.core.read(lambda snapshot: uploads.count(snapshot, 100)) == 5


async def test_days_that_are_over_are_forgotten(world: World, sender: Person, stranger: Person) -> None:
    for _ in range(4):
        await begin(sender)
        await begin(stranger)
        world.clock.move(DAY)
        for person in (sender, stranger):
            await person.sign_in()
    assert await world.core.read(lambda snapshot: days_sent.count(snapshot, 100)) == 8
    await sweep_days(world.core)
    assert await world.core.read(lambda snapshot: days_sent.count(snapshot, 100)) == 2


async def test_where_no_filings_are_taken_none_begin(world: World, sender: Person, clerk: Person) -> None:
    upload = await begin(sender)
    with_limits(world, filings_enabled=False)
    for message in (m.BeginUpload("", NAME, 1, ""), submission(upload, b"x")):
        assert (await sender.refused(Why.NOT_ALLOWED, message)).text == "filing.disabled"
    await clerk.begin(sender.office)


@pytest.mark.parametrize("named", ["", "a" * 26, "x" * 5_000])
async def test_whatever_office_is_named_it_is_ones_own(world: World, sender: Person, named: str) -> None:
    upload = (await sender.ask(m.BeginUpload(named, NAME, 1, ""))).upload
    row = await world.core.read(lambda snapshot: uploads.get(snapshot, upload))
    assert row is not None and row.office == sender.office
    assert (await world.last()).office == sender.office


@pytest.mark.parametrize("name", ["a.pdf", "a.zip", "a.ZIP", "a.csv", "a.xlsx"])
async def test_what_an_office_sends(sender: Person, name: str) -> None:
    assert await sender.begin("", 1, name)


@pytest.mark.parametrize("name", ["a.exe", "a.zip.exe", "zip", ".zip", "a.xls", "a.7z", "a.pdf.lnk"])
async def test_what_an_office_does_not_send(sender: Person, name: str) -> None:
    refused = await sender.refused(Why.INVALID, m.BeginUpload("", name, 1, ""))
    assert (refused.text, refused.values["endings"]) == ("upload.ending", ".zip、.pdf、.csv、.xlsx")


async def test_the_fund_sends_no_zip(sender: Person, clerk: Person) -> None:
    refused = await clerk.refused(Why.INVALID, m.BeginUpload(sender.office, "a.zip", 1, ""))
    assert refused.text == "upload.ending"


@pytest.mark.parametrize("state", [FilingState.UPLOADED, FilingState.APPROVED])
async def test_what_nobody_scanned_is_not_delivered_once_a_scanner_is_asked_for(
    world: World, sender: Person, state: FilingState
) -> None:
    """It came while there was none; afterwards it would reach the fund as the only one that nobody looked at."""
    one, sha256 = await sent(sender), hashlib.sha256(small_pdf(NAME)).digest()
    if state is FilingState.APPROVED:
        await approved(world, sender, one)
    with_limits(world, scanner=ScannerNeed.REQUIRED)
    assert "DeliverFiling" not in (await sender.ask(m.ReadFiling(one))).may
    ways = {FilingState.UPLOADED: m.ApproveFiling(one, sha256, "", deliver=True)}
    refused = await sender.refused(Why.CONFLICT, ways.get(state, m.DeliverFiling(one, sha256, "")))
    assert (refused.text, (await kept(world, one)).state) == ("filing.unscanned", state)
    with_limits(world)
    await sender.ask(ways.get(state, m.DeliverFiling(one, sha256, "")))
    assert (await kept(world, one)).state is FilingState.DELIVERED
