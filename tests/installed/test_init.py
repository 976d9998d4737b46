# SPDX-License-Identifier: Apache-2.0
"""The guide of installation, followed to the letter on a fresh host; and what `renkei init` says where it fails."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.cli.init import SITE_METRICS
from tests.architecture.tree import ROOT
from tests.installed.container import Container

pytestmark = pytest.mark.installed
GUIDE = (ROOT / "docs/install.md").read_text("utf-8")
FIREWALL = (ROOT / "docs/firewall.md").read_text("utf-8")
SHOWN = re.compile(r"^configuration .*?^```", re.MULTILINE | re.DOTALL)
PLACE = "srv/answers"
ADDRESSES = {"public": "198.51.100.10", "portal": "10.0.0.10", "console": "192.0.2.10"}
# systemctl waits for what it is told by name, and for nothing that goes with it.
FORGET = """
systemctl disable --quiet renkei.target
systemctl stop renkei.target 'renkei*.socket' 'renkei*.service'
rm -r /etc/renkei /var/lib/renkei
systemctl daemon-reload
"""


def masked(text: str) -> list[str]:
    """Lines, but for what is another one each time: the first password, and the journal's key."""
    lines = [re.sub(r"(?<=^its password    )\S+", "…", line) for line in text.strip("`\n").splitlines()]
    return [re.sub(r"\+[0-9a-f]{8}\+\S+", "…", line) for line in lines]


@pytest.fixture
def machine(host: Container) -> Iterator[Container]:
    """The host with the addresses of the guide and its answers; nothing is made yet, and nothing is left."""
    for address in ADDRESSES.values():
        host.run("ip", "address", "add", f"{address}/32", "dev", "lo")
    answers, *_ = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    host.write(f"/{PLACE}/answers.toml", answers)
    host.write(f"/{PLACE}/mail-password", "from the guide\n")
    # Nobody answers there; without a name it is known at once.
    host.shell("echo 127.0.0.1 mail.example.jp >>/etc/hosts")
    yield host
    host.shell(f"if [ -e /etc/renkei ]; then {FORGET} fi; systemctl reset-failed")
    for address in ADDRESSES.values():
        host.run("ip", "address", "del", f"{address}/32", "dev", "lo", check=False)


def begun(machine: Container) -> str:
    """What `renkei init` says with the answers of the guide, whether it succeeds or not."""
    return machine.run("renkei", "init", "--answers", f"/{PLACE}/answers.toml", check=False)


@contextmanager
def taken(machine: Container, address: str, port: int) -> Iterator[None]:
    """Something else listens there."""
    machine.run("systemd-run", "--quiet", "--unit=other", "python3", "-m", "http.server", "-b", address, str(port))
    machine.until(f"systemctl is-active other.service && ss -tlnH 'src {address}:{port}' | grep -q .")
    try:
        yield
    finally:
        machine.run("systemctl", "stop", "other.service")


def answers(machine: Container) -> dict[str, str]:
    """What curl gets from each site by its address, believing what the fund's PCs believe."""
    ask = "curl -sS -o /dev/null -w '%{{http_code}}' --cacert /etc/renkei/certificates/trusted.pem https://{}/"
    return {site: machine.shell(ask.format(address)) for site, address in ADDRESSES.items()}


def test_the_guide_is_what_happens(machine: Container) -> None:
    said = masked(begun(machine))
    (shown,) = SHOWN.findall(GUIDE)
    letters = [line for line in said if line.endswith("letters wait until it is there")]
    assert [line for line in said if line not in letters] == masked(shown)
    assert answers(machine) == {"public": "200", "portal": "303", "console": "303"}
    doctor = machine.run("renkei", "doctor", check=False)
    worse = [line for line in doctor.splitlines() if line.startswith(("BROKEN", "warning"))]
    assert len(worse) == 2 and "the journal was never verified" in doctor
    for cause in ("no letter leaves", "no kits for Windows are offered: put the installer of the VPN client in"):
        assert any(cause in line for line in worse), cause
    assert machine.run("renkei", "journal", "verify").startswith("ok")


@pytest.mark.parametrize(
    ("address", "port", "key"),
    [(ADDRESSES["portal"], 443, "sites.portal"), ("127.0.0.1", 9611, "vault.metrics")],
)
def test_a_listener_that_is_taken_is_named_and_the_next_try_succeeds(
    machine: Container, address: str, port: int, key: str
) -> None:
    with taken(machine, address, port):
        said = begun(machine)
        assert f"renkei: {key}: cannot listen on {address}:{port}: something listens there already" in said
        assert machine.run("systemctl", "is-enabled", "renkei.target", check=False).strip() != "enabled"
        assert not (machine.root / "etc/renkei/config.toml").exists()
    assert "its password" in begun(machine)
    assert set(answers(machine)) == set(SITE_METRICS)


def test_what_did_not_start_is_named_and_the_password_was_told(machine: Container) -> None:
    """A unit that something of the host keeps from starting."""
    broken = Path("/etc/systemd/system/renkei-web@console.service.d/50-broken.conf")
    machine.write(str(broken), "[Service]\nExecStartPre=/bin/false\n")
    try:
        said = begun(machine)
        assert "its password" in said
        assert "renkei: all is made, but renkei-web@console.service did not start: see `journalctl" in said
    finally:
        machine.shell(f"rm -r {broken.parent}; systemctl daemon-reload")
    machine.run("systemctl", "restart", "renkei.target")
    machine.until("systemctl is-active renkei-web@console.service")


def test_an_address_that_is_not_here_is_told_and_listened_for(machine: Container) -> None:
    machine.run("ip", "address", "del", f"{ADDRESSES['portal']}/32", "dev", "lo")
    said = begun(machine)
    assert f"not reached     portal: this machine does not have {ADDRESSES['portal']} (yet)" in said
    machine.run("ip", "address", "add", f"{ADDRESSES['portal']}/32", "dev", "lo")
    assert answers(machine)["portal"] == "303"


def test_the_firewall_of_the_papers_is_one(machine: Container) -> None:
    (rules,) = re.findall(r"^```\n(#!/usr/sbin/nft.*?)^```", FIREWALL, re.MULTILINE | re.DOTALL)
    machine.write(f"/{PLACE}/rules.nft", rules)
    assert machine.run("nft", "-c", "-f", f"/{PLACE}/rules.nft") == ""
