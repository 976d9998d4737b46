# SPDX-License-Identifier: Apache-2.0
"""The units as systemd has them on a host: no more exposed than promised, told by the configuration, lossless."""

import subprocess

import pytest

from appliance.web.addresses import ONETIME
from tests.installed.asking import Asking, under_load
from tests.installed.fund import SERVICES, Fund
from tests.installed.play import inside
from tests.story.stage import SITES

pytestmark = pytest.mark.installed
REQUESTS = 1_000
KEEPS = (True,) * 8 + (False,) * 8
# systemd's own score times ten, as the product promises it.
MOST_EXPOSED = {"renkei-vault": 10, "renkei-gate": 15, **{f"renkei-web@{site}": 5 for site in SITES}}
CONFIG = "etc/renkei/config.toml"
REACHES = '[plugins.own]\nserver = "{}"\n'


def asking(fund: Fund) -> list[Asking]:
    """Staff and an office at pages that the vault answers, and people in front of the public site."""
    who = [(one.site, one.cookies, ("/", "/notices")) for one in (fund.clerk, fund.office)]
    who.append((f"https://{SITES['public']}", "", ("/", ONETIME)))
    return [Asking(*one, keeps) for one in who for keeps in KEEPS]


@pytest.mark.parametrize("units", [*SERVICES, "renkei-*.service"])
def test_a_restart_under_load_loses_no_request(fund: Fund, units: str) -> None:
    before = {unit: fund.host.property(unit, "MainPID") for unit in SERVICES}
    told = under_load(
        fund, asking(fund), lambda: inside(fund.host.leader, "systemctl", "restart", units), requests=REQUESTS
    )
    assert not told.failed, f"{told}\n{fund.host.journal()}"
    assert told.answered >= REQUESTS
    changed = {unit for unit in SERVICES if fund.host.property(unit, "MainPID") != before[unit]}
    assert changed == ({units} if units in SERVICES else {*SERVICES})
    assert "timed out" not in fund.host.journal(), "each has stopped by itself"


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_is_no_more_exposed_than_promised(fund: Fund, unit: str) -> None:
    fund.host.run("systemd-analyze", "security", "--no-pager", f"--threshold={MOST_EXPOSED[unit]}", unit)


def test_systemd_has_nothing_to_say_of_any_unit(fund: Fund) -> None:
    found = fund.host.shell("cd /usr/lib/systemd/system; ls -d renkei*.service renkei*.socket renkei.target")
    units = [unit.replace("@.", "@portal.") for unit in found.split()]
    assert fund.host.run("systemd-analyze", "verify", "--man=no", "--generators=yes", *units) == ""


def test_each_service_has_the_rights_of_its_tier_and_no_others(fund: Fund) -> None:
    for unit in SERVICES:
        is_gate, is_web = unit == "renkei-gate", unit.startswith("renkei-web")
        wanted = "cap_net_admin" if is_gate else ""
        assert fund.host.property(unit, "CapabilityBoundingSet") == wanted
        assert fund.host.property(unit, "AmbientCapabilities") == wanted
        assert fund.host.property(unit, "PrivateUsers") == ("no" if is_gate else "yes")
        assert fund.host.property(unit, "PrivateNetwork") == ("yes" if is_web else "no")
        assert {*fund.host.property(unit, "IPAddressDeny").split()} == {"::/0", "0.0.0.0/0"}


def allowed(fund: Fund) -> set[str]:
    """With whom the vault may speak, beside its own machine."""
    fund.host.run("systemctl", "daemon-reload")
    return {*fund.host.property("renkei-vault", "IPAddressAllow").split()} - {"::1/128", "127.0.0.0/8"}


@pytest.mark.parametrize(
    ("server", "reached"),
    [
        ("192.0.2.25:587", {"192.0.2.25/32"}),
        ("[2001:db8::25]:587", {"2001:db8::25/128"}),
        ("nobody-knows.example.jp", {"0.0.0.0/0", "::/0"}),
        ("localhost", set()),
    ],
)
def test_the_vault_reaches_the_servers_that_the_configuration_names(
    fund: Fund, server: str, reached: set[str]
) -> None:
    config = fund.host.root / CONFIG
    before = config.read_text("utf-8")
    assert allowed(fund) == set()
    try:
        config.write_text(before + REACHES.format(server), "utf-8")
        assert fund.host.property("renkei-vault", "NeedDaemonReload") == "yes", "systemctl says so at a restart"
        assert allowed(fund) == reached
    finally:
        config.write_text(before, "utf-8")
    assert allowed(fund) == set()


def test_a_site_that_the_configuration_does_not_tell_of_is_not_started(fund: Fund) -> None:
    config = fund.host.root / CONFIG
    before = config.read_text("utf-8")
    begin, end = before.index("[sites.public]"), before.index("[sites.portal]")
    try:
        config.write_text(before[:begin] + before[end:], "utf-8")
        fund.host.run("systemctl", "daemon-reload")
        wants = fund.host.property("renkei.target", "Wants").split()
        assert "renkei-web@portal.service" in wants and "renkei-web@public.service" not in wants
    finally:
        config.write_text(before, "utf-8")
        fund.host.run("systemctl", "daemon-reload")


def test_the_figures_of_each_tier_are_shown(fund: Fund) -> None:
    for port in (9611, 9612):
        look = ["curl", "-sf", f"http://127.0.0.1:{port}/metrics"]
        done = subprocess.run([*fund.host.network(), *look], capture_output=True, text=True, check=True)
        assert "process_cpu_seconds_total" in done.stdout
