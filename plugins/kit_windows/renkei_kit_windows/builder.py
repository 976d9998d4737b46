# SPDX-License-Identifier: Apache-2.0
"""The builder: a base installer that was compiled once, with an order appended to it (R24, R60)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from appliance.contracts.kit import EngineClient, Kit, KitNotBuilt, KitOrder, KitPlatform
from appliance.contracts.plugin import InThread
from renkei_kit_windows import signing
from renkei_kit_windows.appended import Front, client_pieces, front_of, sound_pieces
from renkei_kit_windows.seat_file import seat_file
from renkei_kit_windows.settings import Settings
from renkei_kit_windows.signing import Signer

NAME = "Windows"
ENDING = ".exe"
BASE = Path(__file__).with_name("base") / "base.exe"
NO_BASE = "this package holds no base installer; build it with `make kit-windows`, or install renkei-vault anew"
NO_CLIENT = "no client of the VPN engine was added; do that with `renkei kit add-client FILE`"


class WindowsKits:
    """Kits for Windows. Remembers what all kits of the fund have in common."""

    def __init__(self, settings: Settings, in_thread: InThread) -> None:
        """open() comes before anything else."""
        self._settings = settings
        self._in_thread = in_thread
        self._base = b""
        self._signer: Signer | None = None
        self._front: Front | None = None

    def open(self, base: Path, signer: Signer | None) -> None:
        """Read the base installer, if there is one. Blocks. Raises OSError."""
        self._base = base.read_bytes() if base.is_file() else b""
        self._signer = signer

    async def platform(self) -> KitPlatform:
        """What fund IT still has to do."""
        return KitPlatform(NAME, self._version(), self._missing(), wants_client=True)

    async def build(self, order: KitOrder) -> Kit:
        """The kit of a seat. Raises KitNotBuilt."""
        if missing := self._missing():
            raise KitNotBuilt(missing)
        if order.client is None:
            raise KitNotBuilt(NO_CLIENT)
        seat = seat_file(order, self._settings)
        front = await self._front_of(order.client, order.authorities.encode())
        tail = front.tail(seat)
        file_name = order.stem + ENDING
        if self._signer is None:
            chunks = _chunks(front.base, front.client, front.authorities + tail)
            return Kit(file_name, front.size + len(tail), front.sha256(tail), chunks)
        signed = await self._in_thread(_sign, self._signer, front, tail)
        return Kit(file_name, signed.size, signed.sha256, _chunks(signed.front, front.client, signed.back))

    async def _front_of(self, client: EngineClient, authorities: bytes) -> Front:
        """Of the client and the authorities that there are now; they change less than once a year."""
        known = self._front
        if known is None or known.client != client or known.authorities != authorities:
            known = self._front = await self._in_thread(front_of, self._base, client, authorities)
        return known

    def _missing(self) -> str:
        if not self._base:
            return NO_BASE
        if self._signer is not None and not signing.is_there():
            return f"{signing.PROGRAM} is not there; {signing.MISSING}"
        return ""

    def _version(self) -> str:
        """Of everything in a kit that is not in its order."""
        signer = self._signer.fingerprint if self._signer else b""
        of = (hashlib.sha256(self._base).digest(), signer, repr(self._settings).encode())
        return hashlib.sha256(b"\0".join(of)).hexdigest()[:16]


def _chunks(front: bytes, client: EngineClient, back: bytes) -> Callable[[], AsyncIterator[bytes]]:
    """What stands before the client, the client out of its file, and what stands behind it."""

    async def chunks() -> AsyncIterator[bytes]:
        yield front
        pieces = client_pieces(client)
        while piece := await asyncio.to_thread(next, pieces, b""):
            yield piece
        yield back

    return chunks


def _sign(signer: Signer, front: Front, tail: bytes) -> signing.Signed:
    back = front.authorities + tail

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(front.base)
            file.writelines(sound_pieces(front.client))
            file.write(back)

    return signer.signed(write, len(front.base), len(back))
