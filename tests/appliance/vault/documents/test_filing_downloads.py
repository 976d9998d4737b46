# SPDX-License-Identifier: Apache-2.0
"""The bytes of filings: for their office, and for the fund once they were delivered."""

import dataclasses

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.words import SEEN_BY_FUND, FilingState
from appliance.vault.documents.interrupted import cut_interrupted
from appliance.vault.records.tables import filings
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import NAME, delivered, kept, put_filing, sent
from tests.appliance.vault.world import Person, World

CONTENT = small_pdf(NAME)


async def test_the_office_opens_what_it_sent_before_anybody_else(user: Person, clerk: Person) -> None:
    filing = await sent(user)
    head, got = await user.fetch(m.DownloadFiling(filing))
    assert (got, head.file_name, head.size, head.whole) == (CONTENT, NAME, len(CONTENT), len(CONTENT))
    await clerk.refused(Why.NOT_FOUND, m.DownloadFiling(filing))


async def test_the_fund_opens_what_was_delivered_and_the_journal_knows_when(
    world: World, user: Person, clerk: Person
) -> None:
    filing = await delivered(world, user)
    head, got = await clerk.fetch(m.DownloadFiling(filing))
    assert got == CONTENT
    opened = await world.last()
    assert (opened.kind, opened.thing, opened.office, opened.actor) == (
        Kind.FILING_OPENED,
        filing,
        user.office,
        clerk.account,
    )
    await clerk.ask(m.DownloadFinished(head.download, len(got)))
    last = await world.last()
    assert (last.kind, last.thing, last.sha256) == (Kind.FILING_DOWNLOADED, filing, head.sha256.hex())


async def test_one_that_broke_off_is_cut(world: World, user: Person, clerk: Person) -> None:
    filing = await delivered(world, user)
    head, got = await clerk.fetch(m.DownloadFiling(filing))
    await clerk.ask(m.DownloadFinished(head.download, len(got) - 1))
    last = await world.last()
    assert (last.kind, last.reason) == (Kind.FILING_DOWNLOAD_CUT, f"{len(got) - 1} of {len(got)} bytes")
    await clerk.fetch(m.DownloadFiling(filing))
    await world.restart()
    await cut_interrupted(world.core)
    last = await world.last()
    assert (last.kind, last.thing, last.office) == (Kind.FILING_DOWNLOAD_CUT, filing, user.office)


@pytest.mark.parametrize("state", [state for state in FilingState if state not in SEEN_BY_FUND])
async def test_before_its_delivery_the_fund_knows_of_nothing(
    world: World, user: Person, clerk: Person, state: FilingState
) -> None:
    filing = await put_filing(world, user.office, state)
    await clerk.refused(Why.NOT_FOUND, m.DownloadFiling(filing))


async def test_another_office_knows_of_nothing(world: World, user: Person, stranger: Person) -> None:
    filing = await delivered(world, user)
    await stranger.refused(Why.NOT_FOUND, m.DownloadFiling(filing))
    await user.refused(Why.NOT_FOUND, m.DownloadFiling(world.core.new_id()))


async def test_what_was_cancelled_cannot_be_opened_any_more(user: Person) -> None:
    filing = await sent(user)
    await user.ask(m.CancelFiling(filing, ""))
    assert (await user.refused(Why.CONFLICT, m.DownloadFiling(filing))).text == "download.cancelled"


async def test_what_waits_for_the_scanner_is_opened_by_nobody(world: World, user: Person) -> None:
    held = await kept(world, await sent(user))
    await world.core.commit(lambda txn: filings.put(txn, dataclasses.replace(held, state=FilingState.HELD)))
    for message in (m.DownloadFiling(held.id), m.DownloadFiling(held.id, 0, 1)):
        assert (await user.refused(Why.CONFLICT, message)).text == "filing.now_held"


async def test_where_no_filings_are_taken_none_goes_out(world: World, user: Person, clerk: Person) -> None:
    filing = await delivered(world, user)
    await clerk.ask(m.ReceiveFiling(filing, ""))
    exchange = dataclasses.replace(world.settings.exchange, filings_enabled=False)
    world.core.settings = dataclasses.replace(world.settings, exchange=exchange)
    taking_out = m.TakeOut("2026-01-01", "2026-12-31")
    for person, message in (
        (user, m.DownloadFiling(filing)),
        (clerk, m.DownloadFiling(filing)),
        (clerk, taking_out),
    ):
        assert (await person.refused(Why.NOT_ALLOWED, message)).text == "filing.disabled"


async def test_a_range_of_a_filing(user: Person) -> None:
    filing = await sent(user)
    assert await user.take(m.DownloadFiling(filing, 5, 20)) == CONTENT[5:20]
    refused = await user.refused(Why.INVALID, m.DownloadFiling(filing, len(CONTENT), len(CONTENT) + 1))
    assert refused.text == "download.range"


async def test_the_download_of_a_filing_is_that_of_its_visit(world: World, user: Person, clerk: Person) -> None:
    filing = await delivered(world, user)
    head, got = await clerk.fetch(m.DownloadFiling(filing))
    await user.refused(Why.NOT_FOUND, m.DownloadFinished(head.download, len(got)))
