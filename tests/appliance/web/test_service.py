# SPDX-License-Identifier: Apache-2.0
"""The web tier of a process: plugins first, then sites; all of it closed at the end."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from appliance.config.credentials import Credentials
from appliance.config.settings import Settings, Sites
from appliance.host.refused import StartRefused
from appliance.link.envelope import frame
from appliance.link.messages import Touched
from appliance.link.refusals import Refused, Why
from appliance.metrics.registry import Metrics
from appliance.model.words import Site
from appliance.testing.clock import FakeRandom
from appliance.web import live
from appliance.web.service import WebService
from tests.appliance.web.conftest import SETTINGS, SITE, Certificate
from tests.appliance.web.fake_vault import FakeVault

PLUGIN = """
from pathlib import Path

from appliance.contracts.jobs import Job
from appliance.contracts.pages import Guard, Page, PageAnswer
from appliance.contracts.plugin import Plugin, hookimpl
from appliance.model.words import Site

TIER = "web"
TOLD = Path("FOLDER") / "told"


class Greeter(Plugin):
    @hookimpl
    def register_pages(self):
        return [Page(Site.PUBLIC, "GET", "PATH", Guard.ANYONE, "", self.greet)]

    @hookimpl
    def register_jobs(self):
        return [Job("tick", 3600, self.tick)]

    async def greet(self, request):
        return PageAnswer("こんにちは")

    async def tick(self):
        TOLD.write_text("ticked")

    async def stop(self):
        TOLD.write_text(TOLD.read_text() + ", stopped")
"""


def settings(folder: Path, certificate: Certificate, path: str) -> Settings:
    """With one plugin, whose page is at path."""
    (folder / "plugins.d").mkdir(mode=0o700)
    source = PLUGIN.replace("PATH", path).replace("FOLDER", str(folder))
    (folder / "plugins.d" / "greeter.py").write_text(source)
    (folder / "credentials").mkdir(mode=0o700)
    for name in ("tls-public.key", "tls-portal.key"):
        key = folder / "credentials" / name
        key.write_bytes(certificate.key)
        key.chmod(0o400)
    site = replace(SITE, certificate=str(certificate.file))
    places = {"plugins_dir": str(folder / "plugins.d"), "state": str(folder)}
    return replace(SETTINGS, sites=Sites(site, site, site), plugins={"greeter": {}}, **places)  # type: ignore[arg-type]


@asynccontextmanager
async def running(chosen: Settings, folder: Path, metrics: Metrics) -> AsyncIterator[WebService]:
    """The tier, its plugins started."""
    web = WebService(chosen, Credentials(folder / "credentials"), metrics, None, FakeRandom("web"))
    async with asyncio.TaskGroup() as group:
        await web.start(group)
        try:
            yield web
        finally:
            await web.stop()


async def page_of(address: str, path: str, certificate: Certificate) -> str:
    """A page, as a browser that trusts the certificate gets it."""
    trust = ssl.create_default_context(cafile=certificate.file)
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as http,
        http.get(f"https://{address}{path}") as answer,
    ):
        return await answer.text()


async def test_a_plugin_has_a_page_a_job_and_an_end(tmp_path: Path, certificate: Certificate) -> None:
    metrics = Metrics(process=False)
    async with running(settings(tmp_path, certificate, "/x/greeter/hello"), tmp_path, metrics) as web:
        site = await web.open(Site.PUBLIC, FakeVault())
        assert "こんにちは" in await page_of(site.address, "/x/greeter/hello", certificate)
    assert (tmp_path / "told").read_text() == "ticked, stopped"


async def test_pages_are_counted_by_site_route_and_status(tmp_path: Path, certificate: Certificate) -> None:
    metrics = Metrics(process=False)
    async with running(settings(tmp_path, certificate, "/x/greeter/{name}"), tmp_path, metrics) as web:
        site = await web.open(Site.PUBLIC, FakeVault())
        await page_of(site.address, "/x/greeter/typed-by-somebody", certificate)
        await page_of(site.address, "/nothing", certificate)
    text = metrics.text().decode()
    assert 'renkei_page_seconds_count{route="/x/greeter/{name}",site="public",status="200"} 1.0' in text
    assert "typed-by-somebody" not in text and 'status="404"' in text


async def test_a_plugin_has_no_page_below_anothers_name(tmp_path: Path, certificate: Certificate) -> None:
    chosen = settings(tmp_path, certificate, "/x/other/hello")
    with pytest.raises(ExceptionGroup) as caught:
        async with running(chosen, tmp_path, Metrics(process=False)):
            pytest.fail("it started")
    assert caught.group_contains(StartRefused, match=r"plugins\.greeter.*/x/other/hello.*/x/greeter")


class Watched(FakeVault):
    """A vault that is away when it is watched for the first time, ends the second stream, and counts the third."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0
        self.is_watched, self.is_left = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def fetch(self, message: object, **how: Any) -> AsyncIterator[Any]:
        self.tries += 1
        if self.tries == 1:
            raise Refused(Why.AWAY)
        try:
            yield self
        finally:
            if self.tries == 3:
                self.is_left.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        yield frame(Touched())
        if self.tries == 3:
            self.is_watched.set()
            await asyncio.Event().wait()


@pytest.mark.parametrize("which", [Site.PUBLIC, Site.PORTAL])
async def test_the_vault_is_watched_again_after_each_failure_and_no_more_after_the_stop(
    tmp_path: Path, certificate: Certificate, monkeypatch: pytest.MonkeyPatch, which: Site
) -> None:
    monkeypatch.setattr(live, "FIRST_PAUSE", 0)
    chosen, vault = settings(tmp_path, certificate, "/x/greeter/hello"), Watched()
    async with asyncio.timeout(10), running(chosen, tmp_path, Metrics(process=False)) as web:
        site = await web.open(which, vault)
        await vault.is_watched.wait()
        site.house.live.need_place()
        await web.stop()
        assert vault.is_left.is_set() and vault.tries == 3
        with pytest.raises(Refused):
            site.house.live.need_place()
