# SPDX-License-Identifier: Apache-2.0
"""Kits and manuals on their way out: begun in the journal before the first byte, ended when the last one went out.

A kit of which every byte was handed over makes its seat DOWNLOADED. One that was cut changes nothing: the person
fetches it again, from the beginning.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from appliance.link.messages import Download, FetchFinished, FetchKit, FetchManual, Nothing
from appliance.link.refusals import Refused, Why
from appliance.model.devices import LAST_SEAT
from appliance.model.journal import Entry, Kind
from appliance.model.things import Visit
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.devices.fetched import note_fetched
from appliance.vault.fetching.at_counter import Fetch
from appliance.vault.kits.offering import open_kit
from appliance.vault.manuals.listed import open_manual
from appliance.vault.records.tables import visits
from appliance.vault.records.transaction import Transaction

PIECE = 256 * 1024


async def fetch_kit(core: Core, caller: Caller, message: FetchKit) -> Streamed:
    """The kit of one of the office's own seats. Raises Refused NOT_FOUND, or FAILED where it cannot be made now."""
    if not 0 < message.seat <= LAST_SEAT:
        raise Refused(Why.NOT_FOUND)
    kit = await open_kit(core, caller.employer, message.seat, message.platform)
    fetch = Fetch(caller.visiting.token_hash, kit.file_name, kit.size, message.seat, kit.sha256)
    return await _sent(core, caller, fetch, kit.chunks())


async def fetch_manual(core: Core, caller: Caller, message: FetchManual) -> Streamed:
    """A manual. Raises Refused NOT_FOUND."""
    manual, content = await open_manual(core, message.manual)
    fetch = Fetch(caller.visiting.token_hash, manual.file_name, manual.size, sha256=manual.sha256)
    return await _sent(core, caller, fetch, _pieces(content))


async def _pieces(content: bytes) -> AsyncGenerator[bytes, None]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


async def _sent(core: Core, caller: Caller, fetch: Fetch, source: AsyncIterator[bytes]) -> Streamed:
    id = core.new_id()
    await core.commit(lambda txn: txn.journal(_entry(caller, fetch)), seen=caller.visit_seen)
    core.counter.begin(id, fetch)
    reply = Download(id, fetch.file_name, fetch.size, fetch.sha256, whole=fetch.size)
    return Streamed(reply, _served(core, caller.visiting, id, source), fetch.size)


async def _served(core: Core, ticket: Visit, id: str, source: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The bytes, as long as the ticket holds; what has gone out stands in core.served."""
    key, looked_at = visits.key(ticket.token_hash), -1
    async with aclosing(_generator(source)) as pieces:
        async for piece in pieces:
            if core.clock_watch.now() >= ticket.ends_at:
                raise Refused(Why.NOT_SIGNED_IN)
            if looked_at != core.writer.tally.batches:  # nobody has ended it where nothing was written since
                looked_at = core.writer.tally.batches
                if await core.read(lambda snapshot: snapshot.peek(key)) is None:
                    raise Refused(Why.NOT_SIGNED_IN)
            core.served.more(id, len(piece))
            core.activity.given += len(piece)
            yield piece
    core.served.end(id)


async def _generator(source: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    async for piece in source:
        yield piece


async def fetch_finished(core: Core, caller: Caller, message: FetchFinished) -> Nothing:
    """The seat moves on if every byte was handed over; else the journal says how far it went."""
    fetch = core.counter.take(message.download, caller.visiting.token_hash)
    if fetch is None:
        raise Refused(Why.NOT_FOUND)
    handed = core.served.of(message.download)
    core.served.forget(message.download)
    whole = handed.ended and message.sent == handed.size == fetch.size

    def finish(txn: Transaction) -> None:
        if not whole:
            reason = f"{min(message.sent, handed.size)} of {fetch.size} bytes"
            txn.journal(_entry(caller, fetch, Kind.COUNTER_FILE_CUT, reason))
            return
        txn.journal(_entry(caller, fetch, Kind.COUNTER_FILE_FETCHED))
        if fetch.seat:
            note_fetched(txn, caller, caller.employer.id, fetch.seat)

    await core.commit(finish, seen=caller.visit_seen, vital=True)
    return Nothing()


def _entry(caller: Caller, fetch: Fetch, kind: Kind | None = None, reason: str = "") -> Entry:
    seat = f"seat {fetch.seat}" if fetch.seat else ""
    return caller.entry(
        kind,
        thing=caller.employer.id,
        reason=": ".join(filter(None, (seat, reason))),
        sha256=fetch.sha256,
        personal={"file_name": fetch.file_name},
    )
