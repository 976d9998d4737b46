# SPDX-License-Identifier: Apache-2.0
"""The vault as a whole: put together, started, stopped."""

import asyncio
import datetime as dt
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from appliance.config.credentials import Credentials
from appliance.config.opening import calendar_of, ending
from appliance.config.own_credentials import credentials_of
from appliance.config.settings import Settings
from appliance.contracts.blobs import BlobStore
from appliance.contracts.plugin import Clock, PluginError, Random, Services
from appliance.contracts.records import RecordStore, StoreError
from appliance.host.host import Host
from appliance.host.refused import StartRefused
from appliance.host.services import plugin_services
from appliance.host.supervise import Supervisor
from appliance.host.system import DemoClock, SystemClock, SystemRandom
from appliance.link.client import LinkClient
from appliance.link.envelope import Call, Reply
from appliance.link.messages import BY_SHAPE, GateReport, JournalVerdict
from appliance.link.refusals import Refused, Why
from appliance.link.server import LinkServer
from appliance.metrics.registry import Metrics
from appliance.model.calendar import date_of
from appliance.model.journal import Kind
from appliance.model.time import Instant, instant
from appliance.model.words import Site, Tier
from appliance.vault.banners import refresh
from appliance.vault.clock_watch import ClockWatch
from appliance.vault.copying.marks import refuse_marked, refuse_unfinished
from appliance.vault.core import Core
from appliance.vault.desks import DESKS
from appliance.vault.documents.hashes import RunningHashes
from appliance.vault.documents.interrupted import cut_interrupted
from appliance.vault.door.factors import need_factors
from appliance.vault.door.passwords import Passwords
from appliance.vault.door.unknowns import Unknowns
from appliance.vault.figures import show_figures, show_link
from appliance.vault.gate_watch import GateWatch
from appliance.vault.housekeeping import jobs_of
from appliance.vault.journal.checkpoint import Checkpoints
from appliance.vault.journal.log import JournalDamaged, Log
from appliance.vault.journal.mark import MarkFile
from appliance.vault.journal.verify import verify
from appliance.vault.keys.own import OwnKeys, refuse_other_signer
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.letters.beginning import letters_of
from appliance.vault.plugin_records import PluginRecords
from appliance.vault.reads import Reads
from appliance.vault.reception import Reception
from appliance.vault.records.form import put_form, refuse_newer
from appliance.vault.records.room import Room
from appliance.vault.records.tables import accounts, filings, notices
from appliance.vault.records.writer import Writer
from appliance.vault.refusals_log import RefusalsLog
from appliance.vault.tunnels.connected import Connected
from appliance.vault.tunnels.keeper import Keeper

Ask = Callable[[object], Awaitable[Any]]
log = logging.getLogger("renkei.vault")


def clock_of(settings: Settings) -> Clock:
    """The clock of this installation: the machine's, or the demo's."""
    if not settings.demo.enabled:
        return SystemClock()
    return DemoClock(SystemClock(), instant(dt.datetime.fromisoformat(settings.demo.clock_start)))


class VaultService:
    """One vault. start() opens everything; the background tasks run in the given group until stop()."""

    def __init__(
        self,
        settings: Settings,
        credentials: Credentials,
        metrics: Metrics,
        *,
        config_file: Path | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        """Nothing is opened yet."""
        self.settings = settings
        self.metrics = metrics
        self.clock = clock or clock_of(settings)
        self.random = random or SystemRandom()
        self._credentials = credentials
        self._host = Host(Tier.VAULT, settings, self._services, metrics, config_file=config_file)
        self._tasks: list[asyncio.Task[None]] = []
        self._core: Core | None = None
        self._has_begun = False
        self._reception: Reception | None = None
        self._gate_client: LinkClient | None = None
        self._server: LinkServer | None = None

    @property
    def core(self) -> Core:
        """The parts. Raises PluginError before start() has opened them."""
        if self._core is None:
            raise PluginError("the vault has not been opened yet; do this in a job or an action, not in start()")
        return self._core

    @property
    def reception(self) -> Reception:
        """Where messages go."""
        assert self._reception is not None
        return self._reception

    async def start(self, group: asyncio.TaskGroup, gate: LinkClient | None) -> None:
        """Open the stores and begin the background tasks; gate is None where there is none to watch."""
        records, _ = await self.open_stores()
        await refuse_marked(records)
        await put_form(records)
        writer = Writer(records)
        self._spawn(group, writer.run())
        self._core = await self._open(writer, gate)
        self._reception = Reception(self._core, DESKS)
        need_factors(self._core)
        letters = letters_of(self._core)
        await self._core.doorman.start()
        try:
            await self._begin(self._core)
            self._has_begun = True
        except (JournalDamaged, Unsealable) as error:
            raise StartRefused(
                f"the records are damaged: {error}; `renkei journal verify --offline` looks through the journal"
            ) from error
        supervisor = Supervisor(self.clock, self.metrics, outages=(JournalDamaged,))
        jobs = [*jobs_of(self._core), await show_figures(self._core, writer, self.metrics)]
        if letters is not None:
            sender, returns = letters
            jobs.append(returns)
            self._spawn(group, supervisor.keep("vault.letters", sender.run))
        for job in jobs:
            self._spawn(group, supervisor.repeat(f"vault.{job.name}", job))
        self._spawn(group, supervisor.run_jobs(self._host.all("jobs")))
        self._spawn(group, supervisor.keep("vault.gate_watch", self._core.gate.run))
        self._spawn(group, supervisor.keep("vault.tunnels", Keeper(self._core).run))

    async def verify_only(self, against: str = "") -> JournalVerdict:
        """The verdict on a journal that may be too damaged to start with. Instead of start(); writes nothing."""
        records, _ = await self.open_stores()
        await refuse_unfinished(records)
        core = await self.look()
        return await verify(core.records, core.log, core.checkpoints, against)

    async def open_stores(self) -> tuple[RecordStore, BlobStore]:
        """The plugins at work, and the two stores among them; no vault is opened on them. Instead of start().

        Raises StartRefused for records of a newer version.
        """
        self._host.load()
        await self._host.start()
        records: RecordStore = self._host.one("records")
        await refuse_newer(records)
        return records, self._host.one("blobs")

    async def look(self) -> Core:
        """After open_stores(): the parts, with nothing that begins to work by itself."""
        self._core = await self._open(Writer(self._host.one("records")), None)
        return self._core

    async def catch_up(self) -> None:
        """After look(): the demo's clock, which begins anew with each process, is not behind what was written."""
        newest = await self.core.records.read(lambda view: self.core.log.page(view, limit=1))
        self._catch_up(newest[0].entry.at if newest else 0)

    async def listen(
        self,
        run: Path,
        *,
        groups: Mapping[Site, str] = MappingProxyType({}),
        listeners: Mapping[Site, socket.socket] = MappingProxyType({}),
    ) -> None:
        """One socket for each caller: of listeners, else below run/vault, of the group that groups names."""
        assert self._reception is not None
        self._server = LinkServer(
            self._reception.answer,
            refuse=self._reception.wrong_site,
            observe=self.metrics.message,
            now=self.clock.now,
            demo=self.settings.demo.enabled,
        )
        show_link(self._server.connections, self.metrics)
        for site in Site:
            if site in listeners:
                await self._server.serve_unix(listeners[site], site)
                continue
            path = run / "vault" / f"{site}.sock"
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            await self._server.listen_unix(path, site, group=groups.get(site))

    async def listen_tls(self, host: str, port: int, context: ssl.SSLContext) -> tuple[str, int]:
        """For the edge sites of another host, after listen(); neither console nor administrator comes in here."""
        assert self._server is not None
        return await self._server.listen_tls(host, port, context)

    async def stop(self) -> None:
        """Let what runs come to its end, write the last entry, close everything, also after half a start."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._host.stop)
            stack.push_async_callback(self._end_tasks)
            if self._core is not None:
                stack.callback(self._core.passwords.close)
                stack.push_async_callback(self._core.doorman.close)
                if self._has_begun:
                    stack.push_async_callback(_write_the_last, self._core)
            if self._server is not None:
                stack.push_async_callback(self._server.close)
            if self._core is not None:
                stack.callback(self._core.watching.close)

    async def _end_tasks(self) -> None:
        for task in reversed(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def ask(self, message: object) -> Any:
        """What the administrator would be answered, without a socket. Raises Refused."""
        call = Call(Site.ADMIN, BY_SHAPE[type(message)], message, "offline")
        reply: Reply = await self.reception.answer(call)
        return reply.message

    def _spawn(self, group: asyncio.TaskGroup, work: Any) -> None:
        self._tasks.append(group.create_task(work))

    def _services(self, plugin: str) -> Services:
        grants = frozenset(self.settings.grants.get(plugin, ()))
        return plugin_services(
            plugin,
            clock=self.clock,
            random=self.random,
            metrics=self.metrics,
            credentials=self._credentials,
            records=PluginRecords(lambda: self.core, plugin),
            ask=lambda message: self.reception.ask_as_plugin(plugin, grants, message),
        )

    async def _open(self, writer: Writer, gate: LinkClient | None) -> Core:
        settings, records, blobs = self.settings, self._host.one("records"), self._host.one("blobs")
        keys = OwnKeys.of(self._credentials)
        keyring = await keys.keyring(records, self.random, Path(self.settings.state) / "vault" / "shreds")
        journal = Log(f"renkei-gateway/{settings.fund.number}", keyring.sealer)
        room = Room(settings.vault.refuse_uploads_at, settings.vault.refuse_changes_at)
        await room.measure(records, blobs)
        watch = ClockWatch(self.clock)
        tunnels = Connected()
        core = Core(
            settings=settings,
            calendar=calendar_of(settings.calendar),
            records=records,
            blobs=blobs,
            writer=writer,
            keyring=keyring,
            log=journal,
            checkpoints=Checkpoints(journal, keys.journal, records, writer.commit, self._mark()),
            clock=watch,
            random=self.random,
            pepper=keys.pepper,
            passwords=Passwords(keys.pepper),
            providers=self._host,
            room=room,
            reads=Reads(),
            hashes=RunningHashes(),
            clock_watch=watch,
            unknowns=Unknowns(),
            gate=GateWatch(gate, heard=tunnels.hear, lost=tunnels.lose) if gate is not None else NoGate(),
            tunnels=tunnels,
            examine_plugins=self._host.examine,
            refusals=RefusalsLog(watch, self.random, lambda work: core.commit(work, vital=True)),
        )
        return core

    def _mark(self) -> MarkFile:
        try:
            return MarkFile(Path(self.settings.state) / "vault" / "signed")
        except JournalDamaged as error:
            raise StartRefused(str(error)) from error

    async def _begin(self, core: Core) -> None:
        """Look how late it was when the last entry was written, then write that the vault is there."""
        await refuse_other_signer(core.checkpoints)
        last = await core.read(lambda snapshot: core.log.page(snapshot.view, before=0, limit=1))
        if not last and await core.read(lambda snapshot: bool(accounts.keys(snapshot, "office", limit=1))):
            raise JournalDamaged("there are accounts, but no entry of any: the journal is gone")
        await self._need_shreds(core)
        newest = last[0].entry.at if last else 0
        self._catch_up(newest)
        core.clock_watch.wrote(newest)
        core.tunnels.last_alive = newest
        for text in ending(core.calendar, date_of(self.clock.now())):
            log.warning("%s", text)
        behind = core.clock_watch.is_behind()
        entry = core.own_entry(Kind.CLOCK_BEHIND if behind else Kind.VAULT_STARTED)
        await core.commit(lambda txn: txn.journal(entry), vital=True)
        await cut_interrupted(core)
        await refresh(core)

    def _catch_up(self, newest: Instant) -> None:
        if isinstance(self.clock, DemoClock) and newest > self.clock.now():
            self.clock.move(newest - self.clock.now())

    async def _need_shreds(self, core: Core) -> None:
        """Raise StartRefused for documents without a single shred key: more of them would hide the loss."""
        if core.keyring.shreds.is_new and await core.read(
            lambda snapshot: bool(
                notices.keys(snapshot, "all", limit=1) or filings.keys(snapshot, "office_state", limit=1)
            )
        ):
            folder = Path(self.settings.state) / "vault" / "shreds"
            raise StartRefused(
                f"{folder}: there are documents, but never was a shred key here, and without them none opens; "
                "is `state` what it was, and is the folder where it was?"
            )


async def _write_the_last(core: Core) -> None:
    """What is left to be written. A store that takes nothing any more keeps no vault from stopping."""
    entry = core.own_entry(Kind.VAULT_STOPPED)
    try:
        await core.refusals.close()
        await core.commit(lambda txn: txn.journal(entry), vital=True)
        await core.checkpoints.sign_if_grown()
    except (Refused, StoreError, JournalDamaged, Unsealable) as error:
        log.error("the last entry could not be written: %s", error)


class NoGate:
    """Stands where there is no gate to watch."""

    connected = False
    report = GateReport((), ())

    async def run(self) -> None:
        """Nothing to watch."""

    async def tell(self, message: object) -> Any:
        """There is nobody to tell. Raises Refused AWAY."""
        raise Refused(Why.AWAY)


@asynccontextmanager
async def opened(settings: Settings, config_file: Path) -> AsyncIterator[VaultService]:
    """The vault without listeners and gate; refused while a running vault holds the store.

    What is raised inside or at the start comes out in an ExceptionGroup.
    """
    vault = VaultService(settings, credentials_of(settings), Metrics(process=False), config_file=config_file)
    async with asyncio.TaskGroup() as group:
        try:
            await vault.start(group, None)
            yield vault
        finally:
            await vault.stop()


@asynccontextmanager
async def offline(settings: Settings, config_file: Path) -> AsyncIterator[Ask]:
    """Asks that vault, for `--offline`; errors as opened()."""
    async with opened(settings, config_file) as vault:
        yield vault.ask


async def verified(settings: Settings, config_file: Path, against: str) -> JournalVerdict:
    """The verdict on the journal of a vault that does not run. Nothing is written. Raises StartRefused."""
    vault = VaultService(settings, credentials_of(settings), Metrics(process=False), config_file=config_file)
    try:
        return await vault.verify_only(against)
    finally:
        await vault.stop()
