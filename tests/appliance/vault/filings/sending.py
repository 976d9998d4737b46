# SPDX-License-Identifier: Apache-2.0
"""An office that sends filings, and what is done with them."""

import dataclasses
import hashlib
from typing import Any

from appliance.link import messages as m
from appliance.model.things import Filing
from appliance.model.words import SEEN_BY_FUND, FilingState
from appliance.vault.documents.opening import opened
from appliance.vault.records.tables import ZipPassword, filings, uploads, zip_passwords
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.doorman.making import PASSWORD, small_pdf
from tests.appliance.vault.world import Person, World

NAME = "20260609_0001_加入者資格取得届.pdf"
LOSS = "20260609_0001_加入者資格喪失届.pdf"
SUSPENSION = "20260609_0001_中断者届.pdf"
EVENT = "2026-06-01"


async def register_zip_password(world: World, office: str, password: str = PASSWORD) -> None:
    """As the admin does at the first sign-in."""

    def put(txn: Transaction) -> None:
        zip_passwords.put(txn, ZipPassword(office, password, world.clock.now(), "admin"))

    await world.core.commit(put)


async def begun(person: Person, content: bytes, name: str) -> str:
    """The id of a complete upload."""
    upload = await person.begin("", len(content), name)
    await person.put(upload, 0, content)
    return upload


def submission(upload: str, content: bytes, **changes: Any) -> m.SubmitFiling:
    """The message that ends the upload of a filing with an event."""
    sha256 = hashlib.sha256(content).digest()
    return dataclasses.replace(m.SubmitFiling(upload, sha256, "", event_on=EVENT), **changes)


async def send(person: Person, content: bytes = b"", name: str = NAME, **changes: Any) -> m.Submitted:
    """Upload and submit a file; what comes back."""
    content = content or small_pdf(name)
    upload = await begun(person, content, name)
    submitted: m.Submitted = await person.ask(submission(upload, content, **changes))
    return submitted


async def sent(person: Person, name: str = NAME, **changes: Any) -> str:
    """The id of the filing that came of a bare PDF."""
    [filed] = (await send(person, small_pdf(name), name, **changes)).filings
    return filed.filing


async def kept(world: World, id: str) -> Filing:
    """The row of a filing."""
    found = await world.core.read(lambda snapshot: filings.get(snapshot, id))
    assert found is not None
    return found


async def approved(world: World, person: Person, id: str) -> str:
    """The same filing, approved."""
    await person.ask(m.ApproveFiling(id, (await kept(world, id)).sha256, ""))
    return id


async def delivered(world: World, person: Person, name: str = NAME, **changes: Any) -> str:
    """The id of a filing that the fund can see."""
    id = await sent(person, name, **changes)
    await person.ask(m.ApproveFiling(id, (await kept(world, id)).sha256, "", deliver=True))
    return id


async def put_filing(world: World, office: str, state: FilingState, **changes: Any) -> str:
    """The id of a filing that nobody sent: only its row is there."""
    now = world.clock.now()
    filing = Filing(
        id=world.core.new_id(),
        office=office,
        type="acquisition",
        filed_on="2026-06-09",
        file_name=NAME,
        size=8,
        sha256=bytes(32),
        parts=(),
        wrapped_key=b"",
        purge_month="2034-07",
        state=state,
        uploaded_at=now,
        uploaded_by="",
        delivered_at=now if state in SEEN_BY_FUND else 0,
    )
    await world.core.commit(lambda txn: filings.put(txn, dataclasses.replace(filing, **changes)))
    return filing.id


async def returned(world: World, person: Person, clerk: Person) -> str:
    """The id of a filing that came back."""
    id = await delivered(world, person)
    await clerk.ask(m.ReceiveFiling(id, ""))
    await clerk.ask(m.ReturnFiling(id, "記入もれがあります", ""))
    return id


async def content_of(world: World, id: str) -> bytes:
    """The open bytes of a filing."""
    return b"".join([piece async for piece in opened(world.core, await kept(world, id))])


async def everything(world: World) -> tuple[int, int]:
    """How many uploads and filings there are."""
    return await world.core.read(lambda snapshot: (uploads.count(snapshot, 1_000), filings.count(snapshot, 1_000)))
