# SPDX-License-Identifier: Apache-2.0
"""The menu of the console is neither longer nor shorter than what the policy allows."""

import tomllib
from importlib import resources

import pytest

from appliance.link.messages import MESSAGES
from appliance.model.words import Role, Site
from appliance.web.site_routes import rows_of
from appliance.web.ways import ALL_STAFF, CONSOLE, Way, ways_of

RIGHTS = tomllib.loads(
    resources.files("renkei_policy_permissions").joinpath("rights.toml").read_text(encoding="utf-8")
)["fund"]
SENT = {row.path: row.sends for row in rows_of(Site.CONSOLE) if row.method == "GET"}
ACTIONS = {row.shape: row.action for row in MESSAGES}


def named(way: object) -> str:
    """How a test is called."""
    return way.path if isinstance(way, Way) else str(way)


@pytest.mark.parametrize("way", CONSOLE, ids=named)
def test_each_entry_is_there_for_those_who_may_do_all_of_it_and_for_nobody_else(way: Way) -> None:
    allowed = {role for role in ALL_STAFF if all(role in RIGHTS[action] for action in way.actions)}
    assert way.roles == allowed


@pytest.mark.parametrize("way", CONSOLE, ids=named)
def test_each_entry_leads_to_a_page_that_asks_no_more_than_it_says(way: Way) -> None:
    assert {ACTIONS[shape] for shape in SENT[way.path]} <= set(way.actions)


def test_all_staff_is_every_role_of_the_fund() -> None:
    assert {role for role in Role if role.of_fund} == ALL_STAFF


def test_other_sites_and_strangers_have_no_such_entries() -> None:
    assert ways_of(Site.PORTAL)(Role.FUND_SYSTEM) == ()
    assert ways_of(Site.CONSOLE)(None) == ()
    assert ways_of(Site.CONSOLE)(Role.OFFICE_ADMIN) == ()


def test_a_fund_that_takes_no_filings_has_no_entries_for_them() -> None:
    entries = ways_of(Site.CONSOLE, filings=False)(Role.FUND_CLERK)
    assert entries and not [way for way in entries if way.path.startswith("/filings")]
    assert next(iter(ways_of(Site.CONSOLE)(Role.FUND_CLERK))).path == "/filings"
