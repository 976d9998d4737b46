# SPDX-License-Identifier: Apache-2.0
"""A real site on a real port with real TLS, a fake vault behind it and a browser in front of it."""

import asyncio
import datetime as dt
import io
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from appliance.config.office_settings import DocumentSettings
from appliance.config.settings import Settings, Sites, SiteSettings
from appliance.contracts.pages import Page
from appliance.model.words import Site
from appliance.testing.clock import FakeRandom
from appliance.web import connections
from appliance.web.cookies import door_cookie, visit_cookie
from appliance.web.site import WebSite
from appliance.web.tls import tls_context
from appliance.web.vault_side import VaultLink
from tests.appliance.web.fake_vault import FakeVault

SITE = SiteSettings(address="127.0.0.1", port=0, max_upload_mib=40)
SETTINGS = Settings(
    sites=Sites(SITE, SITE, SITE),
    documents={"payment_notice": DocumentSettings(name="納入告知額通知書")},
)


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate of 127.0.0.1."""

    file: Path
    key: bytes


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """One for all tests of the sites."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "site.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificate(file, private)


@dataclass
class Browser:
    """A visitor of one site. It follows no redirects, so that a test sees them."""

    website: WebSite
    vault: FakeVault
    http: aiohttp.ClientSession
    tls: ssl.SSLContext
    seen: list[tuple[str, int]]
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Of this site."""
        return f"https://{self.website.address}"

    @property
    def form(self) -> str:
        """The form token of the visit."""
        return self.vault.visits[self.cookies[visit_cookie(self.website.house.site)]].form

    def sign_in(self) -> None:
        """Have a visit, without the pages."""
        site = self.website.house.site
        self.cookies[visit_cookie(site)] = self.vault.visit(of_fund=site is Site.CONSOLE)

    def knock(self) -> str:
        """Have a door cookie; its value."""
        door = self.cookies[door_cookie(self.website.house.site)] = "d" * 24
        return door

    async def send(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> "Answer":
        """One request with the cookies; the whole answer."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        sent = {name: value for name, value in sent.items() if value}
        url = self.origin + path
        if isinstance(more.get("data"), bytes):
            more["data"] = io.BytesIO(more["data"])
            sent.setdefault("Content-Type", "application/octet-stream")
        async with self.http.request(method, url, headers=sent, allow_redirects=False, **more) as answer:
            return Answer(answer.status, answer.headers.copy(), await answer.read())

    async def get(self, path: str, **more: Any) -> "Answer":
        """A GET."""
        return await self.send("GET", path, **more)

    async def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> "Answer":
        """A form of our own page."""
        return await self.send("POST", path, {"Origin": self.origin, **(headers or {})}, data=fields)

    async def talk(self, octets: bytes) -> bytes:
        """Raw bytes; all that comes back until the site closes the connection."""
        host, port = self.website.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port), ssl=self.tls)
        try:
            writer.write(octets.replace(b"HOST", self.website.address.encode()))
            await writer.drain()
            async with asyncio.timeout(10):
                return await reader.read()
        finally:
            writer.transport.abort()


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()


class Opening:
    """Opens sites for a test."""

    def __init__(self, certificate: Certificate, stack: AsyncExitStack) -> None:
        """stack closes them."""
        self._certificate = certificate
        self._stack = stack

    async def __call__(
        self,
        site: Site,
        *,
        pages: tuple[Page, ...] = (),
        hosts: tuple[str, ...] = (),
        link: VaultLink | None = None,
        **changed: Any,
    ) -> Browser:
        """A site and its visitor; link leads to another vault than the fake one."""
        own = replace(SITE, hosts=hosts)
        settings = replace(SETTINGS, sites=Sites(own, own, own), **changed)
        vault, seen = FakeVault(), []
        context = tls_context(self._certificate.file, self._certificate.key)
        website = WebSite(
            site,
            settings,
            link or vault,
            tls=context,
            random=FakeRandom("web"),
            pages=pages,
            observe=lambda route, status, seconds: seen.append((route, status)),
        )
        await website.start()
        self._stack.push_async_callback(website.stop)
        trust = ssl.create_default_context(cafile=self._certificate.file)
        http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trust), cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )
        await self._stack.enter_async_context(http)
        return Browser(website, vault, http, trust, seen)


@pytest.fixture
async def open_site(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opening]:
    """Opens sites; they are closed after the test."""
    monkeypatch.setattr(connections, "LINGER_SECONDS", 0.1)
    async with AsyncExitStack() as stack:
        yield Opening(certificate, stack)


@pytest.fixture
async def portal(open_site: Opening) -> Browser:
    """The portal, nobody signed in."""
    return await open_site(Site.PORTAL)


@pytest.fixture
async def console(open_site: Opening) -> Browser:
    """The console, nobody signed in."""
    return await open_site(Site.CONSOLE)


@pytest.fixture
async def public(open_site: Opening) -> Browser:
    """The public site."""
    return await open_site(Site.PUBLIC)
