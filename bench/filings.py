# SPDX-License-Identifier: Apache-2.0
"""Filings a second, end to end over TLS: sent, opened, judged, sealed, journaled, each durable; beside copyparty.

Eight clients of an office send ZIPs with one PDF of 100 kB, AES-256, as offices make them; every ZIP is another.
The peer takes such ZIPs by one PUT each, and each file is made durable, which it leaves to others.
"""

import asyncio
import hashlib
import io
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

import aiohttp
from pyzipper import WZ_AES, ZIP_DEFLATED, AESZipFile

from appliance.model.words import Site
from bench import peers
from bench.browser import Browser, browser
from bench.measure import Row, Spread, Stopwatch, beside, percentile
from bench.stores import Pair
from bench.tiers import ZIP_PASSWORD, Tiers, command_id, running
from bench.transfer import durable
from tests.pdf import pdf

CLIENTS = 8
EACH = 20
SIZE = 100_000
NAME = "20260608_0001_加入者資格取得届"
TYPED = {"type": "acquisition", "filed_on": "2026-06-08", "event_on": "2026-06-01", "note": "", "follows": ""}


def zipped(number: int) -> bytes:
    """A ZIP that nobody has sent before."""
    made = io.BytesIO()
    with AESZipFile(made, "w", ZIP_DEFLATED, encryption=WZ_AES) as package:
        package.setpassword(ZIP_PASSWORD.encode())
        package.writestr(f"{NAME}.pdf", pdf(number, SIZE))
    return made.getvalue()


@dataclass
class Client:
    """Somebody at the portal with a connection of its own, sending as the page's script does."""

    at: Browser
    session: aiohttp.ClientSession

    async def send(self, package: bytes) -> None:
        """One filing. Raises AssertionError if anything is wrong with it."""
        begin = {"file_name": f"{NAME}.zip", "size": str(len(package)), "command": command_id()}
        upload = (await self._send("POST", "/uploads", json.dumps(begin).encode()))["upload"]
        await self._send("PUT", f"/uploads/{upload}/0", package, "application/octet-stream")
        end = {**TYPED, "sha256": hashlib.sha256(package).hexdigest(), "command": command_id()}
        said = await self._send("POST", f"/uploads/{upload}/submit", json.dumps(end).encode())
        assert not said.get("problems") and len(said["filings"]) == 1, said

    async def _send(self, method: str, path: str, body: bytes, kind: str = "application/json") -> dict[str, Any]:
        headers = {
            "Cookie": self.at.cookie,
            "Origin": self.at.site,
            "X-Renkei-Form": self.at.form,
            "Content-Type": kind,
        }
        async with self.session.request(
            method, self.at.site + path, data=io.BytesIO(body), headers=headers
        ) as answer:
            said: dict[str, Any] = json.loads(await answer.read())
            assert answer.status == 200, said
            return said


@asynccontextmanager
async def session(context: ssl.SSLContext) -> AsyncIterator[aiohttp.ClientSession]:
    """One connection that is kept."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context, limit=1)) as opened:
        yield opened


async def ours(clients: list[Client], numbers: Iterator[int], seconds: list[float]) -> float:
    """Filings a second. seconds is of each, from its first message to the answer that it is there."""
    packages = iter([zipped(number) for number in islice(numbers, CLIENTS * EACH)])

    async def work(client: Client) -> None:
        for package in packages:
            watch = Stopwatch()
            await client.send(package)
            seconds.append(watch.seconds)

    watch = Stopwatch()
    await asyncio.gather(*(work(client) for client in clients))
    return CLIENTS * EACH / watch.seconds


@dataclass(frozen=True)
class Peer:
    """Where copyparty listens, and where it keeps what comes."""

    address: str
    files: Path


async def theirs(sessions: list[aiohttp.ClientSession], place: Peer, numbers: Iterator[int]) -> float:
    """Files a second."""
    packages = iter([(f"filing-{number}.zip", zipped(number)) for number in islice(numbers, CLIENTS * EACH)])

    async def work(opened: aiohttp.ClientSession) -> None:
        for name, package in packages:
            async with opened.put(f"{place.address}/{name}", data=io.BytesIO(package)) as answer:
                assert answer.status in (200, 201), await answer.text()
            await asyncio.to_thread(durable, place.files / name)

    watch = Stopwatch()
    await asyncio.gather(*(work(opened) for opened in sessions))
    took = watch.seconds
    for file in place.files.glob("*.zip"):
        file.unlink()
    return CLIENTS * EACH / took


@asynccontextmanager
async def peer(tiers: Tiers) -> AsyncIterator[Peer]:
    """copyparty with the certificate of one of our sites."""
    folder = tiers.root / "peer"
    folder.mkdir()
    both = folder / "both.pem"
    key, certificate = tiers.root / "credentials" / "tls-portal.key", tiers.root / "certificates" / "portal.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    async with peers.copyparty(folder, both) as address:
        yield Peer(address, folder / "files")


async def taken(tiers: Tiers) -> list[Row]:
    """Filings a second beside the peer, and how long one takes, from the same rounds."""
    seconds: list[float] = []
    async with AsyncExitStack() as stack:
        beside_us = await stack.enter_async_context(peer(tiers))
        trusting = ssl.create_default_context(cafile=str(tiers.root / "certificates" / "trusted.pem"))
        believing = ssl.create_default_context()
        believing.check_hostname, believing.verify_mode = False, ssl.CERT_NONE
        clients = [
            Client(browser(tiers, Site.PORTAL), await stack.enter_async_context(session(trusting)))
            for _ in range(CLIENTS)
        ]
        others = [await stack.enter_async_context(session(believing)) for _ in range(CLIENTS)]
        numbers = count()
        rate = await beside(
            f"filings of {SIZE // 1000} kB, {CLIENTS} clients",
            "/s",
            lambda: ours(clients, numbers, seconds),
            "copyparty PUT over TLS + fsync",
            lambda: theirs(others, beside_us, numbers),
            "≥ 0.5×",
            digits=1,
        )
    slow = Spread((percentile(seconds, 0.99) * 1000,))
    return [rate, Row("one of these filings, 99 of 100 below", "ms", slow, "–")]


async def rows(pair: Pair) -> list[Row]:
    """On a fresh installation."""
    async with running(pair) as tiers:
        return await taken(tiers)
