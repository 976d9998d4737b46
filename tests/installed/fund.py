# SPDX-License-Identifier: Apache-2.0
"""A fund on an installed host: a clerk at the console and an office's admin at the portal, both signed in.

What the tests do as visitors happens in a thread that has the container's network, so that nothing leaves it.
"""

import asyncio
import ctypes
import json
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.installed.container import Container
from tests.installed.play import InstalledStage
from tests.servers.mailbox import mailbox
from tests.story.notices import NOTICE, TYPE, Notices
from tests.story.people import CLERK, FOUNDERS, OFFICE, People
from tests.story.stage import SITES, Login
from tests.story.visitor import Visitor

T = TypeVar("T")
CLONE_NEWNET = 0x40000000
SECONDS = 120.0
MAIL_PORT = 2525
ANSWERS = f"""
fund_name = "みなと企業年金基金"
contact = "総務課 電話 03-0000-1111"
staff_name = "基金 花子"
staff_mail = "hanako@fund.example.jp"
mail_server = "127.0.0.1:{MAIL_PORT}"
mail_sender = "renkei@fund.example.jp"
"""
# Tests run on holidays too: without this table the portal is never closed (docs/calendar.md).
HOURS = "[plugins.policy_hours]\n"
CLIENT = "/srv/vpnclient.exe"
SERVICES = ("renkei-gate", "renkei-vault", *(f"renkei-web@{site}" for site in SITES))


class Inside:
    """A thread with a loop, whose sockets are those of a container."""

    def __init__(self, container: Container) -> None:
        """It runs until stop()."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.enter(container)

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    def enter(self, container: Container) -> None:
        """From now on, what is opened is opened there; again after a reboot, which makes another network."""
        with Path(f"/proc/{container.leader}/ns/net").open() as network:
            self.run(self._enter(network.fileno()))

    async def _enter(self, network: int) -> None:
        if ctypes.CDLL(None, use_errno=True).setns(network, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def run(self, doing: Coroutine[Any, Any, T], seconds: float = SECONDS) -> T:
        """What a coroutine returns, or raises."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(seconds)

    def stop(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


@dataclass
class Fund:
    """The host, who is signed in, and the thread that speaks for them."""

    host: Container
    inside: Inside
    stage: InstalledStage
    clerk: Visitor
    office: Visitor

    def deliver(self) -> None:
        """The clerk delivers a notice to the office."""
        notices = Notices(self.stage, lambda said: None, self.clerk, self.office, self.office)
        self.inside.run(notices.deliver(NOTICE, TYPE, OFFICE))

    def received(self) -> list[bytes]:
        """All notices that lie there for the office, newest first."""
        return self.inside.run(self._received())

    async def _received(self) -> list[bytes]:
        links = [link for link in (await self.office.get("/notices")).page.links if link.endswith("/file")]
        return [(await self.office.get(link)).body for link in links]

    def page(self, visitor: Visitor, path: str = "/") -> tuple[int, str]:
        """The status and the words of a page."""
        answer = self.inside.run(visitor.get(path))
        return answer.status, answer.page.text

    def is_up(self) -> bool:
        """Whether every service runs, and both visits go on."""
        states = {self.host.property(f"{unit}.service", "ActiveState") for unit in SERVICES}
        return states == {"active"} and all("/sign-out" in self._actions(one) for one in (self.clerk, self.office))

    def _actions(self, visitor: Visitor) -> list[str]:
        return [form.action for form in self.inside.run(visitor.get("/")).page.forms]

    def reboot(self) -> None:
        """Of the host; the mail server goes and comes with it."""
        self.inside.run(self.stage.mailbox.stop())
        self.host.reboot()
        self.stage.leader = self.host.leader
        self.inside.enter(self.host)
        self.inside.run(self.stage.mailbox.start())

    def verified(self) -> bool:
        """Whether the journal proves itself."""
        return bool(json.loads(self.host.run("renkei", "journal", "verify", "--json"))["ok"])


@contextmanager
def initialised(host: Container) -> Iterator[Fund]:
    """`renkei init` from a file; the services run, and people have come in for the first time."""
    answers = host.root / "srv/answers.toml"
    answers.write_text(ANSWERS, "utf-8")
    inside = Inside(host)
    try:
        said = host.run("renkei", "init", "--answers", "/srv/answers.toml", "--json").splitlines()
        config = host.root / "etc/renkei/config.toml"
        config.write_text(config.read_text("utf-8").replace(HOURS, ""), "utf-8")
        host.run("systemctl", "restart", "renkei-vault.service")
        host.write(CLIENT, "what the maker of the VPN engine gives\n")
        host.run("renkei", "kit", "add-client", CLIENT)
        opened = _people(host, config, json.loads(said[-1]), inside)
        fund = inside.run(opened.__aenter__())
        try:
            yield fund
        finally:
            inside.run(opened.__aexit__(None, None, None))
    finally:
        inside.stop()
        answers.unlink(missing_ok=True)


@asynccontextmanager
async def _people(host: Container, config: Path, made: dict[str, str], inside: Inside) -> AsyncIterator[Fund]:
    """Mail, a clerk and an office's admin, as long as the context lasts."""
    async with mailbox(port=MAIL_PORT) as box:
        stage = InstalledStage(
            config=config,
            authority=host.root / "etc/renkei/certificates/trusted.pem",
            addresses={site: f"https://{address}" for site, address in SITES.items()},
            staff=Login("", made["login"], made["password"]),
            mailbox=box,
        )
        stage.leader = host.leader
        people = People(stage, lambda said: None)
        console, portal = (Visitor(stage.addresses[site], stage.authority) for site in ("console", "portal"))
        async with console, portal:
            await people.staff_comes_in(console, CLERK, await people.add_clerk())
            first = await people.contract(OFFICE, FOUNDERS[OFFICE])
            await people.admin_comes_in(portal, FOUNDERS[OFFICE], first)
            await people.office_registers(portal, OFFICE)
            yield Fund(host, inside, stage, console, portal)
