# SPDX-License-Identifier: Apache-2.0
"""The VPN of the plain demo: PCs of offices connect, come to the portal, leave, and are shut out.

There is no tunnel (tunnel_loopback): the address from which a kit speaks is that of its session. Where the portal
needs no VPN nothing of this happens, and nothing is told.
"""

import asyncio
import json
import shlex
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
from renkei_kit_linux.on_pc.connection import remembered
from renkei_kit_linux.on_pc.engines import tunnel_of
from renkei_kit_linux.on_pc.installing import installed
from renkei_kit_linux.on_pc.loopback import proof_of

from appliance.model.time import in_japan
from tests.plugins.kit_linux.office_pc import OfficePc
from tests.story.stage import Stage, need
from tests.story.visitor import Visitor

# From where kits speak, and browsers that are told nothing else.
HERE = "127.0.0.1"
# The third PC stands where the first one stood.
LINES = {"first": HERE, "second": "127.8.0.2", "third": HERE, "fourth": "127.8.0.4"}
NOT_CONNECTED = "VPN に接続されていません"
REFUSED = 403
SECONDS, PAUSE = 20.0, 0.05

Done = Callable[[str], None]


class Lines:
    """Plays its steps on a stage; done is told of each."""

    def __init__(self, stage: Stage, done: Done) -> None:
        """Nobody is connected."""
        self.stage = stage
        self.done = done

    @property
    def are_needed(self) -> bool:
        """Whether the portal needs a VPN session."""
        return bool(self.stage.lines)

    async def connects(self, pc: str, whose: str) -> None:
        """The portal answers afterwards, and did not before."""
        if not self.are_needed:
            return
        need(not await self.portal_answers(pc), f"the portal answers {whose} without a VPN session")
        address = self.stage.lines[pc]
        need(await self.asks_to_connect(pc), f"{whose} cannot connect")
        await self.until(pc, answers=True)
        how = "by its kit" if address == HERE else f"as its kit does, from {address}"
        self.done(f"{whose}: not connected, the portal sends it away; it connects {how}, and the portal answers")

    async def is_shut_out(self, pc: str, whose: str) -> None:
        """It was connected until a moment ago, and its seat is not its own any more."""
        if not self.are_needed:
            return
        await self.until(pc, answers=False)
        need(not await self.asks_to_connect(pc), f"{whose} can connect again")
        self.done(f"{whose} is cut at once: the portal answers it no more, and its kit connects no more")

    async def are_seen(self, staff: Visitor, *seen: str) -> None:
        """The console shows who is connected, and who is signed in there."""
        if not self.are_needed:
            return
        page = (await staff.get("/tunnels")).page.text
        missing = [one for one in seen if " ".join(one.split()) not in page]
        need(not missing, f"the console does not show {missing} among the connected: {page}")
        self.done("the console's 「VPN接続」 shows each PC that is connected, until when, and who is signed in")

    async def have_ended(self, *pcs: str) -> None:
        """Everybody has signed out there."""
        if not self.are_needed:
            return
        for pc in pcs:
            await self.until(pc, answers=False)
        left = json.loads(await self.stage.renkei("tunnel", "list", "--json"))
        need(left == [], f"somebody is still connected: {left}")
        self.done("signing out has ended the VPN sessions as well: the portal answers nobody any more")

    async def portal_answers(self, pc: str) -> bool:
        """Whether whoever comes there from this PC may sign in."""
        async with self.stage.visitor("portal", pc) as visitor:
            answer = await visitor.get("/sign-in")
        is_shut = NOT_CONNECTED in answer.page.text
        need(is_shut == (answer.status == REFUSED), f"the portal said {answer.status}: {answer.page.text}")
        return not is_shut

    async def until(self, pc: str, *, answers: bool) -> None:
        """Come to the portal again and again, until it is so. Raises StoryFailed."""
        deadline = time.monotonic() + SECONDS
        while await self.portal_answers(pc) != answers:
            need(time.monotonic() < deadline, f"the portal still {'turns away' if answers else 'answers'} {pc}")
            await asyncio.sleep(PAUSE)

    async def asks_to_connect(self, pc: str) -> bool:
        """By its kit, which speaks from HERE alone; from elsewhere in the same words. Whether it may."""
        if self.stage.lines[pc] != HERE:
            return await self.told(pc, "connect")
        made, kit = self.stage.kits[pc]
        ran = await asyncio.to_thread(made.run, kit, "connect", "--agree")
        return ran.returncode == 0

    async def told(self, pc: str, word: str) -> bool:
        """What its kit would say, with the proof that it has."""
        made, _ = self.stage.kits[pc]
        tunnel = tunnel_of(installed(made.places))
        form = {"seat": tunnel.user, "certificate": proof_of(made.places)}
        speaking = aiohttp.TCPConnector(local_addr=(self.stage.lines[pc], 0))
        async with (
            aiohttp.ClientSession(connector=speaking) as http,
            http.post(urljoin(tunnel.told("url"), word), data=form) as answer,
        ):
            return answer.ok

    async def until_when(self, pc: str) -> str:
        """Until when the PC is connected, by the demo's clock. Raises StoryFailed where it is not."""
        rows = json.loads(await self.stage.renkei("tunnel", "list", "--json"))
        ends = [row["ends_at"] for row in rows if row["address"] == self.stage.lines[pc]]
        need(len(ends) == 1, f"{pc} is not connected: {rows}")
        return f"{in_japan(ends[0]):%H:%M}"

    async def all_leave(self) -> None:
        """Kits that are connected disconnect, and what watches for them ends: nothing of them stays behind."""
        for made, kit in self.stage.kits.values():
            if remembered(made.places) is not None:
                await asyncio.to_thread(made.run, kit, "disconnect")
        deadline = time.monotonic() + SECONDS
        while any(is_watched(made) for made, _ in self.stage.kits.values()):
            if time.monotonic() >= deadline:
                return
            await asyncio.sleep(PAUSE)


def pasted(pc: OfficePc, *words: str) -> str:
    """What somebody types below the checkout so that the PC's kit does this."""
    home = shlex.quote(str(pc.home))
    return f"HOME={home} .venv/bin/python -I {shlex.quote(str(pc.places.program))} {shlex.join(words)}"


def is_watched(pc: OfficePc) -> bool:
    """Whether what `connect` leaves behind still runs (kit_linux, vpn_commands.py)."""
    program = str(pc.places.program).encode()
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            words = file.read_bytes().split(b"\0")
            if program in words and b"watch" in words:
                return True
    return False
