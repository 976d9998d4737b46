# SPDX-License-Identifier: Apache-2.0
"""Hosts with some tiers only: the vault alone, then a host in front of it with one site alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installed.container import Container, booted

pytestmark = pytest.mark.installed
SHOWN = "systemctl list-units --plain --no-legend --state=active 'renkei*' | cut -d' ' -f1"


@pytest.fixture(scope="module")
def bare(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A host without any of our packages."""
    suite = os.environ.get("RENKEI_TEST_SUITE", "bookworm")
    with booted(suite, tmp_path_factory.mktemp("host"), (packages,)) as container:
        yield container


def test_a_vault_runs_without_the_other_tiers_and_so_does_a_site(bare: Container, packages: Path) -> None:
    bare.shell(f"dpkg -i {packages}/renkei-common_*.deb {packages}/renkei-vault_*.deb")
    bare.run("renkei", "init", "--demo", "--json")
    look_at_vault(bare)
    bare.shell("systemctl stop renkei.target; dpkg --remove renkei-vault; rm -r /var/lib/renkei/vault")
    keep_one_site(bare.root / "etc/renkei/config.toml")
    bare.shell(f"dpkg -i {packages}/renkei-web_*.deb; systemctl daemon-reload; systemctl start renkei.target")
    look_at_site(bare)
    assert "Traceback" not in bare.journal()


def look_at_vault(host: Container) -> None:
    """It runs, and nothing that is not there is missed."""
    shown = host.shell(SHOWN).split()
    assert "renkei-vault.service" in shown and "renkei.target" in shown
    assert not [unit for unit in shown if unit.startswith(("renkei-web", "renkei-gate"))]
    assert host.run("renkei", "check").splitlines()[-1].endswith(": ok")
    assert '"now"' in host.run("renkei", "status", "--json")


def keep_one_site(config: Path) -> None:
    """A configuration of the public site alone."""
    text = config.read_text("utf-8")
    begin, end = text.index("[sites.public]"), text.index("[sites.portal]")
    config.write_text(text[: text.index("[fund]")] + text[begin:end], "utf-8")


def look_at_site(host: Container) -> None:
    """It answers; commands that need the vault say where to say them."""
    shown = host.shell(SHOWN).split()
    assert "renkei-web@public.service" in shown and "renkei-web@public.socket" in shown, host.journal()
    assert not [
        unit for unit in shown if unit.startswith(("renkei-vault", "renkei-web@portal", "renkei-web@console"))
    ]
    status = host.run("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "https://127.0.0.11/onetime/")
    assert status == "200"
    assert host.run("renkei", "check").splitlines()[-1].endswith(": ok")
    said = host.run("renkei", "status", check=False)
    assert said == "renkei: this host has no vault; say this where renkei-vault is installed\n"
