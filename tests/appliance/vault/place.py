# SPDX-License-Identifier: Apache-2.0
"""An installation of a vault on real stores, and what people ask of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.config.credentials import Credentials
from appliance.config.decode import ConfigError
from appliance.config.settings import Settings
from appliance.host.refused import StartRefused
from appliance.link import messages as m
from appliance.link.envelope import Call
from appliance.metrics.registry import Metrics
from appliance.model.journal import Entry, Kind
from appliance.model.words import Role, Site
from appliance.testing.clock import FakeClock
from appliance.vault.caller import form_token
from appliance.vault.service import VaultService
from tests.appliance.vault.world import CONTENT, delivery, stream_of
from tests.ready import ready_person
from tests.story.authenticator import Authenticator

CONTRACT = "123456-0000001"


@dataclass
class Place:
    """An installation below one folder."""

    root: Path
    clock: FakeClock
    settings: Settings

    @classmethod
    def at(cls, root: Path) -> "Place":
        credentials = root / "credentials"
        credentials.mkdir(mode=0o700)
        for name in ("master.key", "pepper.key", "journal.key"):
            (credentials / name).write_bytes(name.encode().ljust(32, b"."))
            (credentials / name).chmod(0o400)
        (root / "vault").mkdir(mode=0o700)
        settings = Settings(
            run=str(root / "run"),
            state=str(root),
            credentials=str(credentials),
            plugins_dir=str(root / "plugins.d"),
            plugins={
                "records_lmdb": {"path": str(root / "vault" / "records")},
                "blobs_files": {"path": str(root / "vault" / "blobs")},
                "policy_permissions": {},
                "otp_email": {},
                "otp_totp": {},
            },
        )
        return cls(root, FakeClock(), settings)

    @property
    def config(self) -> Path:
        return self.root / "config.toml"

    def vault(self) -> VaultService:
        credentials = Credentials(Path(self.settings.credentials))
        return VaultService(
            self.settings, credentials, Metrics(process=False), config_file=self.config, clock=self.clock
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[VaultService]:
        """A vault; what is raised at its start comes out as it is."""
        vault = self.vault()
        try:
            async with asyncio.TaskGroup() as group:
                try:
                    await vault.start(group, None)
                    yield vault
                finally:
                    await vault.stop()
        except BaseExceptionGroup as errors:
            if isinstance(errors.exceptions[0], StartRefused | ConfigError):
                raise errors.exceptions[0] from None
            raise


async def journal(vault: VaultService) -> list[Entry]:
    found = await vault.core.read(lambda snapshot: vault.core.log.page(snapshot.view, limit=1000))
    return [one.entry for one in reversed(found)]


async def kinds(vault: VaultService) -> list[Kind]:
    return [entry.kind for entry in await journal(vault)]


async def asked(vault: VaultService, site: Site, message: object, token: str = "", stream: Any = None) -> Any:
    form = form_token(vault.core.pepper, token)
    call = Call(site, m.BY_SHAPE[type(message)], message, "request", token, form, stream=stream)
    return await vault.reception.answer(call)


async def clerk_token(vault: VaultService) -> str:
    added = await ready_person(vault.core, "", "clerk", Role.FUND_CLERK, name="基金")
    app = Authenticator()
    arrived = (await asked(vault, Site.CONSOLE, m.ArriveStaff("clerk", added.password))).message
    app.enrol(arrived.shown["secret"])
    given = m.GiveCode(arrived.arrival, app.code(vault.clock.now()))
    return str((await asked(vault, Site.CONSOLE, given)).message.token)


async def user_token(vault: VaultService, password: str) -> str:
    arrived = (await asked(vault, Site.PORTAL, m.Arrive(CONTRACT, "Yamada01"))).message
    given = m.GivePassword(arrived.arrival, password)
    return str((await asked(vault, Site.PORTAL, given)).message.token)


async def deliver(vault: VaultService, token: str, office: str) -> str:
    begun = await asked(vault, Site.CONSOLE, m.BeginUpload(office, "a.pdf", len(CONTENT), ""), token)
    upload = begun.message.upload
    await asked(vault, Site.CONSOLE, m.PutPart(upload, 0), token, stream_of(CONTENT))
    await asked(vault, Site.CONSOLE, delivery(upload), token)
    return str(upload)


async def downloaded(vault: VaultService, token: str, notice: str) -> bytes:
    reply = await asked(vault, Site.PORTAL, m.DownloadNotice(notice), token)
    got = b"".join([piece async for piece in reply.stream])
    await asked(vault, Site.PORTAL, m.DownloadFinished(reply.message.download, len(got)), token)
    return got
