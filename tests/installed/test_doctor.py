# SPDX-License-Identifier: Apache-2.0
"""`renkei doctor` on an installed host: all well after init, and a cause and a cure for what is away."""

import json
from typing import Any

import pytest

from tests.installed.fund import Fund

pytestmark = pytest.mark.installed
# What the vault found is kept for a while, and room is measured twice a minute.
WAIT = 90.0
CONFIG = "/etc/renkei/config.toml"
SCANNER = '\n[plugins.scan_clamav]\nsocket = "/run/clamav/clamd.ctl"\n'

Finding = dict[str, Any]


def told(fund: Fund) -> tuple[str, list[Finding]]:
    """The worst light, and each finding that is neither green nor unknown."""
    report = json.loads(fund.host.run("renkei", "doctor", "--json", check=False))
    return report["light"], [one for one in report["findings"] if one["light"] not in ("green", "unknown")]


def seen(fund: Fund, about: str) -> list[Finding]:
    """What is not well, once that is among it: answers of a moment ago are kept for a while."""
    fund.host.until(f'renkei doctor --json | grep -qE \'"about": "{about}"[^}}]*"light": "(red|yellow)"\'', WAIT)
    _, found = told(fund)
    assert all(one["cause"] and one["fix"] for one in found)
    return found


def the_one(fund: Fund, about: str) -> Finding:
    """The only finding that is not well."""
    [one] = seen(fund, about)
    assert one["about"] == about
    return one


def test_after_init_all_is_well(fund: Fund) -> None:
    assert told(fund) == ("green", [])
    fund.host.run("renkei", "doctor")


def test_a_mail_server_that_is_away_is_red_until_it_is_back(fund: Fund) -> None:
    fund.inside.run(fund.stage.mailbox.stop())
    try:
        one = the_one(fund, "mail")
        assert one["light"] == "red"
        assert "Connection refused" in one["cause"] or "Connect call failed" in one["cause"]
    finally:
        fund.inside.run(fund.stage.mailbox.start())
    fund.host.until("renkei doctor", WAIT)


def test_a_scanner_that_is_away_is_red_and_documents_wait(fund: Fund) -> None:
    fund.host.shell(f"cp -a {CONFIG} /srv/kept; cat >>{CONFIG} <<'END'\n{SCANNER}\nEND\n")
    try:
        fund.host.shell("systemctl daemon-reload; systemctl restart renkei-vault.service")
        one = the_one(fund, "scanner")
        assert one["light"] == "red"
        assert "clamav-daemon" in one["fix"]
    finally:
        fund.host.shell(f"mv /srv/kept {CONFIG}; systemctl daemon-reload; systemctl restart renkei-vault.service")
    fund.host.until("renkei doctor", WAIT)


@pytest.mark.parametrize(
    ("unit", "about"), [("renkei-gate", "gate"), ("renkei-web@public", "site"), ("renkei-vault", "vault")]
)
def test_a_service_that_does_not_run_is_named(fund: Fund, unit: str, about: str) -> None:
    # Stopped with its sockets, which would start it again for the first who asks.
    figures = f"renkei-web-figures@{unit.partition('@')[2]}" if "@" in unit else f"{unit}-figures"
    sockets = fund.host.property(f"{unit}.service", "Requires")
    mine = " ".join(one for one in [*sockets.split(), f"{figures}.socket"] if one.endswith(".socket"))
    fund.host.shell(f"systemctl stop {mine} {unit}.service")
    try:
        found = [one for one in seen(fund, about) if one["about"] == about]
        assert {one["light"] for one in found} == {"yellow" if about == "gate" else "red"}
    finally:
        fund.host.shell(f"systemctl start {unit}.service")
    fund.host.until("renkei doctor", WAIT)
    assert fund.is_up()
