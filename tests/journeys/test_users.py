# SPDX-License-Identifier: Apache-2.0
"""Gate, vault and sites as different users of one host: each opens what is its own, and nothing else."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.link.messages import AskStatus
from appliance.model.words import Site
from tests.journeys.core_story import a_notice_reaches_its_office_and_no_other
from tests.journeys.guests import guest
from tests.journeys.installation import TRACEBACK, Installation, Process
from tests.journeys.users import User
from tests.journeys.waiting import until
from tests.story.stage import free_port

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("as_root")]

# What gate and vault have in common is a group of its own: the vault's group opens the administrator's socket.
WATCH = 64005
PORTAL, CONSOLE, GATE = User(64001), User(64002), User(64003, groups=(WATCH,))
VAULT = User(64004, groups=(PORTAL.number, CONSOLE.number, WATCH))
SECRETS = {
    "vault": (VAULT, ("master.key", "pepper.key", "journal.key")),
    "portal": (PORTAL, ("tls-portal.key",)),
    "console": (CONSOLE, ("tls-console.key",)),
    "gate": (GATE, ()),
}
PROBE = """
import pathlib, socket, sys
kind, path = sys.argv[1:]
try:
    if kind == "connect":
        socket.socket(socket.AF_UNIX).connect(path)
    elif kind == "list":
        list(pathlib.Path(path).iterdir())
    else:
        pathlib.Path(path).read_bytes()
except PermissionError:
    sys.exit(13)
"""


class Host:
    """An installation whose tiers have users."""

    def __init__(self, fund: Installation) -> None:
        """Everything belongs to root but what is somebody's own."""
        self.fund = fund
        groups = f"portal = '{PORTAL.number}'\nconsole = '{CONSOLE.number}'\nvault = '{WATCH}'\n"
        fund.change("[vault]\n", f"[link.groups]\n{groups}\n[vault]\n")
        fund.root.chmod(0o755)
        for folder, user in (("run/vault", VAULT), ("run/gate", GATE)):
            (fund.root / folder).mkdir(exist_ok=True)
            user.own(fund.root / folder, 0o755)
        VAULT.own(fund.root / "state" / "vault", 0o700)
        for name, (user, secrets) in SECRETS.items():
            self._give_secrets(name, user, secrets)

    def _give_secrets(self, name: str, user: User, secrets: tuple[str, ...]) -> None:
        """As LoadCredential= does: a folder for each process, with its own secrets and no others."""
        folder = self.fund.root / "credentials" / name
        folder.mkdir()
        for secret in secrets:
            shutil.copy2(self.fund.root / "credentials" / secret, folder / secret)
        user.own(folder, 0o700)
        (self.fund.root / "credentials").chmod(0o711)

    def start(self, name: str, *tiers: str) -> Process:
        """Start a process as its own user."""
        user, _ = SECRETS[name]
        environment = {"CREDENTIALS_DIRECTORY": str(self.fund.root / "credentials" / name)}
        return self.fund.run(Process(self.fund.config, tiers, user.prefix(self._stage(name)), environment))

    def may(self, user: User, kind: str, path: Path) -> bool:
        """Whether a user can connect to, list or read something that is there."""
        assert path.exists(), path
        words = (*user.prefix(self._stage(f"probe-{user.number}")), "/usr/bin/env", "python3", "-c", PROBE)
        code = subprocess.run([*words, kind, str(path)], check=False).returncode
        assert code in (0, 13), code
        return code == 0

    def _stage(self, name: str) -> Path:
        folder = self.fund.root / "stage" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@pytest.fixture
def host(sown: Installation) -> Iterator[Host]:
    """Four processes under four users. It lies where every user may pass, which pytest's own folders do not."""
    with tempfile.TemporaryDirectory(prefix="renkei-users-") as root:
        fund = sown.copy(Path(root), free_port())
        try:
            made = Host(fund)
            made.start("gate", "gate")
            made.start("vault", "vault")
            made.start("portal", "web", "portal")
            made.start("console", "web", "console")
            yield made
        finally:
            fund.end()
        assert TRACEBACK not in fund.log, fund.log


async def test_the_story_goes_through_four_processes_of_four_users(host: Host) -> None:
    await a_notice_reaches_its_office_and_no_other(host.fund)
    async with guest(host.fund, Site.ADMIN) as admin:

        async def sees_the_gate() -> bool:
            return bool((await admin.ask(AskStatus())).gate_connected)

        await until(sees_the_gate)


def test_each_user_opens_its_own_socket_and_no_other(host: Host) -> None:
    run = host.fund.root / "run"
    sockets = {site: run / "vault" / f"{site}.sock" for site in ("public", "portal", "console", "admin")}
    sockets["gate"] = run / "gate" / "vault.sock"
    own = {PORTAL: {"portal"}, CONSOLE: {"console"}, GATE: {"gate"}}
    for user, names in own.items():
        assert {name for name, path in sockets.items() if host.may(user, "connect", path)} == names


def test_no_site_can_read_what_is_the_vaults_or_another_sites(host: Host) -> None:
    root = host.fund.root
    forbidden = [("list", root / "state" / "vault"), ("read", root / "credentials" / "master.key")]
    forbidden += [("list", root / "credentials" / name) for name in ("vault", "console")]
    forbidden += [("read", root / "credentials" / "vault" / "master.key")]
    for kind, path in forbidden:
        assert not host.may(PORTAL, kind, path), path
    assert host.may(PORTAL, "list", root / "credentials" / "portal")
    assert host.may(VAULT, "list", root / "state" / "vault")
    assert not host.may(GATE, "list", root / "state" / "vault")
