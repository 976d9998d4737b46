# SPDX-License-Identifier: Apache-2.0
"""AES-256 ZIPs out of the vault, stored: from sealed blobs to the link, beside programs that pack the open file."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyzipper import WZ_AES, ZIP_STORED, AESZipFile

from appliance.link.messages import (
    PART_SIZE,
    BeginUpload,
    DeliverNotice,
    DownloadFinished,
    DownloadNotice,
    PutPart,
)
from appliance.model.words import Site
from bench.measure import Row, Stopwatch, beside
from bench.stores import Pair
from bench.tiers import ZIP_PASSWORD, Guest, Tiers, command_id, running
from tests.pdf import pdf

SIZE = 64 * 1024 * 1024
MB = SIZE / 1_000_000
WANT = "≥ 120 MB/s"


@dataclass
class Reader:
    """Somebody at the portal's socket, and a notice."""

    guest: Guest
    notice: str

    async def out(self, *, packed: bool) -> float:
        """MB a second until the vault has taken the word that all of it went out."""
        watch, sent = Stopwatch(), 0
        message = DownloadNotice(self.notice, packed=packed)
        async with self.guest.link.fetch(message, token=self.guest.token, form=self.guest.form) as fetched:
            async for piece in fetched.chunks():
                sent += len(piece)
            download = fetched.answered.reply.download
        await self.guest.ask(DownloadFinished(download, sent))
        return MB / watch.seconds


async def delivered(guest: Guest, office: str, content: bytes) -> str:
    """The id of a notice of this content."""
    upload: str = (await guest.ask(BeginUpload(office, "bench.pdf", len(content), command_id()))).upload
    for number, start in enumerate(range(0, len(content), PART_SIZE)):
        await guest.ask(PutPart(upload, number), content[start : start + PART_SIZE])
    sha256 = hashlib.sha256(content).digest()
    answer = await guest.ask(DeliverNotice(upload, "receipt", "2026-06", sha256, command_id()))
    return str(answer.notice)


async def seven_zip(folder: Path) -> float:
    """MB a second of 7-Zip, file to file."""
    package = folder / "peer.zip"
    program = shutil.which("7zz")
    if program is None:
        raise FileNotFoundError("7zz is needed: make apt")
    words = ("a", "-tzip", "-mem=AES256", "-mx0", f"-p{ZIP_PASSWORD}", str(package), str(folder / "whole.pdf"))
    watch = Stopwatch()
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(program, *words, stdout=quiet)
    if await process.wait():
        raise RuntimeError("7zz could not pack")
    took = watch.seconds
    package.unlink()
    return MB / took


async def plain_pyzipper(folder: Path) -> float:
    """MB a second of pyzipper, file to file."""
    return await asyncio.to_thread(_plain_pyzipper, folder)


def _plain_pyzipper(folder: Path) -> float:
    watch = Stopwatch()
    with AESZipFile(folder / "peer.zip", "w", ZIP_STORED, encryption=WZ_AES) as package:
        package.setpassword(ZIP_PASSWORD.encode())
        package.write(folder / "whole.pdf", "whole.pdf")
    return MB / watch.seconds


async def taken(tiers: Tiers, content: bytes) -> AsyncIterator[Row]:
    """One row a peer, and one of the same document as it is."""
    console, portal = tiers.link(Site.CONSOLE), tiers.link(Site.PORTAL)
    try:
        clerk, guest = tiers.guest(Site.CONSOLE, console), tiers.guest(Site.PORTAL, portal)
        reader = Reader(guest, await delivered(clerk, tiers.office, content))
        folder = tiers.root / "packing"
        folder.mkdir()
        (folder / "whole.pdf").write_bytes(content)
        what = f"{MB:.0f} MB out of the vault as an AES ZIP, stored"
        for peer, once in (("7zz a -mem=AES256 -mx0", seven_zip), ("pyzipper to a file", plain_pyzipper)):
            yield await beside(what, "MB/s", partial(reader.out, packed=True), peer, partial(once, folder), WANT)
        plainly, packed = partial(reader.out, packed=False), partial(reader.out, packed=True)
        what = f"{MB:.0f} MB out of the vault as they are"
        yield await beside(what, "MB/s", plainly, "as an AES ZIP", packed, "–")
    finally:
        await console.close()
        await portal.close()


async def rows(pair: Pair) -> list[Row]:
    """Three rows."""
    async with running(pair) as tiers:
        return [row async for row in taken(tiers, pdf(0, SIZE))]
