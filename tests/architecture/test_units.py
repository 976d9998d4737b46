# SPDX-License-Identifier: Apache-2.0
"""The systemd units: sandboxed, and sound in the eyes of systemd itself."""

import argparse
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.cli.init import SECRETS
from appliance.cli.main import WORDS, main
from appliance.cli.places import DEFAULT_CONFIG, Places
from appliance.cli.serving import chosen
from appliance.config.credentials import FOLDER, OF_INIT, PREFIX
from appliance.model.words import WEB_SITES
from tests.architecture import tree

UNITS = tree.ROOT / "systemd"
# systemd's own score times ten; it may only go down.
MOST_EXPOSED = {"renkei.service": 14}
WANTED = {
    "Type": "notify",
    "WatchdogSec": "30",
    "UMask": "0077",
    "LimitCORE": "0",
    "NoNewPrivileges": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RestrictNamespaces": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "ProtectProc": "invisible",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "SystemCallArchitectures": "native",
}


def directives(unit: str) -> dict[str, list[str]]:
    """Every directive of a unit with all its values."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / unit).read_text().splitlines():
        if "=" in line and line[0] not in "#;[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def units() -> list[str]:
    """The names of all service units."""
    return [path.name for path in sorted(UNITS.glob("*.service"))]


@pytest.fixture
def runnable(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a unit whose program exists on this machine; nothing else is changed."""

    def copy(unit: str) -> Path:
        text = (UNITS / unit).read_text()
        assert "ExecStart=/usr/bin/renkei " in text
        (tmp_path / unit).write_text(text.replace("ExecStart=/usr/bin/renkei ", "ExecStart=/bin/true "))
        return tmp_path / unit

    return copy


def test_every_unit_has_a_score() -> None:
    assert set(MOST_EXPOSED) == set(units())


@pytest.mark.parametrize("unit", units())
def test_a_unit_is_sandboxed(unit: str) -> None:
    written = directives(unit)
    assert {name: written.get(name) for name in WANTED} == {name: [value] for name, value in WANTED.items()}
    assert "~@privileged @resources" in written["SystemCallFilter"]
    assert "ProcSubset" not in written, "it would silence the process metrics"
    assert "LimitAS" not in written, "the record store maps more than it uses"


@pytest.mark.parametrize("unit", units())
def test_the_command_understands_what_a_unit_says(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[argparse.Namespace] = []

    def keep(given: argparse.Namespace) -> int:
        seen.append(given)
        return 0

    monkeypatch.setitem(WORDS, "serve", replace(WORDS["serve"], run=keep))
    (line,) = directives(unit)["ExecStart"]
    program, *arguments = line.split()
    assert (program, main(arguments)) == ("/usr/bin/renkei", 0)
    assert seen[0].config == str(DEFAULT_CONFIG)
    assert all(chosen(seen[0]))


def test_the_unit_hands_over_the_folder_of_secrets_under_the_names_that_are_looked_for() -> None:
    (line,) = directives("renkei.service")["LoadCredential"]
    name, _, folder = line.partition(":")
    assert f"{name}_" == PREFIX, "systemd puts name and underscore before the name of each file"
    assert Path(folder) == FOLDER == Places.of_system().credentials
    assert {*SECRETS, *(f"tls-{site}.key" for site in WEB_SITES)} == OF_INIT


def test_the_folders_are_those_of_init() -> None:
    made = re.findall(r"^d +(\S+)", (UNITS / "renkei.tmpfiles.conf").read_text(), re.MULTILINE)
    places = Places.of_system()
    assert {*map(Path, made)} == {
        places.config.parent,
        places.certificates,
        places.credentials,
        places.plugins,
        places.state,
    }
    (state,) = directives("renkei.service")["StateDirectory"]
    assert Path("/var/lib", state) == places.state / "vault"
    (run,) = directives("renkei.service")["RuntimeDirectory"]
    assert Path("/run", run) == places.run


def test_the_user_of_the_unit_is_made() -> None:
    (user,) = directives("renkei.service")["User"]
    assert f"u {user} " in (UNITS / "renkei.sysusers.conf").read_text()


@pytest.mark.lab
@pytest.mark.parametrize("unit", units())
def test_systemd_has_nothing_to_say(
    unit: str, runnable: Callable[[str], Path], program: Callable[[str], str]
) -> None:
    command = [program("systemd-analyze"), "verify", str(runnable(unit))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, ""), "an unknown key is only a line of output"


@pytest.mark.lab
def test_systemd_does_speak_up(runnable: Callable[[str], Path], program: Callable[[str], str]) -> None:
    path = runnable("renkei.service")
    path.write_text(path.read_text().replace("ProtectHome=", "ProtectHouse="))
    command = [program("systemd-analyze"), "verify", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "ProtectHouse" in done.stdout + done.stderr


@pytest.mark.lab
@pytest.mark.parametrize("unit", units())
def test_a_unit_is_no_more_exposed_than_before(
    unit: str, runnable: Callable[[str], Path], program: Callable[[str], str]
) -> None:
    threshold = f"--threshold={MOST_EXPOSED[unit]}"
    command = [program("systemd-analyze"), "security", "--offline=true", threshold, str(runnable(unit))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.lab
@pytest.mark.parametrize("tool", ["sysusers", "tmpfiles"])
def test_users_and_folders_are_understood(tool: str, tmp_path: Path, program: Callable[[str], str]) -> None:
    users = UNITS / "renkei.sysusers.conf"
    (tmp_path / "etc").mkdir()
    subprocess.run([program("systemd-sysusers"), f"--root={tmp_path}", str(users)], check=True, capture_output=True)
    assert "renkei:" in (tmp_path / "etc" / "passwd").read_text()
    if tool == "tmpfiles":
        folders = UNITS / "renkei.tmpfiles.conf"
        command = [program("systemd-tmpfiles"), "--create", f"--root={tmp_path}", str(folders)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        assert (tmp_path / "etc" / "renkei" / "credentials").stat().st_mode & 0o777 == 0o700
