# SPDX-License-Identifier: Apache-2.0
"""The table as it is told to nft, and as it is read from a listing; test_kernel_real.py tells it to a kernel."""

import json
from typing import Any

import pytest

from appliance.gate import ruleset
from appliance.gate.kernel import KernelRefused, Opening, Place
from appliance.gate.ruleset import Json

RULES = ruleset.rules("10.0.0.10", (443,))
ONE, TWO = Place("rk-se0", "10.0.0.2"), Place("rk-wg0", "10.8.0.2")


def listing(rules: list[Json] = RULES, elements: list[Json] | None = None) -> dict[str, Any]:
    """What nft lists of a table in which these rules are."""
    chains = [{"chain": ruleset._chain(name)} for name in ruleset._CHAINS]
    found = {"name": "sessions", **({} if elements is None else {"elem": elements})}
    return {"nftables": [{"metainfo": {}}, {"set": found}, *chains, *({"rule": rule} for rule in rules)]}


def test_rules_are_exchanged_and_what_is_open_is_not_touched() -> None:
    """Promise 6: nothing is deleted, and only chains are emptied, in the transaction that fills them again."""
    commands = ruleset.table("10.0.0.10", (443,))
    verbs = [(verb, *what) for command in commands for verb, what in command.items()]
    assert {verb for verb, _ in verbs} == {"add", "flush"}
    assert {kind for verb, kind in verbs if verb == "flush"} == {"chain"}
    assert verbs.index(("flush", "chain")) < verbs.index(("add", "rule"))


def test_there_is_no_right_of_an_established_flow() -> None:
    """Promise 4."""
    assert not {"ct", "established", "conntrack"} & set(json.dumps(RULES).replace('"', " ").split())


def test_every_chain_of_an_engine_ends_with_a_drop() -> None:
    for chain in ("arriving", "leaving"):
        last = [rule for rule in RULES if rule["chain"] == chain][-1]
        assert last["expr"] == [{"counter": None}, {"drop": None}]


def test_accepting_needs_an_open_session_the_portal_and_a_port() -> None:
    accepting = [rule for rule in RULES if {"accept": None} in rule["expr"] and rule["chain"] != "input"]
    assert [rule["chain"] for rule in accepting] == ["arriving", "leaving"]
    for rule in accepting:
        rights = [part["match"]["right"] for part in rule["expr"] if "match" in part]
        assert rights == ["@sessions", "10.0.0.10", {"set": [443]}]


def test_another_portal_or_port_makes_other_rules() -> None:
    seals = [
        {rule["comment"] for rule in ruleset.rules(portal, ports)}
        for portal, ports in (("10.0.0.10", (443,)), ("10.0.0.11", (443,)), ("10.0.0.10", (443, 8443)))
    ]
    assert seals[0] != seals[1] != seals[2] != seals[0]
    assert ruleset.rules("10.0.0.10", (8443, 443, 443)) == ruleset.rules("10.0.0.10", (443, 8443))


def test_changing_nothing_is_no_command() -> None:
    assert ruleset.changes([], []) == []


def test_a_change_adds_deletes_and_adds_again() -> None:
    """Deleting what is not there would fail all of it, and adding what is there might keep the time it had."""
    commands = ruleset.changes([Opening(ONE, 60, "one")], [TWO, ONE])
    parts = [(verb, what["element"]["elem"]) for command in commands for verb, what in command.items()]
    assert [verb for verb, _ in parts] == ["add", "delete", "add"]
    assert parts[1][1] == [{"concat": ["rk-wg0", "10.8.0.2"]}, {"concat": ["rk-se0", "10.0.0.2"]}]
    wanted = {"val": {"concat": ["rk-se0", "10.0.0.2"]}, "timeout": 60, "comment": "one"}
    assert parts[2][1] == [{"elem": wanted}]


def test_only_shutting_adds_nothing_in_the_end() -> None:
    assert [next(iter(command)) for command in ruleset.changes([], [ONE])] == ["add", "delete"]


# --- reading ------------------------------------------------------------------------------------------------------


def test_a_listing_says_what_is_open() -> None:
    elem = {"val": {"concat": ["rk-se0", "10.0.0.2"]}, "timeout": 90, "expires": 42, "comment": "one"}
    bare = {"val": {"concat": ["rk-wg0", "10.8.0.2"]}, "timeout": 90, "expires": 7}
    read = ruleset.read(json.dumps(listing(elements=[{"elem": elem}, {"elem": bare}])), RULES)
    assert read == [Opening(ONE, 42, "one"), Opening(TWO, 7, "")]
    assert ruleset.read(json.dumps(listing()), RULES) == []


@pytest.mark.parametrize("wrong", ["", "{}", "[]", '{"nftables": []}', '{"nftables": [{"set": 1}]}', "nft: no"])
def test_a_listing_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(KernelRefused):
        ruleset.read(wrong, RULES)


@pytest.mark.parametrize(
    "rules",
    [
        RULES[1:],
        [*RULES, {"chain": "leaving", "comment": "one more", "expr": []}],
        [{"chain": "arriving", "expr": []}, *RULES],
        [*reversed(RULES)],
        ruleset.rules("10.0.0.99", (443,)),
        [],
    ],
    ids=["one_missing", "one_more", "one_without_comment", "another_order", "another_portal", "none"],
)
def test_rules_that_are_not_ours_are_refused(rules: list[Json]) -> None:
    with pytest.raises(KernelRefused, match="not those that the gate put there"):
        ruleset.read(json.dumps(listing(rules)), RULES)


def test_a_chain_that_is_at_no_hook_is_refused() -> None:
    found = listing()
    for entry in found["nftables"]:
        if entry.get("chain", {}).get("name") == "input":
            del entry["chain"]["hook"]
    with pytest.raises(KernelRefused):
        ruleset.read(json.dumps(found), RULES)


@pytest.mark.parametrize(
    ("chain", "change"),
    [
        ("input", {"prio": 500}),
        ("output", {"policy": "drop"}),
        ("forward", {"type": "route"}),
        ("forward", {"hook": "prerouting"}),
        ("arriving", {"hook": "input", "type": "filter", "prio": 0, "policy": "accept"}),
    ],
)
def test_a_chain_at_another_place_is_refused(chain: str, change: Json) -> None:
    found = listing()
    for entry in found["nftables"]:
        if entry.get("chain", {}).get("name") == chain:
            entry["chain"] |= change
    with pytest.raises(KernelRefused, match="is not where the gate put it"):
        ruleset.read(json.dumps(found), RULES)
    assert ruleset.crooked(json.dumps(found)) == [chain]
    assert ruleset.crooked(json.dumps(listing())) == []


@pytest.mark.parametrize("flags", ["dormant", ["dormant"]])
def test_a_table_that_is_switched_off_is_refused(flags: object) -> None:
    found = listing()
    found["nftables"].insert(1, {"table": {"name": "renkei", "flags": flags}})
    with pytest.raises(KernelRefused, match="switched off"):
        ruleset.read(json.dumps(found), RULES)


def test_what_is_no_listing_has_no_chains() -> None:
    with pytest.raises(KernelRefused):
        ruleset.crooked("no json")


def test_an_element_without_an_end_is_of_no_session() -> None:
    """Somebody put it there by hand: it would be open for ever."""
    said = {"elem": {"val": {"concat": ["rk-wg0", "10.8.0.2"]}, "comment": "one"}}
    elements: list[Json] = [{"concat": ["rk-se0", "10.0.0.2"]}, said]
    read = ruleset.read(json.dumps(listing(elements=elements)), RULES)
    assert read == [Opening(ONE, 0, ""), Opening(TWO, 0, "")]
