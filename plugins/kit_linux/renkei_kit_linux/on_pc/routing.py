# SPDX-License-Identifier: Apache-2.0
"""While the PC is connected nothing else is reached, the local network included (R88): by rules, not by its routes.

1. What the PC has of routes stays as it is, so nothing has to be remembered and nothing can be lost.
2. All goes by a table of our own, whose routes end with the interface: where the tunnel breaks, the Internet is
   back even if no program of ours lives any more.
3. Only the engine's own connection goes the old way, to that one port.
"""

from dataclasses import dataclass

from renkei_kit_linux.on_pc.programs import ran, tried

# Before the rules of the PC itself (32766), behind those for its own addresses (0).
_ENGINE, _ALL = "7310", "7311"
TABLE = "7311"
_FAMILIES = ("-4", "-6")
_MOST_LEFT = 20


@dataclass(frozen=True)
class Way:
    """Where the tunnel leads. address is the PC's own in it, with its length; router is "" where there is none.

    server, port and protocol are where the engine's own connection goes.
    """

    interface: str
    address: str
    router: str
    server: str
    port: str
    protocol: str


def take(way: Way) -> None:
    """Let everything go by the tunnel. Raises Trouble."""
    give_back()
    card = ("dev", way.interface)
    ran("ip", "-4", "address", "replace", way.address, *card, "noprefixroute")
    ran("ip", "link", "set", *card, "up")
    by = ("via", way.router, "onlink") if way.router else ()
    ran("ip", "-4", "route", "replace", "default", *by, *card, "table", TABLE)
    # A PC without IPv6, or without it at this interface, says no: then nothing of it can go astray there.
    tried("ip", "-6", "route", "replace", "default", *card, "table", TABLE)
    engine = ("to", way.server, "ipproto", way.protocol, "dport", way.port)
    ran("ip", "-4", "rule", "add", "pref", _ENGINE, *engine, "lookup", "main")
    for family in _FAMILIES:
        tried("ip", family, "rule", "add", "pref", _ALL, "lookup", TABLE)


def give_back() -> None:
    """Let everything go as it would without us; nothing is there is no failure. Raises Trouble without `ip`."""
    for family in _FAMILIES:
        for rule in (_ENGINE, _ALL):
            _drop(family, rule)
        tried("ip", family, "route", "flush", "table", TABLE)


def _drop(family: str, rule: str) -> None:
    for _ in range(_MOST_LEFT):
        if tried("ip", family, "rule", "del", "pref", rule).returncode:
            return


def is_taken() -> bool:
    """Whether everything goes by the tunnel now: the rule is there, and the tunnel's route."""
    shown = tried("ip", "-4", "route", "show", "table", TABLE).stdout
    return bool(shown.strip()) and f"{_ALL}:" in tried("ip", "-4", "rule", "show").stdout
