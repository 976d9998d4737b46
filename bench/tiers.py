# SPDX-License-Identifier: Apache-2.0
"""An installation for measuring: gate, vault and sites as separate processes, as on a real host."""

import asyncio
import base64
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from appliance.config.load import load
from appliance.config.own_credentials import credentials_of
from appliance.config.settings import Settings
from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.metrics.registry import Metrics
from appliance.model.things import Notice, Visit
from appliance.model.time import HOUR, SECOND, date_in_japan
from appliance.model.words import NoticeState, Role, Site
from appliance.vault.admission import token_hash
from appliance.vault.caller import form_token
from appliance.vault.core import Core
from appliance.vault.issuing.download_keys import give_download_key, new_download_key
from appliance.vault.records.device_tables import seats
from appliance.vault.records.tables import ZipPassword, accounts, notices, visits, zip_passwords
from appliance.vault.records.transaction import Transaction
from appliance.vault.service import VaultService
from appliance.vault.workflow.seat import Command, Facts, step
from bench.stores import Pair
from tests.ready import ready_office, ready_person
from tests.story.stage import command, free_port, served
from tests.story.stores import stores

AT_ONCE = 200
PURGED = "2034-07"
CONTRACT = "123456-0000001"
USER, CLERK = "bench0001", "clerk"
ZIP_PASSWORD = "zip-bench-hako"
# What one office may send on a day is not what is measured.
EXCHANGE = "\n[exchange]\nuploads_per_day = 100000\nmib_per_day = 1048576\n"

Put = Callable[[list[Notice], Transaction], None]
VISITS = 200


@dataclass
class Guest:
    """Somebody signed in, below the pages: a token and a form token at a site's socket."""

    link: LinkClient
    token: str
    form: str

    async def ask(self, message: object, body: bytes = b"") -> Any:
        """The reply to a message of this visit; body goes with it."""
        stream = once(body) if body else None
        answered = await self.link.ask(
            message, token=self.token, form=self.form, stream=stream, stream_size=len(body)
        )
        return answered.reply


@dataclass
class Tiers:
    """The running installation, with one office, one user and one clerk. tokens are of visits that go on.

    passwords are those of further users; letters are contract number and download password of further offices.
    """

    root: Path
    settings: Settings
    office: str
    tokens: dict[Site, list[str]]
    passwords: dict[str, str] = field(repr=False)
    processes: dict[str, int]
    letters: list[tuple[str, str]] = field(default_factory=list, repr=False)

    def link(self, site: Site) -> LinkClient:
        """A client at the socket of a site."""
        return LinkClient(UnixTarget(self.root / "run" / "vault" / f"{site}.sock"), timeout=60)

    def guest(self, site: Site, link: LinkClient) -> Guest:
        """A visit of its own at a site's socket; one client serves many, as in a web process."""
        return Guest(link, *self.visit(site))

    def visit(self, site: Site) -> tuple[str, str]:
        """The token and the form token of a visit that nobody else has."""
        token = self.tokens[site].pop()
        return token, form_token(credentials_of(self.settings).get("pepper.key"), token)


@dataclass(frozen=True)
class Installed:
    """An installation that does not run: its folder and its configuration."""

    root: Path
    config: Path


@asynccontextmanager
async def installed(pair: Pair) -> AsyncIterator[Installed]:
    """Set one up on such stores, whose servers run; stop and remove all of it at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="renkei-bench-") as root,
        stores(Path(root), pair.records, pair.blobs) as chosen,
    ):
        words = ["init", "--root", root, "--demo", "--port", str(free_port()), "--metrics", "", "--json"]
        words += ["--stores", str(chosen)] if chosen else []
        await command(*words)
        yield Installed(Path(root), Path(root, "config.toml"))


@asynccontextmanager
async def running(pair: Pair, seeded: int = 0, people: int = 0, letters: int = 0) -> AsyncIterator[Tiers]:
    """An office with so many notices and further users, and so many offices with a letter; all of it started."""
    async with installed(pair) as first:
        config = first.config
        config.write_text(config.read_text("utf-8") + EXCHANGE, "utf-8")
        settings = load(config)
        made = await prepared(settings, config, seeded, people=people, letters=letters)
        async with (
            served(config, ("gate",)) as gate,
            served(config, ("vault",)) as vault,
            served(config, ("web",)) as web,
        ):
            pids = {"gate": gate.pid, "vault": vault.pid, "web": web.pid}
            yield Tiers(first.root, settings, made.office, made.tokens, made.passwords, pids, made.letters)


@dataclass(frozen=True)
class Prepared:
    """The id of the office, tokens of visits, passwords of further users, and letters of further offices."""

    office: str
    tokens: dict[Site, list[str]] = field(repr=False)
    passwords: dict[str, str] = field(repr=False)
    letters: list[tuple[str, str]] = field(default_factory=list, repr=False)


async def prepared(
    settings: Settings, config: Path, seeded: int, put: Put | None = None, *, people: int = 0, letters: int = 0
) -> Prepared:
    """One office, its users and its notices, written by a vault without listeners.

    put writes some of the notices; without it they have no journal and no document.
    """
    vault = VaultService(settings, credentials_of(settings), Metrics(process=False), config_file=config)
    async with asyncio.TaskGroup() as group:
        await vault.start(group, None)
        office = await ready_office(vault.core, 1, CONTRACT, "株式会社けいそく")
        account = (await ready_person(vault.core, office, USER, Role.OFFICE_ADMIN)).account
        kept = ZipPassword(office, ZIP_PASSWORD, vault.core.clock.now(), account)
        await vault.core.commit(lambda txn: zip_passwords.put(txn, kept))
        clerk = (await ready_person(vault.core, "", CLERK, Role.FUND_CLERK)).account
        await vault.core.keyring.shreds.get_or_make(PURGED)
        for start in range(0, seeded, AT_ONCE):
            some = [notice(vault.core, office, number) for number in range(start, min(start + AT_ONCE, seeded))]
            await vault.core.commit(partial(put or put_all, some))
        tokens = await vault.core.commit(partial(visits_of, vault.core, account, clerk))
        passwords = {user: await newcomer(vault.core, office, user) for user in names(people)}
        written = [await lettered(vault.core, number) for number in range(2, letters + 2)]
        await vault.stop()
    return Prepared(office, tokens, passwords, written)


async def newcomer(core: Core, office: str, user: str) -> str:
    """One user of the office more; the password."""
    return (await ready_person(core, office, user, Role.OFFICE_STAFF, mail=f"{user}@example.jp")).password


async def lettered(core: Core, number: int) -> tuple[str, str]:
    """One office more that has got its letter, with one PC to set up; contract number and download password."""
    contract, key = f"123456-{number:07}", new_download_key(core.random)
    office = await ready_office(core, number, contract)
    await ready_person(core, office, f"letter{number:04}", Role.OFFICE_ADMIN)
    now = core.clock.now()
    facts = Facts("", now, office, 1, kit=core.new_id())
    seat = step(step(None, Command.ADD, facts), Command.OPEN, facts)

    def write(txn: Transaction) -> None:
        give_download_key(core, txn, office, key, now)
        seats.put(txn, seat)

    await core.commit(write)
    return contract, f"{date_in_japan(now):%Y%m}{key}"


def names(people: int) -> list[str]:
    """User ids for so many people."""
    return [f"signin{number:03}" for number in range(people)]


def visits_of(core: Core, user: str, clerk: str, txn: Transaction) -> dict[Site, list[str]]:
    """Visits of the user and of the clerk, more than anybody could begin: each sign-in ends the one before."""
    ends_at = core.clock.now() + 8 * HOUR
    tokens: dict[Site, list[str]] = {}
    for site, id in ((Site.PORTAL, user), (Site.CONSOLE, clerk)):
        account = accounts.get(txn, id)
        assert account is not None
        tokens[site] = [f"bench-token-{site}-{number:04}" for number in range(VISITS)]
        for token in tokens[site]:
            row = Visit(token_hash(core.pepper, token), account.id, account.office, site, core.clock.now(), ends_at)
            visits.put(txn, row)
    return tokens


def put_all(some: list[Notice], txn: Transaction) -> None:
    """The function that is committed."""
    for one in some:
        notices.put(txn, one)


def notice(core: Core, office: str, number: int) -> Notice:
    """A notice that was delivered some minutes before; its document is not kept."""
    return Notice(
        id=core.new_id(),
        office=office,
        type="receipt",
        period="2026-05",
        file_name=f"20260501_0001_領収証書_{number}.pdf",
        size=123_456,
        sha256=bytes(32),
        parts=(),
        wrapped_key=bytes(60),
        purge_month=PURGED,
        state=NoticeState.DELIVERED,
        delivered_at=core.clock.now() - number * SECOND,
        delivered_by="",
    )


async def once(body: bytes) -> AsyncIterator[bytes]:
    """A stream of one piece."""
    yield body


def command_id() -> str:
    """A fresh command id."""
    return base64.urlsafe_b64encode(os.urandom(18)).decode()
