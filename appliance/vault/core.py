# SPDX-License-Identifier: Apache-2.0
"""What every act of the vault works with: records, blobs, keys, clock, chance, plugins.

Gather, ask, commit if unchanged (design §5): facts are read from a snapshot, plugins are asked outside of any
transaction, and the transaction first compares what was read. If it moved, the act starts again, thrice at most.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from appliance.config.catalogue import catalogue_of
from appliance.config.settings import Settings
from appliance.contracts.blobs import BlobStore
from appliance.contracts.plugin import Clock, Random
from appliance.contracts.policy import Policy
from appliance.contracts.records import RecordStore, StoreError, StoreFull, StoreTaken, Txn, View, Work
from appliance.host.examining import Examined
from appliance.host.host import Provided
from appliance.link.messages import GateReport
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Calendar
from appliance.model.documents import Catalogue
from appliance.model.ids import ID_BYTES, id_from
from appliance.model.journal import Entry, Kind, Result
from appliance.model.words import Site, Tier
from appliance.vault.activity import Activity
from appliance.vault.banner_board import BannerBoard
from appliance.vault.clock_watch import ClockWatch
from appliance.vault.documents.hashes import RunningHashes
from appliance.vault.documents.scanner_watch import ScannerWatch
from appliance.vault.documents.served import Served
from appliance.vault.door.limits import FailedNames, Sources
from appliance.vault.door.passwords import Passwords
from appliance.vault.door.unknowns import Unknowns
from appliance.vault.doorman.doorman import Doorman
from appliance.vault.fetching.at_counter import AtCounter
from appliance.vault.health.doctor import Doctor
from appliance.vault.journal.checkpoint import Checkpoints
from appliance.vault.journal.leaf import SALT_SIZE
from appliance.vault.journal.log import Log
from appliance.vault.keys.keyring import Keyring
from appliance.vault.kits.kit_work import KitWork
from appliance.vault.letters.post import Post
from appliance.vault.manuals.shelf import Shelf
from appliance.vault.reads import Reads
from appliance.vault.records.room import Room
from appliance.vault.records.tallies import settle
from appliance.vault.records.transaction import Moved, Snapshot, Transaction
from appliance.vault.records.writer import Overloaded, Tally
from appliance.vault.tunnels.connected import Connected
from appliance.vault.watching.watching import Watching

T = TypeVar("T")
TRIES = 3
# Whoever asks for a code can wait a little; everybody else has the loop meanwhile.
CODES_AT_ONCE = 4


class Commits(Protocol):
    """What writer.Writer does."""

    tally: Tally

    async def commit(self, work: Work) -> object:
        """The result of work, once it is durable."""

    def lose(self, error: StoreTaken) -> None:
        """The store belongs to another vault: take no more, and end the process."""


class Providers(Protocol):
    """What host.Host gives the vault."""

    def all(self, family_id: str) -> list[Provided]:
        """The guarded providers of a family, each with its plugin's name."""


class GateSeen(Protocol):
    """What gate_watch.GateWatch shows."""

    connected: bool
    report: GateReport

    async def run(self) -> None:
        """Watch until cancelled."""

    async def tell(self, message: object) -> Any:
        """What the gate answers to one of GATE_MESSAGES. Raises Refused, AWAY where there is none."""


class Refusals(Protocol):
    """What refusals_log.RefusalsLog does."""

    async def note(self, kind: Kind, site: Site, source: str, reason: str) -> None:
        """Journal a refusal of somebody unknown, once a minute and source, with a count."""

    def count(self, kind: Kind, site: Site, source: str, reason: str) -> None:
        """The same, later."""

    async def flush(self) -> None:
        """Journal what has been counted and is due."""

    async def close(self) -> None:
        """Journal everything that has been counted."""


async def _no_plugins() -> Mapping[str, Examined]:
    """Where no host runs them."""
    return {}


@dataclass
class Core:
    """The vault's parts. pepper keys the hashes of all secrets; catalogue are the fund's kinds of documents.

    sources counts who asks for codes, of whom codes_at_once are served together; failed knows at which names each
    source has failed; decoys are states of second factors that no account has.
    pause waits so many seconds.
    served knows which bytes of which download were handed over. Each commit that put a letter
    into the outbox rings at post; watching tells the sites which pages are old after one.
    counter knows who tries and what is under way at the public counter. kits counts what builders have made.
    banners is what the fund tells everybody now. manuals are those that were made so far.
    examine_plugins asks each plugin how it is. activity counts. tunnels are the VPN sessions that are not over.
    """

    settings: Settings
    calendar: Calendar
    records: RecordStore
    blobs: BlobStore
    writer: Commits
    keyring: Keyring
    log: Log
    checkpoints: Checkpoints
    clock: Clock
    random: Random
    pepper: bytes = field(repr=False)
    passwords: Passwords
    providers: Providers
    room: Room
    reads: Reads
    hashes: RunningHashes
    clock_watch: ClockWatch
    unknowns: Unknowns
    gate: GateSeen
    refusals: Refusals
    served: Served = field(default_factory=Served)
    sources: Sources = field(default_factory=Sources)
    counter: AtCounter = field(default_factory=AtCounter)
    kits: KitWork = field(default_factory=KitWork)
    failed: FailedNames = field(init=False)
    scanners: ScannerWatch = field(init=False)
    catalogue: Catalogue = field(init=False)
    codes_at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CODES_AT_ONCE))
    decoys: dict[str, bytes] = field(default_factory=dict, repr=False)
    post: Post = field(default_factory=Post)
    watching: Watching = field(default_factory=Watching)
    doorman: Doorman = field(default_factory=Doorman)
    banners: BannerBoard = field(default_factory=BannerBoard)
    doctor: Doctor = field(default_factory=Doctor)
    manuals: Shelf = field(default_factory=Shelf)
    activity: Activity = field(default_factory=Activity)
    tunnels: Connected = field(default_factory=Connected)
    examine_plugins: Callable[[], Coroutine[Any, Any, Mapping[str, Examined]]] = _no_plugins
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep

    def __post_init__(self) -> None:
        """Limits and kinds of documents are the settings'."""
        self.failed = FailedNames(self.settings.door.names_of_source)
        self.scanners = ScannerWatch(self.clock)
        self.catalogue = catalogue_of(self.settings)

    def new_id(self) -> str:
        """A fresh random id."""
        return id_from(self.random.bytes(ID_BYTES))

    def policies(self) -> list[Policy]:
        """All of them, guarded."""
        return [provided.provider for provided in self.providers.all("policy")]

    def own_entry(self, kind: Kind, *, actor: str = "", thing: str = "", reason: str = "") -> Entry:
        """A journal entry of what the vault does by itself."""
        return Entry(
            kind=kind,
            result=Result.DONE,
            at=self.clock.now(),
            site=Tier.VAULT.value,
            actor=actor,
            office="",
            thing=thing,
            reason=reason,
            request="",
            salt=self.random.bytes(SALT_SIZE),
        )

    async def read(self, work: Callable[[Snapshot], T]) -> T:
        """The result of work on a snapshot."""
        sealer = self.keyring.sealer

        def on(view: View) -> T:
            return work(Snapshot(view, sealer))

        try:
            return await self.records.read(on)
        except StoreError as error:
            raise Refused(Why.BROKEN) from error

    async def commit(
        self,
        work: Callable[[Transaction], T],
        *,
        seen: Mapping[bytes, bytes | None] | None = None,
        vital: bool = False,
    ) -> T:
        """Run work in a transaction; its result once it is durable, journal entries included.

        Raises Moved if something in seen no longer stands, and Refused when there is no room, too much to do, or a
        store that fails. vital is for what must go on in a full store: deletes, locks, revocations, the journal.
        """
        if not vital:
            self.room.need_for_changes()
        sealer, log, latest = self.keyring.sealer, self.log, self.clock_watch.latest()

        def on(txn: Txn) -> tuple[T, Transaction]:
            transaction = Transaction(txn, sealer)
            transaction.require(seen or {})
            value = work(transaction)
            settle(transaction)
            transaction.finish(log, latest)
            return value, transaction

        value, transaction = await self._written(on)
        for entry in transaction.entries:
            self.clock_watch.wrote(entry.at)
        if transaction.rings:
            self.post.ring()
        self.activity.note(transaction.entries)
        self.watching.touch(transaction.entries)
        self.tunnels.note(transaction.entries)
        return value

    async def _written(self, on: Callable[[Txn], T]) -> T:
        try:
            return await self.writer.commit(on)  # type: ignore[return-value]
        except StoreFull as error:
            self.room.is_full()
            raise Refused(Why.FULL) from error
        except Overloaded as error:
            raise Refused(Why.BUSY) from error
        except StoreError as error:
            raise Refused(Why.BROKEN) from error

    async def commit_all(self, work: Callable[[Transaction], int], pause: float = 0.0) -> None:
        """Run work, which does some of what there is to do and says how much, until there is nothing left.

        pause: so many seconds in between are left to others.
        """
        while await self.commit(work, vital=True):
            if pause:
                await self.pause(pause)

    async def decided(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """The result of attempt, which gathers, asks and commits; started again while facts move under it."""
        for _ in range(TRIES):
            try:
                return await attempt()
            except Moved:
                continue
        raise Refused(Why.BUSY)
