# SPDX-License-Identifier: Apache-2.0
"""A whole vault in memory, with short verbs for what people, attackers and plugins do to it."""

import asyncio
import dataclasses
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.config.opening import calendar_of
from appliance.config.settings import DocumentType, Settings
from appliance.contracts.plugin import Clock
from appliance.link import messages as m
from appliance.link.envelope import Asserted, Call, Reply
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Entry, Kind
from appliance.model.things import Account
from appliance.model.words import Permission, Role, Site
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.memory_blobs import MemoryBlobs
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.caller import form_token
from appliance.vault.clock_watch import ClockWatch
from appliance.vault.core import Commits, Core
from appliance.vault.desks import DESKS
from appliance.vault.hashes import RunningHashes
from appliance.vault.journal.checkpoint import Checkpoints
from appliance.vault.journal.log import Log
from appliance.vault.keyring import Keyring
from appliance.vault.passwords import Passwords
from appliance.vault.reads import Reads
from appliance.vault.reception import Reception
from appliance.vault.refusals_log import RefusalsLog
from appliance.vault.room import Room
from appliance.vault.service import NoGate
from appliance.vault.shreds import ShredKeys
from appliance.vault.tables import accounts, notices, secrets
from appliance.vault.transaction import Transaction
from appliance.vault.unknowns import Unknowns
from appliance.vault.writer import Writer
from tests.appliance.vault.providers import Plugins, Rights

PEPPER = b"p" * 32
MASTER = b"m" * 32
SOURCE = "192.0.2.1"
TYPE = "payment_notice"
PERIOD = "2026-05"
CONTENT = b"%PDF-1.7 a notice of the fund"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Person:
    """Somebody with an account: what they type, and the token of their visit."""

    world: "World"
    site: Site
    contract: str
    login: str
    account: str
    password: str = field(repr=False)
    office: str = ""
    token: str = ""

    @property
    def sign_in_message(self) -> m.SignIn | m.SignInStaff:
        """What is sent to come in."""
        return self.typing(self.password)

    def typing(self, password: str) -> m.SignIn | m.SignInStaff:
        """What is sent when this password is typed."""
        if self.site is Site.CONSOLE:
            return m.SignInStaff(self.login, password)
        return m.SignIn(self.contract, self.login, password)

    async def sign_in(self) -> "Person":
        """A visit begins; self, for chaining."""
        self.token = (await self.world.ask(self.site, self.sign_in_message)).token
        return self

    async def ask(self, message: object, **how: Any) -> Any:
        """What the message is answered in this visit."""
        return await self.world.ask(self.site, message, **{"token": self.token, **how})

    async def refused(self, why: Why, message: object, **how: Any) -> Refused:
        """The refusal that the message gets in this visit."""
        return await self.world.refused(why, self.site, message, **{"token": self.token, **how})

    # --- documents ------------------------------------------------------------------------------------------------

    async def begin(self, office: str, size: int = len(CONTENT), name: str = "通知.pdf", command: str = "") -> str:
        """The id of a new upload."""
        return str((await self.ask(m.BeginUpload(office, name, size, command))).upload)

    async def put(self, upload: str, number: int, *pieces: bytes) -> m.PartKept:
        """Send one part."""
        kept = await self.ask(m.PutPart(upload, number), stream=stream_of(*pieces))
        assert isinstance(kept, m.PartKept)
        return kept

    async def upload(self, office: str, content: bytes = CONTENT) -> str:
        """The id of an upload of one part that is complete."""
        upload = await self.begin(office, len(content))
        await self.put(upload, 0, content)
        return upload

    async def deliver(self, office: str, content: bytes = CONTENT, command: str = "") -> str:
        """The id of a delivered notice."""
        upload = await self.upload(office, content)
        return str((await self.ask(delivery(upload, content, command))).notice)

    async def download(self, notice: str, stop_after: int | None = None) -> tuple[m.Download, bytes]:
        """The head and the bytes of a notice; stop_after breaks off behind so many pieces."""
        reply = await self.world.answer(self.site, m.DownloadNotice(notice), token=self.token)
        got = b""
        async for piece in limited(reply.stream, stop_after):
            got += piece
        return reply.message, got

    async def receive(self, notice: str) -> None:
        """Download to the end, and the site says so."""
        head, got = await self.download(notice)
        await self.ask(m.DownloadFinished(head.download, len(got)))


def delivery(upload: str, content: bytes = CONTENT, command: str = "", **changed: Any) -> m.DeliverNotice:
    """The message that delivers an upload of this content."""
    message = m.DeliverNotice(upload, TYPE, PERIOD, hashlib.sha256(content).digest(), command)
    return dataclasses.replace(message, **changed)


async def stream_of(*pieces: bytes) -> AsyncIterator[bytes]:
    """The bytes that go with a message."""
    for piece in pieces:
        yield piece


async def limited(stream: AsyncIterator[bytes] | None, count: int | None) -> AsyncIterator[bytes]:
    """The first count pieces, then let go of the stream, as a connection that breaks does."""
    assert stream is not None
    if count == 0:
        return
    number = 0
    async for piece in stream:
        yield piece
        number += 1
        if number == count:
            return


@dataclass
class World:
    """The vault and everything around it."""

    folder: Path
    clock: Any
    random: FakeRandom
    store: MemoryRecords
    blobs: MemoryBlobs
    rights: Rights
    plugins: Plugins
    settings: Settings
    core: Core = field(init=False)
    reception: Reception = field(init=False)
    contracts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def new(cls, folder: Path, clock: Clock | None = None) -> "World":
        """Nothing but the stores; open() comes next."""
        chosen = clock or FakeClock()
        store, blobs = MemoryRecords(), MemoryBlobs(chosen)
        rights, plugins = Rights(), Plugins()
        plugins.add("policy", rights, "rights")
        settings = Settings(notices={TYPE: DocumentType("納入告知金額通知書")})
        return cls(folder, chosen, FakeRandom("world"), store, blobs, rights, plugins, settings)

    async def open(self, writer: Commits | None = None) -> "World":
        """Put the vault together on the stores that there are; again, and it is a vault that was restarted."""
        shreds = ShredKeys(self.folder, MASTER, self.random)
        keyring = await Keyring.open(self.store, MASTER, self.random, shreds)
        log = Log("renkei-gateway/123456", keyring.sealer)
        writer = writer or Writer(self.store)
        signer = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        self.core = Core(
            settings=self.settings,
            calendar=calendar_of(self.settings.calendar),
            records=self.store,
            blobs=self.blobs,
            writer=writer,
            keyring=keyring,
            log=log,
            checkpoints=Checkpoints(log, signer, self.store, writer.commit),
            clock=self.clock,
            random=self.random,
            pepper=PEPPER,
            passwords=Passwords(PEPPER, CHEAP),
            providers=self.plugins,
            room=Room(0.85, 0.95),
            reads=Reads(),
            hashes=RunningHashes(),
            clock_watch=ClockWatch(self.clock),
            unknowns=Unknowns(),
            gate=NoGate(),
            refusals=RefusalsLog(self.clock, self.random, lambda work: self.core.commit(work, vital=True)),
        )
        self.reception = Reception(self.core, DESKS)
        return self

    async def restart(self) -> None:
        """A new vault on the same stores: what was only in memory is gone."""
        self.core.passwords.close()
        await self.open(self.core.writer)

    # --- asking ---------------------------------------------------------------------------------------------------

    async def answer(
        self,
        site: Site,
        message: object,
        *,
        token: str = "",
        form: str | None = None,
        stream: AsyncIterator[bytes] | None = None,
        source: str = SOURCE,
    ) -> Reply:
        """The whole reply. Without form the right form token is sent along."""
        form = form_token(PEPPER, token) if form is None else form
        row = m.BY_SHAPE[type(message)]
        call = Call(site, row, message, "request", token, form, Asserted(source), stream)
        return await self.reception.answer(call)

    async def ask(self, site: Site, message: object, **how: Any) -> Any:
        """What the message is answered."""
        return (await self.answer(site, message, **how)).message

    async def refused(self, why: Why, site: Site, message: object, **how: Any) -> Refused:
        """The refusal that the message gets."""
        with pytest.raises(Refused) as caught:
            await self.answer(site, message, **how)
        assert caught.value.why is why, caught.value
        return caught.value

    async def outcome(self, site: Site, message: object, **how: Any) -> Any:
        """What the message is answered, or why it is refused."""
        try:
            return await self.ask(site, message, **how)
        except Refused as refused:
            return refused.why

    async def admin(self, message: object) -> Any:
        """What the administrator is answered."""
        return await self.ask(Site.ADMIN, message)

    # --- people ---------------------------------------------------------------------------------------------------

    async def office(self, number: int = 1) -> str:
        """A new office; its id."""
        contract = f"123456-{number:07d}"
        added = await self.admin(m.AddOffice(number, contract, f"事業所{number}"))
        self.contracts[added.office] = contract
        return str(added.office)

    async def user(self, office: str, login: str = "Yamada01", role: Role = Role.OFFICE_ADMIN) -> Person:
        """A new user of an office, not signed in."""
        contract = self.contracts[office]
        added = await self.admin(m.AddAccount(contract, login, f"利用者{login}", "user@example.jp", role))
        return Person(self, Site.PORTAL, contract, login, added.account, added.password, office)

    async def staff(self, login: str = "clerk", role: Role = Role.FUND_CLERK) -> Person:
        """A new member of the fund's staff, not signed in."""
        added = await self.admin(m.AddAccount("", login, f"基金{login}", "staff@example.jp", role))
        return Person(self, Site.CONSOLE, "", login, added.account, added.password)

    async def clerk(self) -> Person:
        """One of the fund's staff, signed in."""
        return await (await self.staff()).sign_in()

    async def visitor(self, office: str, login: str = "Yamada01", role: Role = Role.OFFICE_ADMIN) -> Person:
        """A user of an office, signed in."""
        return await (await self.user(office, login, role)).sign_in()

    async def remove_account(self, person: Person) -> None:
        """As an administrator will be able to."""
        await self.core.commit(lambda txn: (accounts.delete(txn, person.account), None)[1])

    async def touch_account(self, person: Person) -> None:
        """Write the row of an account anew, as a change of its name would."""
        await self.core.commit(lambda txn: accounts.put(txn, self._account(txn, person)))

    async def take_permission(self, person: Person, permission: Permission) -> None:
        """As the administrator of the office will be able to."""

        def work(txn: Transaction) -> None:
            found = self._account(txn, person)
            accounts.put(txn, dataclasses.replace(found, permissions=found.permissions - {permission}))

        await self.core.commit(work)

    def _account(self, txn: Transaction, person: Person) -> Account:
        found = accounts.get(txn, person.account)
        assert found is not None
        return found

    # --- looking --------------------------------------------------------------------------------------------------

    async def journal(self, *kinds: Kind) -> list[Entry]:
        """All entries, oldest first, or those of some kinds."""
        found = await self.core.read(lambda snapshot: self.core.log.page(snapshot.view, limit=1000))
        return [one.entry for one in reversed(found) if not kinds or one.entry.kind in kinds]

    async def last(self) -> Entry:
        """The newest entry."""
        return (await self.journal())[-1]

    async def rows(self) -> dict[bytes, bytes]:
        """All that is kept but the journal, which every refusal makes longer."""
        found = await self.store.read(lambda view: view.scan(b"", b"\xff", limit=1000))
        return {key: value for key, value in found if not key.startswith(b"j/")}

    async def notice(self, id: str) -> Any:
        """The row of a notice, or None."""
        return await self.core.read(lambda snapshot: notices.get(snapshot, id))

    async def secret(self, person: Person) -> Any:
        """The row of a secret."""
        return await self.core.read(lambda snapshot: secrets.get(snapshot, person.account))


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[World]:
    """The world with a writer at work, and all that it has begun ended."""
    writer = Writer(world.store)
    async with asyncio.TaskGroup() as group:
        group.create_task(writer.run())
        await asyncio.sleep(0)
        await world.open(writer)
        yield world
        world.core.passwords.close()
        await writer.close()
