# SPDX-License-Identifier: Apache-2.0
"""A whole vault in memory, with short verbs for what people, attackers and plugins do to it."""

import asyncio
import dataclasses
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.config.office_settings import Devices
from appliance.config.opening import calendar_of
from appliance.config.settings import Settings
from appliance.contracts.plugin import Clock
from appliance.link import messages as m
from appliance.link.envelope import Asserted, Call, Reply
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Entry, Kind
from appliance.model.things import Account, FactorState, Letter
from appliance.model.time import HOUR
from appliance.model.words import AccountState, Permission, Role, Site, Step
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.memory_blobs import MemoryBlobs
from appliance.testing.memory_factor import MemoryFactor
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.caller import form_token
from appliance.vault.clock_watch import ClockWatch
from appliance.vault.core import Commits, Core
from appliance.vault.desks import DESKS
from appliance.vault.documents.hashes import RunningHashes
from appliance.vault.door.arrival import Arrivals
from appliance.vault.door.passwords import Passwords
from appliance.vault.door.unknowns import Unknowns
from appliance.vault.doorman.doorman import Doorman
from appliance.vault.journal.checkpoint import Checkpoints
from appliance.vault.journal.log import Log
from appliance.vault.keys.keyring import Keyring
from appliance.vault.keys.shreds import ShredKeys
from appliance.vault.letters import LetterKind
from appliance.vault.reads import Reads
from appliance.vault.reception import Reception
from appliance.vault.records.room import Room
from appliance.vault.records.tables import accounts, factors, notices, outbox, secrets
from appliance.vault.records.transaction import Transaction
from appliance.vault.records.writer import Writer
from appliance.vault.refusals_log import RefusalsLog
from appliance.vault.service import NoGate
from tests.appliance.vault.person import (
    CONTENT,
    PERIOD,
    SOURCE,
    TYPE,
    Person,
    SigningIn,
    delivery,
    limited,
    stream_of,
)
from tests.appliance.vault.providers import Plugins, Rights
from tests.ready import ready_office, ready_person

__all__ = [
    "CHEAP",
    "CONTENT",
    "MASTER",
    "PEPPER",
    "PERIOD",
    "SOURCE",
    "TYPE",
    "Person",
    "SigningIn",
    "World",
    "delivery",
    "limited",
    "opened",
    "stream_of",
]

PEPPER = b"p" * 32
MASTER = b"m" * 32
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


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
    mailed: MemoryFactor
    app: MemoryFactor
    pauses: list[float] = field(default_factory=list)
    doorman: Doorman = field(default_factory=Doorman)
    core: Core = field(init=False)
    reception: Reception = field(init=False)
    contracts: dict[str, str] = field(default_factory=dict)
    delivered: Counter[tuple[str, bytes]] = field(default_factory=Counter)

    @classmethod
    def new(cls, folder: Path, clock: Clock | None = None) -> "World":
        """Nothing but the stores; open() comes next."""
        chosen = clock or FakeClock()
        store, blobs = MemoryRecords(), MemoryBlobs(chosen)
        rights, plugins = Rights(), Plugins()
        plugins.add("policy", rights, "rights")
        mailed, app = MemoryFactor(), MemoryFactor(sends=False)
        plugins.add("factor", mailed, "otp_email")
        plugins.add("factor", app, "otp_totp")
        # Most tests are of something else than which PC of an office is active (R113).
        settings = Settings(state=str(folder), devices=Devices(users_after_activation=False))
        return cls(folder, chosen, FakeRandom("world"), store, blobs, rights, plugins, settings, mailed, app)

    async def open(self, writer: Commits | None = None) -> "World":
        """Put the vault together on the stores that there are; again, and it is a vault that was restarted."""
        shreds = ShredKeys(self.folder, MASTER, self.random)
        keyring = await Keyring.open(self.store, MASTER, self.random, shreds)
        log = Log("renkei-gateway/123456", keyring.sealer)
        writer = writer or Writer(self.store)
        signer = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        watch = ClockWatch(self.clock)
        self.core = Core(
            settings=self.settings,
            calendar=calendar_of(self.settings.calendar),
            records=self.store,
            blobs=self.blobs,
            writer=writer,
            keyring=keyring,
            log=log,
            checkpoints=Checkpoints(log, signer, self.store, writer.commit),
            clock=watch,
            random=self.random,
            pepper=PEPPER,
            passwords=Passwords(PEPPER, CHEAP),
            providers=self.plugins,
            room=Room(0.85, 0.95),
            reads=Reads(),
            hashes=RunningHashes(),
            clock_watch=watch,
            unknowns=Unknowns(),
            gate=NoGate(),
            doorman=self.doorman,
            refusals=RefusalsLog(watch, self.random, lambda work: self.core.commit(work, vital=True)),
            pause=self.rested,
        )
        self.reception = Reception(self.core, DESKS)
        return self

    async def rested(self, seconds: float) -> None:
        """A pause of the vault, which no test waits for."""
        self.pauses.append(seconds)

    async def restart(self) -> None:
        """A new vault on the same stores: what was only in memory is gone."""
        self.core.passwords.close()
        await self.open(self.core.writer)

    def free_period(self, office: str, content: bytes) -> str:
        """A month for which nobody has delivered this to this office yet."""
        count = self.delivered[(office, content)]
        self.delivered[(office, content)] += 1
        year, month = map(int, PERIOD.split("-"))
        years, months = divmod(month - 1 + count, 12)
        return f"{year + years}-{months + 1:02d}"

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
        if isinstance(message, SigningIn):
            return await self._sign_in(message, source)
        form = form_token(PEPPER, token) if form is None else form
        row = m.BY_SHAPE[type(message)]
        call = Call(site, row, message, "request", token, form, Asserted(source), stream)
        return await self.reception.answer(call)

    async def _sign_in(self, how: SigningIn, source: str) -> Reply:
        """Every step; a code is asked for where one is due, and a stranger's is made up."""
        person = how.person
        if person.site is Site.CONSOLE:
            reply = await self.answer(Site.CONSOLE, m.ArriveStaff(person.login, how.password), source=source)
            given = m.GiveCode(reply.message.arrival, await person.app_code())
            return await self.answer(Site.CONSOLE, given, source=source)
        arrived = await person.arrive(source)
        arrival = arrived.arrival
        if arrived.step is Step.CODE:
            arrival = await self._with_code(person, arrived, source)
        return await self.answer(Site.PORTAL, m.GivePassword(arrival, how.password), source=source)

    async def _with_code(self, person: Person, arrived: m.Arrived, source: str) -> str:
        if code := await person.request_code(source):
            given = await self.ask(Site.PORTAL, m.GiveCode(arrived.arrival, code), source=source)
            return str(given.arrival)
        arrivals, now = Arrivals(PEPPER, self.random), self.clock.now()
        opened = arrivals.open(Site.PORTAL, arrived.arrival, now)
        return arrivals.seal(Site.PORTAL, msgspec.structs.replace(opened, code_at=now))

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
        office = await ready_office(self.core, number, contract)
        self.contracts[office] = contract
        return office

    async def user(self, office: str, login: str = "Yamada01", role: Role = Role.OFFICE_ADMIN) -> Person:
        """A new user of an office, not signed in."""
        contract = self.contracts[office]
        made = await ready_person(self.core, office, login, role)
        return Person(self, Site.PORTAL, contract, login, made.account, made.password, office)

    async def staff(self, login: str = "clerk", role: Role = Role.FUND_CLERK) -> Person:
        """A new member of the fund's staff, not signed in."""
        made = await ready_person(self.core, "", login, role, name=f"基金{login}", mail="staff@example.jp")
        return Person(self, Site.CONSOLE, "", login, made.account, made.password)

    async def clerk(self) -> Person:
        """One of the fund's staff, signed in."""
        return await (await self.staff()).sign_in()

    async def visitor(self, office: str, login: str = "Yamada01", role: Role = Role.OFFICE_ADMIN) -> Person:
        """A user of an office, signed in."""
        return await (await self.user(office, login, role)).sign_in()

    async def locked(self, office: str, login: str = "Locked01", locks: int = 1) -> Person:
        """A user of an office who has typed a wrong password six times, so many times over; three block."""
        person = await self.user(office, login)
        for number in range(locks):
            self.clock.move(HOUR if number else 0)
            for _ in range(6):
                await self.outcome(Site.PORTAL, person.typing("wrong"))
        return person

    async def nobody(self, like: Person, step: Step = Step.PASSWORD) -> Person:
        """A name that nobody has, of which this step would be asked next."""
        for number in range(100):
            person = dataclasses.replace(like, login=f"Nobody{number:02}", account="")
            if (await person.arrive()).step is step:
                return person
        raise AssertionError("every name seems to be due, or none")

    async def remove_account(self, person: Person) -> None:
        """As an administrator will be able to."""
        await self.core.commit(lambda txn: (accounts.delete(txn, person.account), None)[1])

    async def set_state(self, person: Person, state: AccountState) -> None:
        """Let an account be in a state."""

        def work(txn: Transaction) -> None:
            accounts.put(txn, dataclasses.replace(self._account(txn, person), state=state))

        await self.core.commit(work)

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

    async def account(self, person: Person) -> Account:
        """The row of an account."""
        found = await self.core.read(lambda snapshot: accounts.get(snapshot, person.account))
        assert found is not None
        return found

    async def factor(self, person: Person, name: str = "otp_email", purpose: str = "sign_in") -> FactorState:
        """The row of a second factor."""
        found = await self.core.read(lambda snapshot: factors.get(snapshot, person.account, name, purpose))
        assert found is not None
        return found

    async def letters(self, account: str, kind: LetterKind) -> list[Letter]:
        """What waits in the outbox for an account, the oldest first."""
        waiting = await self.core.read(lambda snapshot: outbox.scan(snapshot, "late"))
        found = [letter for letter in waiting if letter.account == account and letter.kind == kind]
        return sorted(found, key=lambda letter: letter.written_at)


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
        await world.doorman.close()
        await writer.close()
