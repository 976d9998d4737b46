# SPDX-License-Identifier: Apache-2.0
"""Another version in the place of this one: nobody notices, dpkg may be killed, and none goes back unasked."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from appliance.vault.records.form import FORM
from tests.installed.asking import Asking, under_load
from tests.installed.container import Container
from tests.installed.fund import SERVICES, Fund
from tests.installed.versions import Versions, built, repacked, states
from tests.installed.working import DOCUMENT, Working

pytestmark = pytest.mark.installed
REQUESTS = 1_000
PATHS = ("/", "/notices", "/filings")
KILLED = """
dpkg -i {packages}/*.deb >/dev/null 2>&1 & dpkg=$!
until {seen}; do kill -0 $dpkg; done
kill -KILL $dpkg
wait $dpkg || true
"""
# In the midst of laying out files, with other packages laid out already; and in the midst of a postinst.
MOMENTS = {
    "unpack": "[ -e /usr/lib/renkei/python3.13/lib/python3.13/site-packages/appliance/vault/__init__.py.dpkg-new ]",
    "configure": "pgrep -f 'renkei-common.postins[t] configure' >/dev/null",
}


@pytest.fixture(scope="module")
def newer(packages: Path, host: Container) -> Versions:
    """A version that comes after the one that is built."""
    return repacked(packages, host, f"{built(packages).number}+next")


@pytest.fixture
def lasting(fund: Fund) -> Iterator[Fund]:
    """The host with any version, and at the end all as it should be."""
    yield fund
    fund.host.run("dpkg", "--configure", "-a")
    assert fund.is_up()


def processes(host: Container) -> set[str]:
    """The numbers of the services' processes."""
    return {host.property(f"{unit}.service", "MainPID") for unit in SERVICES}


def test_nothing_is_lost_over_an_upgrade(lasting: Fund, newer: Versions) -> None:
    fund, before, working = lasting, processes(lasting.host), Working(lasting)
    asking = [
        Asking(one.site, one.cookies, PATHS, keeps)
        for one in (fund.clerk, fund.office)
        for keeps in (True, True, False)
    ]
    upgrade = partial(working.during, partial(asyncio.to_thread, newer.install, fund.host))
    told = under_load(fund, asking, upgrade, requests=REQUESTS)
    assert not told.failed, f"{told}\n{fund.host.journal()}"
    assert told.answered >= REQUESTS
    assert working.lost == []
    assert working.notices
    assert working.notices <= {hashlib.sha256(notice).digest() for notice in fund.received()}
    assert working.filings
    for filing in working.filings:
        assert fund.inside.run(fund.office.get(f"/filings/{filing}/file")).body == DOCUMENT
    assert json.loads(fund.host.run("renkei", "status", "--json"))["version"] == newer.number
    assert states(fund.host) == {f"{newer.number} installed"}
    assert not before & processes(fund.host)
    assert "Traceback" not in fund.host.journal()
    assert fund.verified()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_of_dpkg_is_survived_and_made_good(lasting: Fund, newer: Versions, moment: str) -> None:
    host = lasting.host
    host.shell(KILLED.format(packages=newer.here, seen=MOMENTS[moment]))
    assert states(host) != {f"{newer.number} installed"}
    assert lasting.is_up()
    host.run("dpkg", "--configure", "-a", check=moment == "configure")
    if moment == "unpack":
        newer.install(host)
    assert states(host) == {f"{newer.number} installed"}
    assert lasting.is_up()
    assert lasting.verified()


def test_an_older_version_is_refused_and_changes_nothing(lasting: Fund, packages: Path, newer: Versions) -> None:
    newer.install(lasting.host)
    before = processes(lasting.host)
    said = built(packages).install(lasting.host, check=False)
    assert f"is older than {newer.number}" in said
    assert "RENKEI_DOWNGRADE=yes" in said
    assert states(lasting.host) == {f"{newer.number} installed"}
    assert processes(lasting.host) == before
    built(packages).install(lasting.host, back=True)
    assert states(lasting.host) == {f"{built(packages).number} installed"}


def test_an_older_version_does_not_open_what_a_newer_one_has_written(lasting: Fund, packages: Path) -> None:
    host, number = lasting.host, f"{built(packages).number}+form"
    host.shell("systemctl stop renkei.target; cp -a /var/lib/renkei/vault /srv/vault")
    another = repacked(packages, host, number, FORM + 1)
    another.install(host, back=True)
    host.run("systemctl", "start", "renkei.target")
    assert lasting.is_up()
    built(packages).install(host, back=True)
    host.until("systemctl is-failed renkei-vault.service || systemctl is-active renkei-vault | grep -q activating")
    said = host.journal("renkei-vault")
    assert f"Renkei Gateway {number} has written these records" in said
    assert f"install {number} or a newer version again; nothing was changed" in said
    another.install(host)
    assert lasting.is_up()
    host.shell("systemctl stop renkei.target; rm -r /var/lib/renkei/vault; mv /srv/vault /var/lib/renkei/")
    built(packages).install(host, back=True)
    host.run("systemctl", "start", "renkei.target")


def test_another_python_of_debian_is_taken_at_once(lasting: Fund) -> None:
    host, before = lasting.host, processes(lasting.host)
    host.run("dpkg-trigger", "--by-package=python3-minimal", "/usr/bin/python3")
    host.run("dpkg", "--triggers-only", "--pending")
    assert not before & processes(host)
    assert lasting.is_up()
