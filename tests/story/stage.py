# SPDX-License-Identifier: Apache-2.0
"""Where the story plays: an installation that runs, and its mail. All people are fictional."""

import asyncio
import errno
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.plugins.kit_linux.office_pc import OfficePc
from tests.servers.mailbox import Mailbox, mailbox
from tests.story.authenticator import Authenticator
from tests.story.visitor import Sockets, Visitor, from_address

SITES = {"public": "127.0.0.11", "portal": "127.0.0.12", "console": "127.0.0.13"}
# Which port this engine has is told to kits: any will do.
LOOPBACK = "[plugins.tunnel_loopback]\n"
READY_SECONDS = 30.0
STOP_SECONDS = 20.0


class StoryFailed(Exception):
    """The story cannot go on; the text is one clear line."""


def need(true: bool, sentence: str) -> None:
    """Raise StoryFailed with the sentence unless it holds."""
    if not true:
        raise StoryFailed(sentence)


@dataclass(frozen=True)
class Login:
    """What a person types to come in, and what the staff have on their phones. contract is "" for the staff."""

    contract: str
    user: str
    password: str = field(repr=False)
    app: Authenticator = field(default_factory=Authenticator)


@dataclass(frozen=True)
class Person:
    """Somebody who comes in the story. contract is "" for the staff, number that of an office for its admin."""

    number: int
    contract: str
    user: str
    name: str
    kana: str

    @property
    def mail(self) -> str:
        """Where the codes go."""
        return f"{self.user}@example.jp"

    @property
    def password(self) -> str:
        """What this person has chosen."""
        return f"Hana-Mi-{len(self.user)}-{self.user[:3]}"

    @property
    def zip_password(self) -> str:
        """What this person has chosen for the office."""
        return f"zip-{self.number}-hako"


@dataclass
class Stage:
    """Addresses of the sites, the command with its configuration, the people, and their mailboxes.

    Where the appliance is a machine of its own, inside is what runs a command there, sockets are those with which
    people come to each site, and pc makes the PCs of an office.

    Where the portal needs a VPN session, lines are the addresses from which PCs speak, by their names; otherwise
    there are none. kits are the PCs that were set up, each with its kit.
    """

    config: Path
    authority: Path
    addresses: dict[str, str]
    staff: Login
    mailbox: Mailbox
    people: dict[str, Login] = field(default_factory=dict)
    inside: Sequence[str] = ()
    sockets: dict[str, Sockets] = field(default_factory=dict)
    pc: Callable[[Path, Mapping[str, str]], OfficePc] = OfficePc
    lines: Mapping[str, str] = field(default_factory=dict)
    kits: dict[str, tuple[OfficePc, Path]] = field(default_factory=dict)

    def visitor(self, site: str, pc: str = "") -> Visitor:
        """Somebody who comes to a site, from a PC of an office where it matters from which one."""
        line = from_address(self.lines[pc]) if pc in self.lines else None
        return Visitor(self.addresses[site], self.authority, line or self.sockets.get(site))

    async def mail_came(self, to: str, subject: str) -> None:
        """Return when a mail of this subject has come to this address. Raises StoryFailed if it does not."""
        try:
            await self.mailbox.until(
                lambda box: any(mail.to == to and subject in mail.subject for mail in box.mails)
            )
        except TimeoutError as error:
            raise StoryFailed(f"no mail of the subject {subject} came to {to}") from error

    async def renkei(self, *words: str) -> str:
        """What the command prints. Raises StoryFailed with what it says when it fails."""
        return await command(*words, "--config", str(self.config), inside=self.inside)


async def command(*words: str, inside: Sequence[str] = ()) -> str:
    """Run `renkei`, on this machine or inside another one, and return what it prints."""
    program = await asyncio.create_subprocess_exec(
        *inside, *python(), *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await program.communicate()
    if program.returncode != 0:
        raise StoryFailed(f"renkei {' '.join(words[:2])}: {(err or out).decode().strip()}")
    return out.decode().strip()


def free_port() -> int:
    """A port that is free on the addresses of all sites at this moment."""
    with ExitStack() as stack:
        port = 0
        for address in SITES.values():
            bound = stack.enter_context(socket.socket())
            bound.bind((address, port))
            port = int(bound.getsockname()[1])
        return port


def taken(port: int) -> str:
    """The first "host:port" of a site at which somebody else listens; "" if there is none."""
    for address in SITES.values():
        with socket.socket() as bound:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                bound.bind((address, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return f"{address}:{port}"
    return ""


# Where a play is of people and papers, nobody waits for the PCs of an office to become active (R113).
PEOPLE_AT_ONCE = "\n[devices]\nusers_after_activation = false\n"


def python() -> tuple[str, ...]:
    """The renkei command of this very environment."""
    return sys.executable, "-m", "appliance.cli.main"


def staged(made: dict[str, str], root: Path, port: int, box: Mailbox) -> Stage:
    """The stage of what `renkei init --json` has made below root; all sites listen at port."""
    return Stage(
        config=Path(made["config"]),
        authority=root / "certificates" / "trusted.pem",
        addresses={site: f"https://{address}:{port}" for site, address in SITES.items()},
        staff=Login("", made["login"], made["password"]),
        mailbox=box,
    )


@asynccontextmanager
async def opened(
    root: Path,
    port: int,
    stores: Path | None = None,
    tables: str = PEOPLE_AT_ONCE,
    lines: Mapping[str, str] | None = None,
) -> AsyncIterator[Stage]:
    """A fresh installation below root, initialised and served by one process until the block ends.

    stores is a file for `renkei init --stores`; tables stand at the end of the configuration. lines are the
    addresses from which PCs connect, by the engine that has no tunnel; without any the portal needs no VPN.
    """
    words = ["init", "--root", str(root), "--demo", "--port", str(port), "--metrics", "", "--json"]
    words += ["--stores", str(stores)] if stores else []
    words += ["--engine", "loopback"] if lines else []
    made = json.loads(await command(*words))
    async with mailbox() as box:
        stage = replace(staged(made, root, port, box), lines=lines or {})
        post_to(box, stage.config)
        text = stage.config.read_text("utf-8").replace(LOOPBACK, f"{LOOPBACK}port = 0\n")
        stage.config.write_text(text + tables, "utf-8")
        async with served(stage.config, ("--all",)):
            yield stage


def post_to(box: Mailbox, config: Path) -> None:
    """Let an installation send its mail to a server of ours."""
    table = f'host = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\nsender = "renkei@fund.example.jp"\n'
    config.write_text(f"{config.read_text('utf-8')}\n[plugins.mail_smtp]\n{table}", "utf-8")


@asynccontextmanager
async def served(
    config: Path, tiers: Sequence[str], inside: Sequence[str] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`renkei serve`, ready, on this machine or inside another one; stopped gently at the end."""
    with Readiness(config.parent / f"ready-{tiers[0].lstrip('-')}.sock") as readiness:
        process = await asyncio.create_subprocess_exec(
            *inside, *python(), "serve", *tiers, "--config", str(config), env=readiness.environment, stderr=None
        )
        try:
            await readiness.wait(process)
            yield process
        finally:
            await stopped(process)


async def stopped(process: asyncio.subprocess.Process) -> None:
    """Ask it to stop; end it if it does not."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


class Readiness:
    """Hears READY=1 as systemd does (sd_notify(3))."""

    def __init__(self, path: Path) -> None:
        """path is where the socket will be; it must be short enough for one."""
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    @property
    def path(self) -> Path:
        """Where the socket is."""
        return self._path

    @property
    def environment(self) -> dict[str, str]:
        """For the process that is to report."""
        return {**os.environ, "NOTIFY_SOCKET": str(self._path)}

    def __enter__(self) -> "Readiness":
        self._path.unlink(missing_ok=True)
        self._socket.bind(str(self._path))
        self._socket.setblocking(False)
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def heard(self, seconds: float) -> bool:
        """Whether it reports within so many seconds."""
        self._socket.settimeout(seconds)
        try:
            return b"READY=1" in self._socket.recv(100)
        except TimeoutError:
            return False

    async def wait(self, process: asyncio.subprocess.Process) -> None:
        """Return when it is ready. Raises StoryFailed if it ends or takes too long."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            ended = group.create_task(process.wait())
            heard = group.create_task(loop.sock_recv(self._socket, 100))
            done, _ = await asyncio.wait((ended, heard), timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            heard.cancel()
        if heard not in done or b"READY=1" not in heard.result():
            raise StoryFailed("renkei serve did not get ready; what it said stands above")
