# SPDX-License-Identifier: Apache-2.0
"""The plain demo, without any VPN: the same rules of sessions, by the engine that only makes believe."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from tests.plugins.kit_linux.office_pc import OfficePc
from tests.story.onboarding import Onboarding
from tests.story.people import FOUNDERS, OFFICE, People
from tests.story.stage import Login, Stage, free_port, opened
from tests.story.story import Story, sign_in

SECONDS = 20.0
NOT_CONNECTED = "VPN に接続されていません"


class Demo:
    """An office joins, and its PC comes and goes."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.story = Story(stage, print)
        self.people = People(stage, self.story.done)
        self.made: list[OfficePc] = []

    async def office_joins(self) -> Login:
        """The PC of its first seat is active at the end."""
        plain = self.stage.pc

        def remembered(*given: object) -> OfficePc:
            self.made.append(plain(*given))  # type: ignore[arg-type]
            return self.made[-1]

        self.stage.pc = remembered
        async with self.stage.visitor("console") as staff, self.stage.visitor("console") as desk:
            await self.story.staff_signs_in(staff)
            await self.people.desk_comes_in(desk)
            return await Onboarding(self.stage, self.story.done, staff, desk, FOUNDERS[OFFICE]).office_joins()

    async def kit(self, *words: str) -> int:
        """How the kit of the PC ends."""
        [kit] = (self.stage.config.parent / "pcs").glob("first-*.run")
        ran = await asyncio.to_thread(self.made[0].run, kit, *words)
        print(ran.stdout, ran.stderr)
        return ran.returncode

    async def portal_says(self) -> str:
        """What somebody sees who comes there now."""
        async with self.stage.visitor("portal") as visitor:
            return (await visitor.get("/sign-in")).page.text

    async def until(self, so: Callable[[str], bool]) -> None:
        """Come to the portal again and again, until it says so."""
        deadline = time.monotonic() + SECONDS
        while not so(await self.portal_says()):
            assert time.monotonic() < deadline, await self.portal_says()
            await asyncio.sleep(0.1)


async def test_a_pc_comes_works_leaves_and_is_shut_out(tmp_path: Path) -> None:
    tables = f'\n[tunnels]\nportal = "required"\n\n[plugins.tunnel_loopback]\nport = {free_port()}\n'
    async with opened(tmp_path, free_port(), tables=tables) as stage:
        demo = Demo(stage)
        first = await demo.office_joins()
        assert NOT_CONNECTED in await demo.portal_says()
        code = await demo.people.code_for(FOUNDERS[OFFICE])
        assert await demo.kit("connect", "--agree") == 0
        await demo.until(lambda page: NOT_CONNECTED not in page)
        async with stage.visitor("portal") as admin:
            assert (await demo.people.comes_in(admin, first, code)).path == "/register"
            await demo.people.office_registers(admin, OFFICE)
            left = await admin.send((await admin.get("/")).page.form("/sign-out"), {})
            assert "ログアウトしました" in left.page.text
        await demo.until(lambda page: NOT_CONNECTED in page)
        assert await demo.kit("connect", "--agree") == 0
        await demo.until(lambda page: NOT_CONNECTED not in page)
        async with stage.visitor("portal") as admin:
            assert (await sign_in(admin, stage.people[OFFICE])).path == "/"
            contract = FOUNDERS[OFFICE].contract
            await stage.renkei("seats", "revoke", "--contract", contract, "--seat", "1", "--reason", "紛失")
            await demo.until(lambda page: NOT_CONNECTED in page)
            assert (await admin.get("/")).status == 403
        assert await demo.kit("connect", "--agree") != 0
