# SPDX-License-Identifier: Apache-2.0
"""`make demo-vpn`: a PC gets its kit, connects by a real VPN, works at the portal, leaves, and is shut out."""

import argparse
import asyncio
import contextlib
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import aiohttp

from tests.plugins.kit_linux.office_pc import OfficePc
from tests.servers.netns import lab_missing
from tests.story.onboarding import Onboarding
from tests.story.people import FOUNDERS, OFFICE, People
from tests.story.stage import Login, StoryFailed, need
from tests.story.story import Say, Story, sign_in
from tests.story.visitor import Visitor
from tests.story.vpn_stage import ENGINES, PORT, SOFTETHER, VpnStage, vpn_opened
from tests.story.vpn_world import world

SECONDS = 30.0
PAUSE = 0.05
# So long no answer, and none comes any more; what was answered before may be read so late.
SILENCE_SECONDS = 1.0
LATE_SECONDS = 0.1


class VpnStory:
    """Plays its steps and counts them."""

    def __init__(self, stage: VpnStage, say: Say) -> None:
        """say shows each finished step with the time that it took."""
        self.stage = stage
        self.told = Story(stage, say)
        self.done = self.told.done
        self.people = People(stage, self.done)
        self._pc: OfficePc | None = None
        self._kit = Path()

    async def play(self) -> int:
        """All steps; how many there were. Raises StoryFailed at the first that does not hold."""
        stage = self.stage
        async with stage.visitor("console") as staff, stage.visitor("console") as desk:
            await self.told.staff_signs_in(staff)
            await self.people.desk_comes_in(desk)
            first = await self.pc_becomes_active(Onboarding(stage, self.done, staff, desk, FOUNDERS[OFFICE]))
            await self.before(first)
            await self.inside(first)
            await self.leaves()
            await self.comes_again()
            await self.shut_out()
        await self.journal_proves_it()
        return self.told.steps

    async def pc_becomes_active(self, joining: Onboarding) -> Login:
        """The registration, the letter, the kit; the PC and its kit are remembered."""
        made = self.stage.pc

        def remembered(folder: Path, files: Mapping[str, str]) -> OfficePc:
            self._pc = made(folder, files)
            return self._pc

        self.stage.pc = remembered
        login = await joining.office_joins()
        [self._kit] = (self.stage.config.parent / "pcs").glob("first-*.run")
        return login

    async def kit(self, *words: str) -> str:
        """What the PC's kit says. Raises StoryFailed where it fails."""
        code, said = await self.kit_tries(*words)
        need(code == 0, f"the kit failed at {' '.join(words)}: {said}")
        return said

    async def kit_tries(self, *words: str) -> tuple[int, str]:
        """Its exit code, and what it says."""
        assert self._pc is not None
        ran = await asyncio.to_thread(self._pc.run, self._kit, *words)
        return ran.returncode, ran.stdout + ran.stderr

    # --- outside --------------------------------------------------------------------------------------------------

    async def before(self, login: Login) -> None:
        """The Internet, and no portal."""
        there = self.stage.there
        need(await asyncio.to_thread(there.has_internet), "the PC has no Internet before it connects")
        need(not await self.portal_answers(), "the portal answers without VPN")
        self.done("before it connects the PC reaches a host of the Internet, and no portal")

    async def portal_answers(self) -> bool:
        """From the PC."""
        return await asyncio.to_thread(self.stage.there.answers, f"{self.stage.addresses['portal']}/")

    async def internet_is_back(self, why: str) -> None:
        """Raises StoryFailed if it is not within SECONDS."""
        await self.until(self.stage.there.has_internet, f"the Internet is not back {why}")

    async def until(self, is_so: Callable[[], bool], complaint: str) -> None:
        """Look until it is so. Raises StoryFailed with the complaint."""
        deadline = time.monotonic() + SECONDS
        while not await asyncio.to_thread(is_so):
            need(time.monotonic() < deadline, complaint)
            await asyncio.sleep(PAUSE)

    # --- inside ---------------------------------------------------------------------------------------------------

    async def connects(self) -> None:
        """By the kit; from then on the portal, and nothing else."""
        await self.kit("connect", "--agree")
        self.done("the kit connects: tunnel, address and portal are there")
        need(await self.portal_answers(), "connected, the portal does not answer")
        reached = await asyncio.to_thread(self.stage.there.reached)
        need(not reached, f"connected, the PC reaches {', '.join(reached)}")

    async def inside(self, first: Login) -> None:
        """The code first, for mail does not come in there; then the first sign-in."""
        person = FOUNDERS[OFFICE]
        code = await self.people.code_for(person)
        self.done(f"{person.name} asks for a one-time password by mail, before the VPN begins (R89)")
        await self.connects()
        self.done("connected, the PC reaches the portal, and neither the Internet nor anything else of the fund")
        async with self.stage.visitor("portal") as admin:
            answer = await self.people.comes_in(admin, first, code)
            need(answer.path == "/register", "the first sign-in does not lead to the registration")
            self.done("inside, the admin comes in by number and id, code, first password")
            await self.people.office_registers(admin, OFFICE)
            await self.signs_out(admin)

    async def signs_out(self, admin: Visitor) -> None:
        """The page comes before the tunnel goes."""
        form = (await admin.get("/")).page.form("/sign-out")
        left = await admin.send(form, {})
        need("ログアウトしました" in left.page.text, f"no page says that it was left: {left.page.text}")
        self.done("signs out at the top right; the page still arrives")

    async def leaves(self) -> None:
        """Signing out has closed the tunnel."""
        await self.internet_is_back("after signing out")
        self.done("the tunnel is closed by that, and the Internet is back")
        need(not await self.portal_answers(), "the portal answers after signing out")
        said = await self.kit("disconnect")
        self.done(f"「切断」 of the kit has nothing left to do: {said.strip().splitlines()[-1]}")

    async def comes_again(self) -> None:
        """A session of its own, to which the visit belongs."""
        await self.connects()
        async with self.stage.visitor("portal") as admin:
            menu = await sign_in(admin, self.stage.people[OFFICE])
            need(menu.path == "/", "the admin cannot sign in again")
        self.done("connects and signs in again, with a clock of its own")
        passing = await asyncio.to_thread(self.stage.there.open_places)
        need(len(passing) == 1, f"the kernel lets more or less than one address through: {passing}")
        [(address, left)] = passing.items()
        self.done(f"the kernel lets {address} through, and by itself for {left // 60} minutes more")

    async def shut_out(self) -> None:
        """A revoked PC is cut, and cannot return."""
        contract = FOUNDERS[OFFICE].contract
        revoking = ("seats", "revoke", "--contract", contract, "--seat", "1", "--reason", "紛失の電話")
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(asyncio.to_thread(self.last_answer))
            await self.stage.renkei(*revoking)
            told = time.monotonic()
            late = await asking - told
        need(late < LATE_SECONDS, f"a revoked PC was still answered {late:.2f} s after the command had said so")
        need(not await self.portal_answers(), "a revoked PC still reaches the portal")
        # The step waits for a second of silence, and the command takes its time to start.
        self.done(
            f"the fund revokes the PC: its last answer came {-late * 1000:.0f} ms before the command was over"
        )
        await self.internet_is_back("after the PC was revoked")
        self.done("its Internet is back")
        await self.kit("disconnect")
        code, said = await self.kit_tries("connect", "--agree")
        need(code != 0, f"a revoked PC connects again: {said}")
        need(not await self.portal_answers(), "a revoked PC reaches the portal again")
        need(await asyncio.to_thread(self.stage.there.has_internet), "a PC that was refused has no Internet")
        self.done("it tries to connect again, and is refused; its Internet stays")

    def last_answer(self) -> float:
        """When anything came from the portal for the last time, asked without a pause on one connection."""
        portal = self.stage.addresses["portal"].removeprefix("https://")
        context = ssl.create_default_context(cafile=str(self.stage.authority))
        plain = self.stage.sockets["portal"](socket.AF_INET, socket.SOCK_STREAM)
        plain.settimeout(SILENCE_SECONDS)
        plain.connect((portal, PORT))
        last = 0.0
        with context.wrap_socket(plain, server_hostname=portal) as line, contextlib.suppress(OSError):
            while True:
                line.sendall(f"GET /sign-in HTTP/1.1\r\nHost: {portal}\r\n\r\n".encode())
                if not line.recv(65_536):
                    break
                last = time.monotonic()
        need(last > 0, "the portal did not answer the PC before it was revoked")
        return last

    async def journal_proves_it(self) -> None:
        """Every session, and why it ended."""
        await self.told.journal_proves_it()


def say(line: str) -> None:
    """Show a line at once."""
    print(line, flush=True)


def lacking(missing: list[str]) -> str:
    """What to do about what this machine lacks."""
    if "root" in missing:
        return "it makes machines of network namespaces, for which it has to be root: sudo make demo-vpn"
    if "/dev/net/tun" in missing:
        return "there is no /dev/net/tun: `modprobe tun`, or a container that may have it"
    return f"this needs {', '.join(missing)}; `make apt` brings the programs"


async def play(root: Path, engine: str) -> int:
    """The exit code of the whole demo."""
    if missing := lab_missing():
        say(f"story failed: {lacking(missing)}")
        return 1
    say(f"setting up a PC, an Internet and a fictional fund with {engine} in {root}")
    try:
        with world() as there:
            async with vpn_opened(there, root, engine) as stage:
                steps = await VpnStory(stage, say).play()
    except (StoryFailed, aiohttp.ClientError) as failed:
        say(f"story failed: {failed}")
        return 1
    say(f"story complete: {steps} steps")
    return 0


def main() -> int:
    """Read the arguments and play."""
    usage = 'make demo-vpn [ARGS="--engine {softether,wireguard}"]'
    parser = argparse.ArgumentParser(prog="make demo-vpn", usage=usage, description=__doc__)
    parser.add_argument(
        "--engine", choices=ENGINES, default=SOFTETHER, help="by which VPN the PC connects (softether)"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="renkei-vpn-") as root:
        try:
            return asyncio.run(play(Path(root), given.engine))
        except KeyboardInterrupt:
            say("\nstopped")
            return 130


if __name__ == "__main__":
    sys.exit(main())
