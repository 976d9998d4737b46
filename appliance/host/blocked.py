# SPDX-License-Identifier: Apache-2.0
"""The list of blocked plugins: one name a line, read at the next start (design §4)."""

from pathlib import Path

from appliance.host.durable import write_whole

FILE = "blocked"


def read_blocked(state: Path) -> frozenset[str]:
    """The names in the list; none if there is no list. Lines that begin with # are remarks."""
    try:
        text = (state / FILE).read_text("utf-8")
    except FileNotFoundError:
        return frozenset()
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def write_blocked(state: Path, names: frozenset[str]) -> None:
    """Replace the list, durably and as a whole; whoever writes it, the services read it."""
    write_whole(state / FILE, "".join(f"{name}\n" for name in sorted(names)).encode())
