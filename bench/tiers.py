# SPDX-License-Identifier: Apache-2.0
"""An installation for measuring: gate, vault and sites as separate processes, as on a real host."""

import asyncio
import base64
import json
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from appliance.config.credentials import credentials_of
from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.messages import AddAccount, AddOffice, OpenMenu, SignedIn, SignIn, SignInStaff
from appliance.metrics.registry import Metrics
from appliance.model.things import Notice
from appliance.model.time import SECOND
from appliance.model.words import NoticeState, Role, Site
from appliance.vault.core import Core
from appliance.vault.service import VaultService
from appliance.vault.tables import notices
from appliance.vault.transaction import Transaction
from tests.story.stage import command, served

PORT = 9443
AT_ONCE = 500
PURGED = "2034-07"
CONTRACT = "123456-0000001"
USER = "bench0001"


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
    """The running installation, with one office, one user and one clerk."""

    root: Path
    settings: Settings
    office: str
    passwords: dict[Site, str]
    processes: dict[str, int]

    def link(self, site: Site) -> LinkClient:
        """A client at the socket of a site."""
        return LinkClient(UnixTarget(self.root / "run" / "vault" / f"{site}.sock"), timeout=60)

    async def guest(self, site: Site, link: LinkClient) -> Guest:
        """Sign in at a site's socket; one client serves many, as in a web process."""
        password = self.passwords[site]
        message = SignInStaff("admin", password) if site is Site.CONSOLE else SignIn(CONTRACT, USER, password)
        signed: SignedIn = (await link.ask(message)).reply
        menu = await link.ask(OpenMenu(), token=signed.token)
        assert menu.visitor is not None
        return Guest(link, signed.token, menu.visitor.form)


@asynccontextmanager
async def running(seeded: int = 0, port: int = PORT) -> AsyncIterator[Tiers]:
    """Set up an office with so many notices, start everything; stop and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as made:
        root = Path(made)
        words = ("init", "--root", str(root), "--demo", "--port", str(port), "--metrics", "", "--json")
        first = json.loads(await command(*words))
        config = root / "config.toml"
        settings = load(config)
        office, password = await prepared(settings, config, seeded)
        async with (
            served(config, ("gate",)) as gate,
            served(config, ("vault",)) as vault,
            served(config, ("web",)) as web,
        ):
            passwords = {Site.CONSOLE: first["password"], Site.PORTAL: password}
            pids = {"gate": gate.pid, "vault": vault.pid, "web": web.pid}
            yield Tiers(root, settings, office, passwords, pids)


async def prepared(settings: Settings, config: Path, seeded: int) -> tuple[str, str]:
    """One office, its user and its notices, written by a vault without listeners: office id and password."""
    vault = VaultService(settings, credentials_of(settings), Metrics(process=False), config_file=config)
    async with asyncio.TaskGroup() as group:
        await vault.start(group, None)
        office: str = (await vault.ask(AddOffice(1, CONTRACT, "株式会社けいそく"))).office
        user = AddAccount(CONTRACT, USER, "計測 太郎", "bench@example.jp", Role.OFFICE_ADMIN)
        password: str = (await vault.ask(user)).password
        await vault.core.keyring.shreds.get_or_make(PURGED)
        for start in range(0, seeded, AT_ONCE):
            some = [notice(vault.core, office, number) for number in range(start, min(start + AT_ONCE, seeded))]
            await vault.core.commit(partial(put_all, some))
        await vault.stop()
    return office, password


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
