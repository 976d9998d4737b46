# SPDX-License-Identifier: Apache-2.0
"""Packages that go and come back: what the fund keeps outlives them, and what nobody needs is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installed.container import Container
from tests.installed.fund import SERVICES, Fund
from tests.installed.versions import built, states
from tests.story.notices import NOTICE

pytestmark = pytest.mark.installed
ALL = ("renkei-gateway", "renkei-monitoring", "renkei-web", "renkei-vault", "renkei-gate", "renkei-common")
# Every warning of its own Python is an error: what the next one takes away is seen early.
IMPORTED = """
exec /usr/lib/renkei/$(basename $(readlink -f /usr/bin/python3))/bin/python3 -I -B -W error - <<END
import importlib, pkgutil, appliance
own = [one for one in pkgutil.iter_modules() if one.name.startswith("renkei_")]
for one in [*own, *pkgutil.walk_packages(appliance.__path__, "appliance.")]:
    if not one.name.startswith("appliance.testing."):
        print(importlib.import_module(one.name).__name__)
END
"""
KEPT = ("/etc/renkei/config.toml", "/etc/renkei/credentials/master.key", "/var/lib/renkei/vault")


@pytest.fixture
def life(fund: Fund, packages: Path) -> Iterator[Fund]:
    """The fund with a document, which is there again at the end."""
    fund.deliver()
    yield fund
    if states(fund.host) != {f"{built(packages).number} installed"}:
        built(packages).install(fund.host)
    fund.host.shell("systemctl enable --quiet --now renkei.target")
    assert fund.is_up()
    assert fund.received()[0] == NOTICE.read_bytes()
    assert fund.verified()


def none_runs(host: Container) -> bool:
    """Whether there is neither a service nor a socket of ours."""
    listed = host.run("systemctl", "list-units", "--plain", "--no-legend", "--state=active,activating", "renkei*")
    return not listed.strip() and not host.run("pgrep", "-f", "appliance.cli.main", check=False).strip()


def there(host: Container, *paths: str) -> list[str]:
    """Those of the paths that are there."""
    return [path for path in paths if (host.root / path.lstrip("/")).exists()]


def test_removed_packages_leave_what_the_fund_keeps_and_come_back_by_themselves(life: Fund, packages: Path) -> None:
    host = life.host
    host.run("dpkg", "--remove", *ALL)
    assert none_runs(host)
    assert there(host, *KEPT) == list(KEPT)
    assert there(host, "/usr/lib/renkei", "/usr/bin/renkei") == []
    built(packages).install(host)
    assert states(host) == {f"{built(packages).number} installed"}
    for unit in SERVICES:
        host.until(f"systemctl is-active {unit}.service")
    assert life.is_up()


def test_one_tier_goes_and_the_others_run(life: Fund, packages: Path) -> None:
    host = life.host
    vault = host.property("renkei-vault.service", "MainPID")
    host.run("dpkg", "--remove", "renkei-gateway", "renkei-web")
    assert host.run("systemctl", "is-active", "renkei-web@portal.service", check=False).strip() == "inactive"
    assert host.run("systemctl", "is-active", "renkei-web@portal.socket", check=False).strip() == "inactive"
    assert host.property("renkei-vault.service", "MainPID") == vault
    assert life.verified()
    built(packages).install(host)
    assert life.is_up()


def test_purging_says_what_the_law_wants_kept_and_leaves_it_with_what_opens_it(life: Fund, packages: Path) -> None:
    host = life.host
    said = host.run("dpkg", "--purge", *ALL)
    assert none_runs(host)
    assert "/var/lib/renkei/vault" in said and "seven years" in said
    assert "rm -r /etc/renkei /var/lib/renkei" in said
    assert there(host, *KEPT) == list(KEPT)
    built(packages).install(host)
    assert none_runs(host)
    host.run("systemctl", "enable", "--quiet", "--now", "renkei.target")
    assert life.is_up()


def test_where_no_vault_has_been_purging_leaves_nothing(life: Fund, packages: Path) -> None:
    host = life.host
    host.shell("systemctl stop renkei.target; mkdir /srv/kept")
    host.shell("mv /etc/renkei /srv/kept/etc; mv /var/lib/renkei /srv/kept/lib")
    try:
        host.run("dpkg", "--purge", *ALL)
        assert host.run("find", "/etc", "/usr", "/var", "/run", "-name", "renkei*").split() == []
        built(packages).install(host)
        assert there(host, "/etc/renkei/plugins.d", "/var/lib/renkei/plugins/approved.json")
        assert none_runs(host)
    finally:
        host.shell("rm -rf /etc/renkei /var/lib/renkei")
        host.shell("mv /srv/kept/etc /etc/renkei; mv /srv/kept/lib /var/lib/renkei; rmdir /srv/kept")


def test_every_module_is_at_home_in_the_python_of_this_debian(host: Container) -> None:
    said = host.run("sh", "-euc", IMPORTED)
    assert "appliance.vault.service" in said and "renkei_records_lmdb" in said
