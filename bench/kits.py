# SPDX-License-Identifier: Apache-2.0
"""1,000 kits for Windows, to their last byte, beside makensis for each one; and what a signature costs."""

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from renkei_kit_windows.builder import WindowsKits
from renkei_kit_windows.settings import Settings
from renkei_kit_windows.signing import Signer

from appliance.contracts.kit import EngineClient, KitOrder
from appliance.testing.kit_suite import ORDER
from bench.measure import ROUNDS, Row, Spread, Stopwatch, beside
from bench.stores import Pair
from tests.plugins.kit_windows.code_signing import chain, key, pem
from tests.plugins.kit_windows.kits import BINDING

T = TypeVar("T")
BUILD = Path(__file__).parents[1] / "plugins" / "kit_windows" / "windows" / "base_installer.py"
KITS = 1_000
SIGNED = 20
# As large as SoftEther's installer for Windows.
CLIENT = 50 * 1024 * 1024
MILLI = 1_000
WANT = "≤ 60 ms"
# The least that makensis can do: the client as it is, and one file that is the seat's.
SCRIPT = """\
Target amd64-unicode
SetCompress off
Name "kit"
OutFile "{out}"
SilentInstall silent
Section
SetOutPath "$TEMP"
File "{client}"
File "{seat}"
SectionEnd
"""


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """As the host gives it to a plugin."""
    return await asyncio.to_thread(function, *args)


@dataclass
class Workshop:
    """A base, a client that does not shrink, and orders that are all different."""

    folder: Path
    order: KitOrder
    made: int = 0

    @classmethod
    def at(cls, folder: Path) -> "Workshop":
        """Build the base. Raises CalledProcessError where the compilers are missing, which was then said."""
        subprocess.run([sys.executable, str(BUILD), str(folder / "base.exe")], check=True)
        content = b"MZ" + os.urandom(CLIENT - 2)
        (folder / "client.exe").write_bytes(content)
        client = EngineClient(folder / "client.exe", "client.exe", CLIENT, hashlib.sha256(content).digest())
        return cls(folder, replace(ORDER, client=client, binding=BINDING))

    def kits(self, signer: Signer | None = None) -> WindowsKits:
        """The plugin's builder."""
        made = WindowsKits(Settings(), in_thread)
        made.open(self.folder / "base.exe", signer)
        return made

    async def each(self, kits: WindowsKits, count: int) -> float:
        """Milliseconds for one kit, of so many, with all of its bytes."""
        watch = Stopwatch()
        for _ in range(count):
            self.made += 1
            kit = await kits.build(replace(self.order, contract_number=f"916237-{self.made:07}"))
            size = 0
            async for piece in kit.chunks():
                size += len(piece)
            assert size == kit.size
        return watch.seconds * MILLI / count

    async def by_makensis(self) -> float:
        """Milliseconds for one installer that is packed anew."""
        seat, script = self.folder / "seat.ini", self.folder / "peer.nsi"
        seat.write_text(str(self.made))
        names = {"out": self.folder / "peer.exe", "client": self.folder / "client.exe", "seat": seat}
        script.write_text(SCRIPT.format(**names))
        watch = Stopwatch()
        await asyncio.to_thread(subprocess.run, ["makensis", "-V1", str(script)], check=True)
        return watch.seconds * MILLI


async def rows(pair: Pair) -> list[Row]:
    """Both tables' worth; the stores have no part in it."""
    with tempfile.TemporaryDirectory() as name:
        shop = await asyncio.to_thread(Workshop.at, Path(name))
        plain, signed = shop.kits(), shop.kits(Signer(chain(), pem(key())))
        await shop.each(plain, 1)
        what = f"kit for Windows, client of {CLIENT // 1024 // 1024} MiB, to its last byte ({KITS:,} of them)"
        first = await beside(
            what,
            "ms",
            lambda: shop.each(plain, KITS // ROUNDS),
            "makensis for each seat",
            shop.by_makensis,
            WANT,
            digits=1,
        )
        values = [await shop.each(signed, SIGNED // ROUNDS) for _ in range(ROUNDS)]
        return [first, Row("the same, signed by osslsigncode", "ms", Spread(tuple(values)), "–", digits=1)]
