# SPDX-License-Identifier: Apache-2.0
"""An installation that a journey may start, kill, start again and look into."""

import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.model.words import Site
from tests.story.authenticator import Authenticator
from tests.story.stage import SITES, Login, Readiness, command, python
from tests.story.visitor import Visitor

READY_SECONDS = 30.0
STOP_SECONDS = 30.0
TRACEBACK = "Traceback"
CONTRACT, OTHER_CONTRACT = "123456-0000001", "123456-0000002"
# Both offices have the same one: whatever tells them apart is something else.
ZIP_PASSWORD = "zip-of-a-journey"
OFFICE_NAME, USER_NAME, STAFF_NAME = "第{}事業所", "試験 花子", "基金 太郎"


class NotReady(Exception):
    """A process ended, or said nothing for too long; the text is its log."""


@dataclass
class Process:
    """One `renkei serve`, behind the words of prefix. It can be killed and started again; its log says why."""

    config: Path
    tiers: tuple[str, ...]
    prefix: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What it said, over all its lives."""
        return self.config.parent / f"{self._name}.log"

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self.running is not None
        return self.running.pid

    @property
    def _name(self) -> str:
        return "-".join(tier.lstrip("-") for tier in self.tiers)

    def start(self) -> None:
        """Return when it is ready. Raises NotReady."""
        words = [*self.prefix, *python(), "serve", *self.tiers, "--config", str(self.config)]
        with Readiness(self.config.parent / f"{self._name}.ready") as readiness, self.log.open("ab") as log:
            readiness.path.chmod(0o666)
            environment = {**readiness.environment, **self.environment}
            self.running = subprocess.Popen(words, stderr=log, env=environment)
            self._wait(readiness)

    def _wait(self, readiness: Readiness) -> None:
        """Hear READY=1, or see the process end."""
        for _ in range(int(READY_SECONDS * 10)):
            if readiness.heard(0.1):
                return
            if self.running is not None and self.running.poll() is not None:
                raise NotReady(self.log.read_text("utf-8"))
        self.kill()
        raise NotReady(self.log.read_text("utf-8"))

    def kill(self) -> None:
        """As a power cut does."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None

    def stop(self) -> int:
        """As systemd does; its exit code."""
        assert self.running is not None
        self.running.terminate()
        try:
            return self.running.wait(STOP_SECONDS)
        finally:
            self.kill()


@dataclass
class Installation:
    """A fund with one clerk and two offices, initialised, not running.

    faulty: something is broken on purpose, so that a traceback in the log is right.
    """

    root: Path
    port: int
    staff: Login
    user: Login
    other: Login
    processes: list[Process] = field(default_factory=list)
    faulty: bool = False

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.root / "config.toml"

    @property
    def settings(self) -> Settings:
        """The configuration, read."""
        return load(self.config)

    @property
    def log(self) -> str:
        """What all processes have said."""
        return "".join(path.read_text("utf-8") for path in sorted(self.root.glob("*.log")))

    @property
    def personal(self) -> list[str]:
        """What belongs to the people of the fund, and into no log."""
        logins = (self.staff, self.user, self.other)
        names = [USER_NAME, STAFF_NAME, *map(OFFICE_NAME.format, (1, 2)), *(login.user for login in logins)]
        return [*names, CONTRACT, OTHER_CONTRACT, ZIP_PASSWORD, *(login.password for login in logins)]

    def change(self, old: str, new: str) -> None:
        """Replace a text of the configuration that stands in it once."""
        text = self.config.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the configuration"
        self.config.write_text(text.replace(old, new), "utf-8")

    def start(self, *tiers: str) -> Process:
        """Start `renkei serve` with these words; ended with the test. Raises NotReady."""
        return self.run(Process(self.config, tiers or ("--all",)))

    def run(self, process: Process) -> Process:
        """Start a process of ours; ended with the test. Raises NotReady."""
        self.processes.append(process)
        process.start()
        return process

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.processes:
            process.kill()

    def address(self, site: Site) -> str:
        """Such as https://127.0.0.12:8443."""
        return f"https://{SITES[site]}:{self.port}"

    def visitor(self, site: Site) -> Visitor:
        """Somebody at a browser; use it as a context."""
        return Visitor(self.address(site), self.authority)

    @property
    def authority(self) -> Path:
        """What browsers believe."""
        return self.root / "certificates" / "trusted.pem"

    def link(self, site: Site, timeout: float = 10.0) -> LinkClient:
        """A client with a site's socket in its hands."""
        return LinkClient(UnixTarget(self.root / "run" / "vault" / f"{site}.sock"), timeout=timeout)

    async def renkei(self, *words: str) -> str:
        """What the command prints. Raises StoryFailed with what it says when it fails."""
        return await command(*words, "--config", str(self.config))

    def copy(self, root: Path, port: int) -> "Installation":
        """The same installation at another place and on another port. It must not be running."""
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        text = self.config.read_text("utf-8").replace(str(self.root), str(root))
        for place in (":{}", "port = {}"):
            text = text.replace(place.format(self.port), place.format(port))
        staff, user, other = (replace(login, app=Authenticator()) for login in (self.staff, self.user, self.other))
        copied = Installation(root, port, staff, user, other)
        copied.config.write_text(text, "utf-8")
        return copied
