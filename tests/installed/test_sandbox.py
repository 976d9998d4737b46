# SPDX-License-Identifier: Apache-2.0
"""What each service may not do, tried from where it stands: in a unit of the same words with another program."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.installed.container import Container
from tests.installed.fund import SERVICES, Fund

pytestmark = pytest.mark.installed
PROBE = Path(__file__).with_name("probe.py")
SITES = ("public", "portal", "console")
# An address of this host that no unit is told to allow, and where somebody listens on it.
ELSEWHERE, PORT = "198.51.100.7", 8080
# What belongs to one unit alone, or to a world of its own.
LEFT_OUT = re.compile(
    r"^(ExecStart|Type|NotifyAccess|WatchdogSec|Restart|Sockets|Requires|PartOf|After|Wants)=.*\n", re.MULTILINE
)

Try = tuple[str, str]

NOBODY: Mapping[Try, set[str]] = {
    ("look", "/etc/renkei/credentials"): {"EACCES"},
    ("look", "/etc/shadow"): {"EACCES"},
    ("write", "/usr/lib/renkei"): {"EROFS", "EACCES"},
    ("write", "/etc/renkei"): {"EROFS", "EACCES"},
    ("write", "/etc/renkei/plugins.d"): {"EROFS", "EACCES"},
    ("write", "/var/lib/renkei/plugins"): {"EROFS", "EACCES"},
    ("write", "/run/renkei"): {"EROFS", "EACCES"},
    ("execute", "/tmp"): {"EACCES"},
    ("execute", "/var/tmp"): {"EACCES"},
    ("execute", "/dev/shm"): {"EACCES"},
    ("others", ""): {"ENOENT"},
    ("code", ""): {"EPERM", "EACCES"},
    ("namespace", ""): {"EPERM"},
    ("mounted", "/tmp"): {"EPERM"},
    ("become", "0"): {"EPERM", "EINVAL"},
    ("clock", ""): {"EPERM"},
    ("family", "17"): {"EAFNOSUPPORT"},  # packets
    ("connect", "/run/renkei/vault/admin.sock"): {"EACCES"},
    ("connect", f"{ELSEWHERE}:{PORT}"): {"EPERM", "no answer", "ENETUNREACH", "EAFNOSUPPORT"},
}
MAY: Mapping[Try, set[str]] = {("write", "/tmp"): {"done"}}
NO_VAULT: Mapping[Try, set[str]] = {
    ("look", "/var/lib/renkei/vault"): {"EACCES"},
    ("look", "/run/credentials/renkei-vault.service"): {"EACCES", "ENOENT"},
}
NO_GATE: Mapping[Try, set[str]] = {("connect", "/run/renkei/gate/vault.sock"): {"EACCES"}}
NO_NETWORK: Mapping[Try, set[str]] = {
    ("connect", "127.0.0.1:9611"): {"ECONNREFUSED", "ENETUNREACH", "EPERM", "no answer"},
    ("connect", "127.0.0.13:443"): {"ECONNREFUSED", "ENETUNREACH", "EPERM", "no answer"},
}
VAULT: Mapping[Try, set[str]] = {
    ("look", "/var/lib/renkei/vault"): {"done"},
    ("write", "/var/lib/renkei/vault"): {"done"},
    ("execute", "/var/lib/renkei/vault"): {"EACCES"},
    ("connect", "/run/renkei/gate/vault.sock"): {"done"},
    ("connect", f"127.0.0.1:{PORT}"): {"done"},
    ("family", "16"): {"EAFNOSUPPORT"},  # netlink
}
GATE: Mapping[Try, set[str]] = {("family", "16"): {"done"}, **NO_VAULT}


def of_site(site: str) -> dict[Try, set[str]]:
    """A site opens its own door at the vault, and no other."""
    doors: dict[Try, set[str]] = {
        ("connect", f"/run/renkei/vault/{other}.sock"): {"done"} if other == site else {"EACCES"} for other in SITES
    }
    return {**doors, **NO_VAULT, **NO_GATE, **NO_NETWORK, ("family", "16"): {"EAFNOSUPPORT"}}


EXPECTED: Mapping[str, Mapping[Try, set[str]]] = {
    "renkei-vault": VAULT,
    "renkei-gate": GATE,
    **{f"renkei-web@{site}": of_site(site) for site in SITES},
}


@pytest.fixture(scope="module")
def place(fund: Fund) -> Iterator[Container]:
    """With the probe inside, and somebody who listens elsewhere."""
    host = fund.host
    shutil.copy(PROBE, host.root / "usr/lib/probe.py")
    host.shell(f"ip address add {ELSEWHERE}/32 dev lo")
    host.shell(
        f"systemd-run --quiet --unit=elsewhere python3 -m http.server {PORT} --directory /run/systemd/generator"
    )
    host.until(f"curl -s -o /dev/null http://{ELSEWHERE}:{PORT}/")
    yield host
    host.shell(f"systemctl stop elsewhere; ip address del {ELSEWHERE}/32 dev lo; rm /usr/lib/probe.py")


def stood_in(host: Container, unit: str, asked: list[Try]) -> list[str]:
    """What the probe says in a unit of the same words."""
    name = "renkei-standin.service"
    words = host.run("systemctl", "cat", f"{unit}.service").replace("%i", unit.partition("@")[2])
    program = f"ExecStart=/usr/bin/python3 -I /usr/lib/probe.py '{json.dumps(asked)}'\n"
    text = f"{LEFT_OUT.sub('', words)}\n[Service]\nType=oneshot\n{program}"
    host.write(f"/run/systemd/system/{name}", text)
    host.shell(f"systemctl daemon-reload; systemctl start {name}", check=False)
    said = host.run("journalctl", "-u", name, "-o", "cat", "-n", "20")
    lines = [line for line in said.splitlines() if line.startswith("[")]
    assert lines, said
    answers: list[str] = json.loads(lines[-1])
    return answers


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_can_do_its_work_and_nothing_else(place: Container, unit: str) -> None:
    expected = {**NOBODY, **MAY, **EXPECTED[unit]}
    found = dict(zip(expected, stood_in(place, unit, list(expected)), strict=True))
    assert {one: said for one, said in found.items() if said not in expected[one]} == {}


def test_root_outside_of_all_sandboxes_can_do_what_the_probe_tries(place: Container) -> None:
    asked = [
        ("look", "/etc/renkei/credentials"),
        ("write", "/usr/lib/renkei"),
        ("execute", "/tmp"),
        ("others", ""),
        ("code", ""),
        ("connect", "/run/renkei/vault/admin.sock"),
        ("connect", f"{ELSEWHERE}:{PORT}"),
    ]
    said = json.loads(place.run("python3", "-I", "/usr/lib/probe.py", json.dumps(asked)))
    assert said == ["done"] * len(asked)


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_has_only_its_own_secrets(place: Container, unit: str) -> None:
    site = unit.partition("@")[2]
    wanted = {
        "renkei-gate": set(),
        "renkei-vault": {f"renkei_{file.name}" for file in (place.root / "etc/renkei/credentials").iterdir()},
    }.get(unit, {f"renkei_tls-{site}.key"})
    pid = place.property(f"{unit}.service", "MainPID")
    folder = Path(f"/proc/{place.leader}/root/proc/{pid}/root/run/credentials/{unit}.service")
    found = {file.name for file in folder.iterdir()} if folder.exists() else set()
    assert found == wanted
