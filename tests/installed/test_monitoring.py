# SPDX-License-Identifier: Apache-2.0
"""What a Prometheus finds on an installed host: the figures of every process, the rules, and their pages."""

import json
import re

import pytest

from tests.installed.fund import Fund

pytestmark = pytest.mark.installed

SHIPPED = "/usr/share/renkei/monitoring"
# What shows which process it is; the gate has nothing of its own while there are no VPN sessions.
OWN = {
    "vault": "renkei_journal_entries",
    "gate": "renkei_loop_lag_seconds_count",
    "public": 'renkei_site_connections{site="public"}',
    "portal": 'renkei_site_connections{site="portal"}',
    "console": 'renkei_site_connections{site="console"}',
}


def targets(fund: Fund) -> dict[str, str]:
    """The addresses of the shipped file, by process."""
    known = json.loads(fund.host.run("cat", f"{SHIPPED}/targets.json"))
    return {one["labels"]["process"]: one["targets"][0] for one in known}


def scraped(fund: Fund, place: str) -> str:
    """The figures at an address of the host."""
    return fund.host.run("curl", "--silent", "--fail", f"http://{place}/metrics")


@pytest.mark.parametrize("process", OWN)
def test_the_shipped_targets_are_where_the_figures_are(fund: Fund, process: str) -> None:
    text = scraped(fund, targets(fund)[process])
    assert "renkei_build_info{" in text
    assert OWN[process] in text
    assert "process_resident_memory_bytes" in text, "the sandbox lets a process see itself"


def test_nobody_beyond_the_host_can_read_them(fund: Fund) -> None:
    ports = "|".join(place.rpartition(":")[2] for place in targets(fund).values())
    listening = re.findall(rf"(\S+):({ports})\s", fund.host.run("ss", "-Hltn"))
    assert len(listening) == len(OWN)
    assert {address for address, _ in listening} == {"127.0.0.1"}


def test_a_site_that_is_started_anew_shows_them_again(fund: Fund) -> None:
    fund.host.run("systemctl", "restart", "renkei-web@public.service")
    assert OWN["public"] in scraped(fund, targets(fund)["public"])


def test_every_alarm_leads_to_a_page_that_is_there(fund: Fund) -> None:
    rules = fund.host.run("cat", f"{SHIPPED}/rules/renkei.yml")
    pages = re.findall(r"runbook_url: file://(\S+)", rules)
    assert len(pages) == rules.count("- alert:") > 30
    fund.host.run("ls", *pages, f"{SHIPPED}/dashboards/renkei.json", f"{SHIPPED}/scrape-snippet.yml")
