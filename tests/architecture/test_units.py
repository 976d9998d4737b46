# SPDX-License-Identifier: Apache-2.0
"""The systemd units: sandboxed, and sound in the eyes of systemd itself, each with the drop-in that all share."""

import argparse
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from renkei_tunnel_softether.command import MARK
from renkei_tunnel_softether.settings import Settings
from renkei_tunnel_wireguard.link import INTERFACE

from appliance.cli.engines import ENGINES as ENGINES_OF_INIT
from appliance.cli.init import SECRETS, VAULT_USER
from appliance.cli.main import WORDS, main
from appliance.cli.places import DEFAULT_CONFIG, Places
from appliance.cli.serving import chosen
from appliance.config.credentials import FOLDER, OF_INIT, PREFIX
from appliance.gate.service import SOCKET
from appliance.model.words import WEB_SITES, Site
from tests.architecture import tree

UNITS = tree.ROOT / "systemd"
ENGINE_SECRET = ENGINES_OF_INIT["softether"].secret
SHARED = UNITS / "renkei-.service.d" / "10-sandbox.conf"
SERVICES = ("renkei-vault.service", "renkei-gate.service", *(f"renkei-web@{site}.service" for site in WEB_SITES))
# systemd's own score times ten; it may only go down.
MOST_EXPOSED = {"renkei-vault.service": 9, "renkei-gate.service": 14, "renkei-web@.service": 4}
WANTED = {
    "Type": "notify",
    "NotifyAccess": "main",
    "WatchdogSec": "30",
    "Restart": "on-failure",
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
    "IPAddressDeny": "any",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": "@system-service ~@privileged @resources",
}
# Where the tiers differ.
OWN = {
    "renkei-vault.service": ("", "yes", "", "AF_INET AF_INET6 AF_UNIX"),
    "renkei-gate.service": ("CAP_NET_ADMIN", "no", "", "AF_INET AF_NETLINK AF_UNIX"),
    "renkei-web@.service": ("", "yes", "yes", "AF_INET AF_INET6 AF_UNIX"),
}


def file_of(unit: str) -> Path:
    """The file of a unit: an instance has that of its template."""
    return UNITS / re.sub("@.+[.]", "@.", unit)


def lines_of(unit: str) -> Iterator[tuple[str, str]]:
    """Each directive with its value, as systemd reads them: the unit, then what services share."""
    instance = unit.partition("@")[2].rpartition(".")[0]
    for path in (file_of(unit), *([SHARED] if unit.endswith(".service") else [])):
        for line in path.read_text().splitlines():
            if "=" in line and line[0] not in "#;[":
                name, _, value = line.partition("=")
                yield name, value.replace("%i", instance)


def directives(unit: str) -> dict[str, list[str]]:
    """Every directive of a unit with all its values; one that is empty does away with those before it."""
    found: dict[str, list[str]] = {}
    for name, value in lines_of(unit):
        found[name] = [*found.get(name, []), value] if value else []
    return found


def effective(unit: str, name: str) -> str:
    """What a directive comes to."""
    return " ".join(directives(unit).get(name, []))


def files(kind: str) -> list[str]:
    """The names of all files of a kind of unit."""
    return [path.name for path in sorted(UNITS.glob(f"*.{kind}"))]


@pytest.fixture
def runnable(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of all units with the program of this machine in the place of ours; the path of one of them.

    The sites listen somewhere, as renkei-generator would have it, and the page of the manual is left out.
    """
    shutil.copytree(UNITS, tmp_path, dirs_exist_ok=True)
    for path in (one for kind in ("service", "socket", "target") for one in tmp_path.glob(f"*.{kind}")):
        text = path.read_text().replace("ExecStart=/usr/bin/renkei ", "ExecStart=/bin/true ")
        text = text.replace("Documentation=man:renkei(1)\n", "")
        path.write_text(text if "\nListen" in text else text.replace("[Socket]\n", "[Socket]\nListenStream=9\n"))
    return lambda unit: tmp_path / unit


def test_every_service_has_a_score_and_is_looked_at() -> None:
    assert set(MOST_EXPOSED) == set(OWN) == set(files("service")) == {file_of(unit).name for unit in SERVICES}


@pytest.mark.parametrize("unit", files("service"))
def test_a_service_is_sandboxed(unit: str) -> None:
    assert {name: effective(unit, name) for name in WANTED} == WANTED
    names = ("CapabilityBoundingSet", "PrivateUsers", "PrivateNetwork", "RestrictAddressFamilies")
    assert tuple(effective(unit, name) for name in names) == OWN[unit]
    assert effective(unit, "AmbientCapabilities") == effective(unit, "CapabilityBoundingSet")
    assert "ProcSubset" not in directives(unit), "it would silence the process metrics"
    assert "LimitAS" not in directives(unit), "the record store maps more than it uses"


@pytest.mark.parametrize("unit", files("service"))
def test_what_a_unit_says_is_not_undone_by_what_all_share(unit: str) -> None:
    """A drop-in is read after its unit, and has the last word."""
    own, shared = (
        {line.partition("=")[0] for line in path.read_text().splitlines() if re.match("[A-Z][A-Za-z]+=", line)}
        for path in (UNITS / unit, SHARED)
    )
    assert own & shared <= {"InaccessiblePaths", "ExecPaths"}, "these gather instead"


@pytest.mark.parametrize("unit", SERVICES)
def test_the_command_understands_what_a_unit_says(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[argparse.Namespace] = []

    def keep(given: argparse.Namespace) -> int:
        seen.append(given)
        return 0

    monkeypatch.setitem(WORDS, "serve", replace(WORDS["serve"], run=keep))
    program, *arguments = effective(unit, "ExecStart").split()
    assert (program, main(arguments)) == ("/usr/bin/renkei", 0)
    assert seen[0].config == str(DEFAULT_CONFIG)
    tiers, sites = chosen(seen[0])
    site = unit.partition("@")[2].rpartition(".")[0]
    assert tiers == {unit.removeprefix("renkei-").partition("@")[0].removesuffix(".service")}
    assert not site or sites == (Site(site),)


def test_the_vault_is_handed_the_folder_of_secrets_under_the_names_that_are_looked_for() -> None:
    name, _, folder = effective("renkei-vault.service", "LoadCredentialEncrypted").partition(":")
    assert f"{name}_" == PREFIX, "systemd puts name and underscore before the name of each file"
    assert Path(folder) == FOLDER == Places.of_system().credentials
    assert {*SECRETS, *(f"tls-{site}.key" for site in WEB_SITES)} == OF_INIT


@pytest.mark.parametrize("site", WEB_SITES)
def test_a_site_is_handed_its_own_key_and_no_other_secret(site: Site) -> None:
    given = effective(f"renkei-web@{site}.service", "LoadCredentialEncrypted")
    assert given == f"{PREFIX}tls-{site}.key:{FOLDER}/tls-{site}.key"


@pytest.mark.parametrize("site", list(Site))
def test_the_vault_hears_each_caller_where_it_calls(site: Site) -> None:
    unit = "renkei-vault-admin.socket" if site is Site.ADMIN else f"renkei-vault@{site}.socket"
    run = Places.of_system().run
    assert effective(unit, "ListenStream") == f"{run}/vault/{site}.sock"
    assert effective(unit, "FileDescriptorName") == f"vault-{site}"
    assert effective(unit, "Service") == "renkei-vault.service"
    group = "root" if site is Site.ADMIN else f"renkei-{site}"
    assert effective(unit, "SocketGroup") == group
    assert effective(unit, "SocketMode") == ("0600" if site is Site.ADMIN else "0660")
    for name in ("Requires", "Sockets"):
        assert unit in effective("renkei-vault.service", name).split()


def test_the_gate_hears_the_vault_and_nobody_else() -> None:
    assert effective("renkei-gate.socket", "ListenStream") == str(Places.of_system().run / SOCKET)
    assert effective("renkei-gate.socket", "SocketGroup") == effective("renkei-vault.service", "Group")


ENGINES = UNITS / "engines"


def test_an_engine_never_runs_before_it_is_prepared() -> None:
    """SoftEther without a configuration takes the empty password, from everywhere."""
    drop_in = (ENGINES / "softether-vpnserver.conf").read_text().splitlines()
    unit = (ENGINES / "softether-renkei.service").read_text().splitlines()
    assert f"ConditionPathExists=/var/lib/softether/{MARK}" in drop_in
    assert {"Requires=softether-renkei.service", "After=softether-renkei.service"} <= {*drop_in}
    assert f"ConditionPathExists={FOLDER}/{ENGINE_SECRET}" in unit, "without it there is nothing to prepare"
    assert f"LoadCredentialEncrypted={PREFIX}{ENGINE_SECRET}:{FOLDER}/{ENGINE_SECRET}" in unit
    (started,) = [line.partition("=")[2] for line in unit if line.startswith("ExecStart=")]
    assert started == f"/usr/bin/renkei tunnel-softether prepare-host --config {DEFAULT_CONFIG}"
    assert "StateDirectory=softether" in unit and Settings().folder == "/var/lib/softether"


def of_engine(unit: str, name: str) -> list[str]:
    """All that a unit of an engine says under a name."""
    lines = (line.partition("=") for line in (ENGINES / unit).read_text().splitlines())
    return [value for key, _, value in lines if key == name]


def test_wireguard_go_is_told_by_the_gate_alone() -> None:
    """Its socket is systemd's, so that it needs no folder of its own, and is the same after it was killed."""
    unit, socket = "wireguard-renkei.service", "wireguard-renkei.socket"
    assert of_engine(socket, "ListenStream") == [f"/run/wireguard/{INTERFACE}.sock"]
    assert of_engine(socket, "SocketUser") == [effective("renkei-gate.service", "User")]
    assert of_engine(socket, "SocketMode") == ["0644"], "to speak with it takes the right to write"
    assert of_engine(socket, "PartOf") == ["renkei-gate.socket"], "it outlives the gate's service, not its package"
    assert of_engine(unit, "Sockets") == of_engine(unit, "Requires") == [socket]
    assert of_engine(unit, "ExecStart") == [f"/usr/bin/wireguard-go --foreground {INTERFACE}"]
    assert "WG_UAPI_FD=3" in of_engine(unit, "Environment")[0].split(), "the first that systemd hands over"


def test_wireguard_go_is_sandboxed() -> None:
    unit = "wireguard-renkei.service"
    same = set(WANTED) - {"Type", "NotifyAccess", "WatchdogSec", "Restart", "IPAddressDeny", "SystemCallFilter"}
    assert {name: " ".join(of_engine(unit, name)) for name in same} == {name: WANTED[name] for name in same}
    assert " ".join(of_engine(unit, "SystemCallFilter")) == WANTED["SystemCallFilter"]
    assert of_engine(unit, "DynamicUser") == ["yes"] and of_engine(unit, "User") == []
    assert of_engine(unit, "DeviceAllow") == ["/dev/net/tun rw"]
    for name in ("CapabilityBoundingSet", "AmbientCapabilities"):
        assert of_engine(unit, name) == ["CAP_NET_ADMIN CAP_NET_BIND_SERVICE"], (
            "with WireGuard at a port below 1024"
        )


@pytest.mark.lab
def test_wireguard_go_is_no_more_exposed_than_before(program: Callable[[str], str]) -> None:
    unit = ENGINES / "wireguard-renkei.service"
    command = [program("systemd-analyze"), "security", "--offline=true", "--threshold=16", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_gate_is_handed_no_secret_but_that_of_its_engine() -> None:
    assert "LoadCredential" not in file_of("renkei-gate.service").read_text(), "renkei-generator adds it"
    assert effective("renkei-gate.service", "IPAddressAllow") == "localhost"


@pytest.mark.parametrize("unit", files("socket"))
def test_a_socket_and_its_service_go_and_come_together(unit: str) -> None:
    assert effective(unit, "PartOf") == "renkei.target"
    service = effective(unit.replace("@.", "@portal."), "Service") or unit.replace(".socket", ".service")
    assert file_of(service).is_file()
    assert effective(unit, "ConditionPathExists") == str(DEFAULT_CONFIG)


def test_the_users_of_the_units_are_made() -> None:
    made = set(re.findall("^u ([a-z-]+) ", (UNITS / "renkei.sysusers.conf").read_text(), re.MULTILINE))
    assert made == {effective(unit, "User") for unit in SERVICES} == {effective(unit, "Group") for unit in SERVICES}
    assert VAULT_USER in made


def test_the_folders_are_those_of_init() -> None:
    made = re.findall(r"^d +(\S+)", (UNITS / "renkei.tmpfiles.conf").read_text(), re.MULTILINE)
    places = Places.of_system()
    wanted = {places.config.parent, places.certificates, places.credentials, places.plugins, places.state}
    assert {*map(Path, made)} == {*wanted, places.state / "plugins"}
    assert Path("/var/lib", effective("renkei-vault.service", "StateDirectory")) == places.state / "vault"


@pytest.mark.lab
@pytest.mark.parametrize(
    "unit", [*SERVICES, *(name.replace("@.", "@portal.") for name in files("socket")), *files("target")]
)
def test_systemd_has_nothing_to_say(
    unit: str, runnable: Callable[[str], Path], program: Callable[[str], str]
) -> None:
    command = [program("systemd-analyze"), "verify", str(runnable(unit))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, ""), "an unknown key is only a line of output"


@pytest.mark.lab
@pytest.mark.parametrize("file", ["renkei-vault.service", "renkei-.service.d/10-sandbox.conf"])
def test_systemd_does_speak_up(file: str, runnable: Callable[[str], Path], program: Callable[[str], str]) -> None:
    path = runnable(file)
    path.write_text(path.read_text().replace("[Service]\n", "[Service]\nProtectHouse=yes\n"))
    command = [program("systemd-analyze"), "verify", str(runnable("renkei-vault.service"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "ProtectHouse" in done.stdout + done.stderr


@pytest.mark.lab
@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_is_no_more_exposed_than_before(
    unit: str, runnable: Callable[[str], Path], program: Callable[[str], str]
) -> None:
    threshold = f"--threshold={MOST_EXPOSED[file_of(unit).name]}"
    if not runnable(unit).exists():
        shutil.copy(runnable(file_of(unit).name), runnable(unit))
    command = [program("systemd-analyze"), "security", "--offline=true", threshold, str(runnable(unit))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.lab
def test_users_and_folders_are_understood(tmp_path: Path, program: Callable[[str], str]) -> None:
    users, folders = UNITS / "renkei.sysusers.conf", UNITS / "renkei.tmpfiles.conf"
    (tmp_path / "etc").mkdir()
    command = [program("systemd-sysusers"), f"--root={tmp_path}", str(users)]
    subprocess.run(command, check=True, capture_output=True)
    assert "renkei-vault:" in (tmp_path / "etc" / "passwd").read_text()
    command = [program("systemd-tmpfiles"), "--create", f"--root={tmp_path}", str(folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert (tmp_path / "etc" / "renkei" / "credentials").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "var" / "lib" / "renkei" / "plugins" / "approved.json").stat().st_mode & 0o777 == 0o644
