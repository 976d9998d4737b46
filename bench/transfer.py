# SPDX-License-Identifier: Apache-2.0
"""64 MB up and down over TLS through all tiers, sealed and durable, beside nginx and copyparty."""

import asyncio
import hashlib
import json
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from appliance.link.messages import PART_SIZE
from appliance.model.words import Site
from bench import peers
from bench.browser import Browser, browser, curl
from bench.measure import Row, Stopwatch, beside
from bench.stores import Pair
from bench.tiers import Tiers, command_id, running
from tests.pdf import pdf

SIZE = 64 * 1024 * 1024
MB = SIZE / 1_000_000


@dataclass
class Document:
    """The document, whole and in parts, in files that are in memory."""

    whole: Path
    parts: list[Path]
    sha256: str

    @classmethod
    def make(cls, folder: Path) -> "Document":
        """A PDF of random bytes."""
        content = pdf(0, SIZE)
        whole = folder / "whole.pdf"
        whole.write_bytes(content)
        parts = [folder / f"part{number}" for number in range(SIZE // PART_SIZE)]
        for number, part in enumerate(parts):
            part.write_bytes(content[number * PART_SIZE : (number + 1) * PART_SIZE])
        return cls(whole, parts, hashlib.sha256(content).hexdigest())


@dataclass
class Clerk:
    """Delivers documents at the console as the page's script does."""

    at: Browser
    office: str
    session: aiohttp.ClientSession

    async def upload(self, document: Document) -> float:
        """MB a second from the first message to the answer that it is delivered."""
        watch = Stopwatch()
        begin = {"office": self.office, "file_name": "whole.pdf", "size": str(SIZE), "command": command_id()}
        upload = (await self._post("/uploads", begin))["upload"]
        words: list[str] = []
        for number, part in enumerate(document.parts):
            more = ("--next", "-sSf", "-o", "/dev/null") if number else ()
            ready = ("--cacert", str(self.at.authority), *self.at.headers)
            kind = ("-H", "Content-Type: application/octet-stream")
            words += [*more, *ready, *kind, "-T", str(part), f"{self.at.site}/uploads/{upload}/{number}"]
        await curl(*words)
        end = {"type": "receipt", "period": "2026-06", "sha256": document.sha256, "command": command_id()}
        await self._post(f"/uploads/{upload}/deliver", end)
        return MB / watch.seconds

    async def _post(self, path: str, fields: dict[str, str]) -> dict[str, str]:
        headers = {"Cookie": self.at.cookie, "Origin": self.at.site, "X-Renkei-Form": self.at.form}
        async with self.session.post(self.at.site + path, json=fields, headers=headers) as answer:
            answer.raise_for_status()
            said: dict[str, str] = json.loads(await answer.read())
            return said


async def put(address: str, document: Document, kept: Path) -> float:
    """MB a second of one PUT, and of making it durable, which these peers leave to others."""
    watch = Stopwatch()
    await curl("-k", "-H", "Expect:", "-T", str(document.whole), f"{address}/whole.pdf")
    await asyncio.to_thread(durable, kept)
    took = watch.seconds
    kept.unlink()
    return MB / took


def durable(path: Path) -> None:
    """fsync of a file and its folder."""
    for one in (path, path.parent):
        handle = os.open(one, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


async def get(*words: str) -> float:
    """MB a second of one download."""
    watch = Stopwatch()
    await curl(*words)
    return MB / watch.seconds


@asynccontextmanager
async def at_peers(tiers: Tiers, stack: AsyncExitStack) -> AsyncIterator[tuple[str, Path, str, Path]]:
    """Both peers: address and folder of each."""
    folder = tiers.root / "peers"
    folder.mkdir(mode=0o755)
    tiers.root.chmod(0o755)
    certificate, key = tiers.root / "certificates" / "console.pem", tiers.root / "credentials" / "tls-console.key"
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    nginx = await stack.enter_async_context(peers.nginx(folder / "nginx", certificate, key))
    party = await stack.enter_async_context(peers.copyparty(folder / "copyparty", both))
    yield nginx, folder / "nginx" / "files", f"{party}", folder / "copyparty" / "files"


async def taken(tiers: Tiers, document: Document) -> list[Row]:
    """Uploads beside both peers, downloads beside nginx."""
    async with AsyncExitStack() as stack:
        places = at_peers(tiers, stack)
        nginx, nginx_files, party, party_files = await stack.enter_async_context(places)
        at = browser(tiers, Site.CONSOLE)
        clerk = Clerk(at, tiers.office, await stack.enter_async_context(session(at)))
        up = f"upload of {MB:.0f} MB"
        first = await beside(
            up,
            "MB/s",
            lambda: clerk.upload(document),
            "nginx WebDAV over TLS + fsync",
            lambda: put(nginx, document, nginx_files / "whole.pdf"),
            "≥ 0.6×",
        )
        second = await beside(
            up,
            "MB/s",
            lambda: clerk.upload(document),
            "copyparty over TLS + fsync",
            lambda: put(party, document, party_files / "whole.pdf"),
            "≥ 1×",
        )
        (nginx_files / "whole.pdf").write_bytes(document.whole.read_bytes())
        reader = browser(tiers, Site.PORTAL)
        words = ("--cacert", str(reader.authority), "-H", f"Cookie: {reader.cookie}", await newest(reader))
        third = await beside(
            f"download of {MB:.0f} MB",
            "MB/s",
            lambda: get(*words),
            "nginx static over TLS",
            lambda: get("-k", f"{nginx}/whole.pdf"),
            "≥ 0.5×",
        )
    return [first, second, third]


def session(at: Browser) -> aiohttp.ClientSession:
    """A client that keeps its connection, as a browser does."""
    context = ssl.create_default_context(cafile=str(at.authority))
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context))


async def newest(reader: Browser) -> str:
    """The address of the newest notice's file."""
    async with (
        session(reader) as opened,
        opened.get(f"{reader.site}/notices", headers={"Cookie": reader.cookie}) as answer,
    ):
        text = await answer.text()
    return reader.site + text.split('class="button small" href="')[1].split('"')[0]


async def rows(pair: Pair) -> list[Row]:
    """On a fresh installation; the document lies in memory so that reading it costs no disk."""
    folder = Path("/dev/shm") / f"renkei-bench-{os.getpid()}"
    folder.mkdir(mode=0o700)
    try:
        document = Document.make(folder)
        async with running(pair) as tiers:
            return await taken(tiers, document)
    finally:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
