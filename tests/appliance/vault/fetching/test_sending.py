# SPDX-License-Identifier: Apache-2.0
"""Kits and manuals go out, whole or cut, to whom they belong."""

import hashlib
import json

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.devices import SeatState
from appliance.model.journal import Kind, Result
from appliance.model.time import MINUTE
from appliance.model.words import Site
from appliance.testing.memory_kit import MemoryKits
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.fetching.letters import Holder, holder_of

KIT = m.FetchKit(1, "kit_windows")


async def finish(holder: Holder, download: m.Download, sent: int) -> None:
    await holder.ask(m.FetchFinished(download.download, sent))


async def test_a_kit_is_of_its_seat_and_makes_it_downloaded(inside: Holder, scene: Scene) -> None:
    download, content = await inside.fetch(KIT)
    assert download.file_name == f"setup.{inside.office.contract_number}.01.exe"
    assert (download.size, download.sha256) == (len(content), hashlib.sha256(content).digest())
    assert json.loads(content)["seat"] == 1
    assert await scene.state(inside.office) is SeatState.READY, "the last byte has not gone out yet"
    await finish(inside, download, len(content))
    assert await scene.state(inside.office) is SeatState.DOWNLOADED
    assert await scene.state(inside.office, 2) is SeatState.READY
    started, fetched = await inside.world.journal(Kind.COUNTER_FILE_STARTED, Kind.COUNTER_FILE_FETCHED)
    assert fetched.sha256 == hashlib.sha256(content).hexdigest()
    assert (started.actor, started.office, started.reason) == ("counter", inside.office.id, "seat 1")


@pytest.mark.parametrize("sent", [0, 10, -1, 10**9])
async def test_a_cut_one_changes_nothing(inside: Holder, scene: Scene, sent: int) -> None:
    download, _ = await inside.fetch(KIT, stop=64)
    await finish(inside, download, sent)
    assert await scene.state(inside.office) is SeatState.READY
    [cut] = await inside.world.journal(Kind.COUNTER_FILE_CUT)
    assert cut.reason.endswith(f"of {download.size} bytes")


async def test_a_site_that_says_more_than_it_got_is_not_believed(inside: Holder, scene: Scene) -> None:
    download, _ = await inside.fetch(KIT, stop=64)
    await finish(inside, download, download.size)
    assert await scene.state(inside.office) is SeatState.READY


async def test_the_end_is_told_once_and_by_this_ticket_alone(inside: Holder) -> None:
    other = await (await holder_of(inside.world, number=2, login="Suzuki02")).open()
    download, content = await inside.fetch(KIT)
    message = m.FetchFinished(download.download, len(content))
    await other.refused(Why.NOT_FOUND, message)
    await inside.ask(message)
    await inside.refused(Why.NOT_FOUND, message)


@pytest.mark.parametrize("seat", [0, -1, 3, 2**70])
async def test_there_is_no_other_seat(inside: Holder, seat: int) -> None:
    await inside.refused(Why.NOT_FOUND, m.FetchKit(seat, "kit_windows"))


@pytest.mark.parametrize("platform", ["", "kit_other", "x" * 10_000, "../kit_windows"])
async def test_there_is_no_other_kind_of_pc(inside: Holder, platform: str) -> None:
    await inside.refused(Why.NOT_FOUND, m.FetchKit(1, platform))


async def test_what_cannot_be_made_is_refused_in_words(inside: Holder, kits: MemoryKits) -> None:
    kits.missing = "the engine's client is not in place"
    refused = await inside.refused(Why.FAILED, KIT)
    assert "engine" not in f"{refused} {refused.values}", "what fund IT has to do is for its log"


async def test_a_manual_goes_out_and_moves_no_seat(inside: Holder, scene: Scene) -> None:
    counter: m.Counter = await inside.ask(m.ReadCounter())
    download, content = await inside.fetch(m.FetchManual(counter.manuals[0].id))
    assert content.startswith(b"%PDF") and download.file_name == counter.manuals[0].file_name
    await finish(inside, download, len(content))
    assert await scene.state(inside.office) is SeatState.READY
    await inside.refused(Why.NOT_FOUND, m.FetchManual("nothing"))


async def test_the_bytes_end_with_the_ticket(inside: Holder) -> None:
    for end in (lambda: inside.ask(m.LeaveCounter()), lambda: _wait(inside)):
        await inside.open()
        reply = await inside.world.answer(Site.PUBLIC, KIT, token=inside.token)
        assert reply.stream is not None
        pieces = aiter(reply.stream)
        await anext(pieces)
        await end()
        with pytest.raises(Refused) as refused:
            await anext(pieces)
        assert refused.value.why is Why.NOT_SIGNED_IN


async def _wait(holder: Holder) -> None:
    holder.world.clock.move(30 * MINUTE)


async def test_without_a_ticket_there_is_nothing(inside: Holder) -> None:
    inside.token = "x" * 40
    for message in (KIT, m.FetchManual("download"), m.FetchFinished("x", 1)):
        await inside.refused(Why.NOT_SIGNED_IN, message)
    await inside.world.core.refusals.close()
    assert all(one.result is Result.REFUSED for one in await inside.world.journal(Kind.COUNTER_FILE_STARTED))
