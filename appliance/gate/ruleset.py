# SPDX-License-Identifier: Apache-2.0
"""The kernel's table in the JSON of nft (libnftables-json(5)): the rules, and what changes and reads it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from appliance.contracts.tunnel import INTERFACE_PREFIX
from appliance.gate.kernel import KernelRefused, Opening, Place

TABLE = "renkei"
SESSIONS = "sessions"
MOST_SESSIONS = 65_535
# Where the kernel says who was turned away: once a second of each address, of as many as are told apart, and of
# all others at an interface as many a second as are plenty to look at its engine at once. So neither who knocks all
# the time nor who invents addresses hides somebody else.
KNOCK_GROUP = 7465
KNOCKERS, KNOCKER_SECONDS = 1024, 5
KNOCKS_A_SECOND, KNOCKED_INTERFACES = 20, 64
KNOCK_BYTES = 64

Json = dict[str, Any]
_OURS: Json = {"family": "inet", "table": TABLE}
_ANY_ENGINE = f"{INTERFACE_PREFIX}*"
# The hooks, and what begins there; the policy lets pass what is none of our interfaces' business.
_HOOKS = ("input", "output", "forward")
_CHAINS = ("arriving", "leaving", *_HOOKS)


def table(portal: str, ports: Sequence[int]) -> list[Json]:
    """The commands that put table, set and chains in place, and exchange the rules; what is open is not touched."""
    frame = [_add("table", {"family": "inet", "name": TABLE}), _add("set", _sessions())]
    chains = [_add("chain", _chain(name)) for name in _CHAINS]
    emptied = [{"flush": {"chain": {**_OURS, "name": name}}} for name in _CHAINS]
    return [*frame, *chains, *emptied, *(_add("rule", rule) for rule in rules(portal, ports))]


def rules(portal: str, ports: Sequence[int]) -> list[Json]:
    """The rules (promises 3 and 4), each with a comment by which it is recognised as what it should be."""
    made = _unmarked(portal, sorted(set(ports)))
    return [{**_OURS, "chain": chain, "expr": expr, "comment": _seal(chain, expr)} for chain, expr in made]


def _unmarked(portal: str, ports: list[int]) -> list[tuple[str, list[Json]]]:
    to_portal = [_is(_ip("daddr"), portal), _is(_tcp("dport"), {"set": ports})]
    from_portal = [_is(_ip("saddr"), portal), _is(_tcp("sport"), {"set": ports})]
    knock = {"log": {"group": KNOCK_GROUP, "snaplen": KNOCK_BYTES, "queue-threshold": 1}}
    where = {"concat": [_meta("iifname"), _ip("saddr")]}
    of_address = _few("knockers", {"elem": {"val": where, "timeout": KNOCKER_SECONDS}}, KNOCKERS, 1)
    of_interface = _few("knocks", _meta("iifname"), KNOCKED_INTERFACES, KNOCKS_A_SECOND)
    is_ipv4 = _is(_meta("nfproto"), "ipv4")
    arrives, leaves = (_is(_meta(key), _ANY_ENGINE) for key in ("iifname", "oifname"))
    known = _is(where, f"@{SESSIONS}")
    knows = _is({"concat": [_meta("oifname"), _ip("daddr")]}, f"@{SESSIONS}")
    return [
        ("arriving", [known, *to_portal, {"accept": None}]),
        ("arriving", [known, {"counter": None}, {"drop": None}]),
        ("arriving", [is_ipv4, of_address, knock, {"counter": None}, {"drop": None}]),
        ("arriving", [is_ipv4, of_interface, knock]),
        ("arriving", [{"counter": None}, {"drop": None}]),
        ("leaving", [knows, *from_portal, {"accept": None}]),
        ("leaving", [{"counter": None}, {"drop": None}]),
        ("input", [arrives, {"jump": {"target": "arriving"}}]),
        ("input", [_is(_meta("iifname"), "lo"), {"accept": None}]),
        ("input", [_is(_ip("daddr"), portal), {"counter": None}, {"drop": None}]),
        ("output", [leaves, {"jump": {"target": "leaving"}}]),
        ("forward", [arrives, {"counter": None}, {"drop": None}]),
        ("forward", [leaves, {"counter": None}, {"drop": None}]),
    ]


def changes(opening: Iterable[Opening], shutting: Iterable[Place]) -> list[Json]:
    """The commands that shut and open places.

    A missing element cannot be deleted, and adding one again may leave its time as it was: so each is added,
    deleted and, where it shall be open, added again.
    """
    opened = list(opening)
    touched = dict.fromkeys([*shutting, *(one.place for one in opened)])
    if not touched:
        return []
    gone = [_element("add", [_elem(place, 1, "") for place in touched])]
    gone.append(_element("delete", [_concat(place) for place in touched]))
    wanted = [_elem(one.place, one.seconds, one.mark) for one in opened]
    return gone + ([_element("add", wanted)] if wanted else [])


LISTING = [{"list": {"table": {"family": "inet", "name": TABLE}}}]


def read(listed: str, expected: Sequence[Json]) -> list[Opening]:
    """What a listing of the table says is open. KernelRefused when it is not ours, or a rule is not as expected."""
    try:
        found = json.loads(listed)["nftables"]
        _hold(found, expected)
        [elements] = [entry["set"].get("elem", []) for entry in found if _is_sessions(entry)]
        return [_opening(one.get("elem", one)) for one in elements]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KernelRefused(f"the table in the kernel cannot be read: {error!r}") from error


def crooked(listed: str) -> list[str]:
    """Those of our chains in a listing that stand at another place than they should, or as another kind.

    Raises KernelRefused for what is no listing.
    """
    try:
        chains = [entry["chain"] for entry in json.loads(listed)["nftables"] if "chain" in entry]
        ours = [one for one in chains if one["name"] in _CHAINS]
        return [one["name"] for one in ours if _place(one) != _place(_chain(one["name"]))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KernelRefused(f"the table in the kernel cannot be read: {error!r}") from error


def without(chains: Sequence[str]) -> list[Json]:
    """The commands that take chains away, to be made anew in the same transaction."""
    emptied = [{"flush": {"chain": {**_OURS, "name": name}}} for name in _CHAINS]
    return [*emptied, *({"delete": {"chain": {**_OURS, "name": name}}} for name in chains)]


def _place(chain: Json) -> list[object]:
    """Where a chain stands, and what happens to what it says nothing of."""
    return [chain.get(what) for what in ("type", "hook", "prio", "policy")]


def _hold(found: list[Json], expected: Sequence[Json]) -> None:
    """The table is awake, and each chain where it belongs, with its rules in their order and no others."""
    if any(entry["table"].get("flags") for entry in found if "table" in entry):
        raise KernelRefused("the table in the kernel is switched off")
    there = [(entry["rule"]["chain"], entry["rule"].get("comment")) for entry in found if "rule" in entry]
    wanted = [(rule["chain"], rule["comment"]) for rule in expected]
    places = {entry["chain"]["name"]: _place(entry["chain"]) for entry in found if "chain" in entry}
    if any(places.get(name) != _place(_chain(name)) for name in _CHAINS):
        raise KernelRefused("a chain in the kernel is not where the gate put it")
    if any(_of(there, name) != _of(wanted, name) for name in _CHAINS):
        raise KernelRefused("the rules in the kernel are not those that the gate put there")


def _of(rules: list[tuple[str, str]], chain: str) -> list[str]:
    return [comment for name, comment in rules if name == chain]


def _is_sessions(entry: Json) -> bool:
    return bool(entry.get("set", {}).get("name") == SESSIONS)


def _opening(elem: Json) -> Opening:
    """A place without an end is none that we opened: it is of no session, whatever it says, and so it is shut."""
    interface, address = elem.get("val", elem)["concat"]
    place = Place(str(interface), str(address))
    if "expires" not in elem:
        return Opening(place, 0, "")
    return Opening(place, int(elem["expires"]), str(elem.get("comment", "")))


def _few(name: str, of: Json, most: int, a_second: int) -> Json:
    """So many packets a second of each, of `most` that are told apart; of those beyond none."""
    limit = {"limit": {"rate": a_second, "burst": a_second, "per": "second"}}
    return {"meter": {"name": name, "key": of, "size": most, "stmt": limit}}


def _sessions() -> Json:
    return {
        **_OURS,
        "name": SESSIONS,
        "type": ["ifname", "ipv4_addr"],
        "flags": ["timeout"],
        "size": MOST_SESSIONS,
    }


def _chain(name: str) -> Json:
    at_hook = {"type": "filter", "hook": name, "prio": 0, "policy": "accept"} if name in _HOOKS else {}
    return {**_OURS, "name": name, **at_hook}


def _seal(chain: str, expr: list[Json]) -> str:
    """What a rule is, in short: another rule has another one."""
    return hashlib.sha256(json.dumps([chain, expr], sort_keys=True).encode()).hexdigest()[:16]


def _element(verb: str, elements: list[Json]) -> Json:
    return {verb: {"element": {**_OURS, "name": SESSIONS, "elem": elements}}}


def _elem(place: Place, seconds: int, mark: str) -> Json:
    said = {"comment": mark} if mark else {}
    return {"elem": {"val": _concat(place), "timeout": seconds, **said}}


def _concat(place: Place) -> Json:
    return {"concat": [place.interface, place.address]}


def _add(kind: str, what: Json) -> Json:
    return {"add": {kind: what}}


def _is(left: Json, right: object) -> Json:
    return {"match": {"op": "==", "left": left, "right": right}}


def _meta(key: str) -> Json:
    return {"meta": {"key": key}}


def _ip(field: str) -> Json:
    return {"payload": {"protocol": "ip", "field": field}}


def _tcp(field: str) -> Json:
    return {"payload": {"protocol": "tcp", "field": field}}
