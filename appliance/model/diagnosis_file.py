# SPDX-License-Identifier: Apache-2.0
"""診断ファイル: what a kit's program says of its PC, read strictly and judged against R13 to R18.

The file (practice §4.6(6)) is UTF-8 text of lines `name: value`; the first is `renkei-diagnosis: 1`. It has no
personal data and proves nothing: anybody can write one. docs/desk.md has every name.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

FIRST_LINE = "renkei-diagnosis: 1"
MOST_BYTES = 16 * 1024
MOST_LINES = 100
_LINE = re.compile(r"([a-z][a-z0-9-]{0,39}): ?([^\x00-\x1f\x7f]{0,200})")
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_OFFSET = re.compile(r"-?[0-9]{1,9}", re.ASCII)
LEAST_BROWSER = 106
WINDOWS_11 = 22_000
# Certificates and one-time codes bear a little; what is off by more is worth a word, and by an hour an obstacle.
CLOCK_DOUBT, CLOCK_WRONG = 60, 3600


class Unreadable(ValueError):
    """It is no such file. reason is one of empty, size, text, first_line, line, twice, lines."""

    def __init__(self, reason: str) -> None:
        """The reason is for the page."""
        super().__init__(reason)
        self.reason = reason


class Light(StrEnum):
    """GREEN: as it should be. YELLOW: perhaps the cause. RED: it does not work so. GREY: the file does not say."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Checked(StrEnum):
    """What is looked at, in the order in which it is shown."""

    SYSTEM = "system"
    BROWSER = "browser"
    VIRTUAL_MACHINE = "virtual_machine"
    REMOTE_DESKTOP = "remote_desktop"
    NETWORK = "network"
    OTHER_VPN = "other_vpn"
    CLOCK = "clock"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Finding:
    """One light. found is what the file says of it, in its own words."""

    checked: Checked
    light: Light
    found: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """All lights; made_at, contract and seat are as the file has them, and unknown the names that nobody knows."""

    findings: tuple[Finding, ...]
    made_at: str = ""
    contract: str = ""
    seat: str = ""
    unknown: tuple[str, ...] = field(default=())


def diagnosed(content: bytes, others: Collection[str] = ()) -> Diagnosed:
    """The file, judged; others are the kinds of PCs beside Windows for which there are kits. Raises Unreadable."""
    values = parsed(content)
    findings = tuple(Finding(checked, *judge(values)) for checked, judge in _JUDGES.items())
    if values.get("platform") in others:
        findings = (Finding(Checked.SYSTEM, *_other_system(values)), *findings[1:])
    unknown = tuple(sorted(values.keys() - KNOWN))
    return Diagnosed(
        findings, values.get("made-at", ""), values.get("contract", ""), values.get("seat", ""), unknown
    )


def parsed(content: bytes) -> dict[str, str]:
    """Its lines by name, without the first. Raises Unreadable."""
    if not content.strip():
        raise Unreadable("empty")
    if len(content) > MOST_BYTES:
        raise Unreadable("size")
    try:
        lines = content.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n").split("\n")
    except UnicodeDecodeError as error:
        raise Unreadable("text") from error
    if lines[0].strip() != FIRST_LINE:
        raise Unreadable("first_line")
    if len(lines) > MOST_LINES:
        raise Unreadable("lines")
    return _named(lines[1:])


def _named(lines: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            raise Unreadable("line")
        if found[1] in values:
            raise Unreadable("twice")
        values[found[1]] = found[2].strip()
    return values


# --- the lights ---------------------------------------------------------------------------------------------------

Values = Mapping[str, str]
Judged = tuple[Light, str]


def _system(values: Values) -> Judged:
    """R13: Windows 10 or 11 with 64 bits."""
    name, bits, build = values.get("os", ""), values.get("os-bits", ""), values.get("os-build", "")
    if not name:
        return Light.GREY, ""
    told = _system_told(values)
    known = name in ("Windows 10", "Windows 11")
    if not known or (bits and bits != "64"):
        return Light.RED, told
    if not bits or (name == "Windows 11" and _number(build, WINDOWS_11) < WINDOWS_11):
        return Light.YELLOW, told
    return Light.GREEN, told


def _other_system(values: Values) -> Judged:
    """What there is a kit for: the kit's own program has written the file there."""
    bits, told = values.get("os-bits", ""), _system_told(values) or values["platform"]
    if bits == "64":
        return Light.GREEN, told
    return (Light.RED if bits else Light.YELLOW), told


def _system_told(values: Values) -> str:
    name, bits, build = values.get("os", ""), values.get("os-bits", ""), values.get("os-build", "")
    return " ".join(filter(None, (name, build and f"({build})", bits and f"{bits}bit")))


def _browser(values: Values) -> Judged:
    """R14: Chrome or Edge from 106 on; one of them is enough."""
    found = {name: values[key] for name, key in (("Chrome", "chrome"), ("Edge", "edge")) if values.get(key)}
    if not found:
        return Light.GREY, ""
    told = ", ".join(f"{name} {version}" for name, version in found.items())
    majors = [_number(version.partition(".")[0], -1) for version in found.values()]
    if max(majors) < 0:
        return Light.YELLOW, told
    return (Light.GREEN if max(majors) >= LEAST_BROWSER else Light.RED), told


def _absent(key: str, present: Light) -> Callable[[Values], Judged]:
    """What should not be there: "no", "yes", or "yes" with more about it; hints refuse nothing (A40)."""

    def judge(values: Values) -> Judged:
        value = values.get(key, "")
        if value == "no":
            return Light.GREEN, ""
        if value == "yes" or value.startswith("yes "):
            return present, value[4:].strip(" ()")
        return Light.GREY, value

    return judge


def _network(values: Values) -> Judged:
    """R17: 80 and 443 lead out; 443 is the one without which nothing goes."""
    ports = {port: values.get(f"port-{port}", "") for port in ("80", "443")}
    if not any(ports.values()):
        return Light.GREY, ""
    told = ", ".join(f"{port}: {value}" for port, value in ports.items() if value)
    if ports["443"] != "open":
        return (Light.RED if ports["443"] == "closed" else Light.YELLOW), told
    return (Light.GREEN if ports["80"] == "open" else Light.YELLOW), told


def _clock(values: Values) -> Judged:
    """How many seconds the PC is ahead of the service."""
    value = values.get("clock-offset", "")
    if not _OFFSET.fullmatch(value):
        return Light.GREY, value
    off = abs(int(value))
    if off >= CLOCK_WRONG:
        return Light.RED, value
    return (Light.YELLOW if off >= CLOCK_DOUBT else Light.GREEN), value


def _client(values: Values) -> Judged:
    """Whether the program for the connection is installed, and runs."""
    value = values.get("client", "")
    lights = {"running": Light.GREEN, "stopped": Light.YELLOW, "none": Light.RED}
    return lights.get(value.partition(" ")[0], Light.GREY), value


def _number(text: str, otherwise: int) -> int:
    return int(text) if _NUMBER.fullmatch(text) else otherwise


_JUDGES: Mapping[Checked, Callable[[Values], Judged]] = {
    Checked.SYSTEM: _system,
    Checked.BROWSER: _browser,
    Checked.VIRTUAL_MACHINE: _absent("virtual-machine", Light.RED),
    Checked.REMOTE_DESKTOP: _absent("remote-desktop", Light.RED),
    Checked.NETWORK: _network,
    Checked.OTHER_VPN: _absent("other-vpn", Light.YELLOW),
    Checked.CLOCK: _clock,
    Checked.CLIENT: _client,
}
_OF_CHECKS = ("os", "os-build", "os-bits", "chrome", "edge", "virtual-machine", "remote-desktop", "other-vpn")
_OF_WAY = ("port-80", "port-443", "clock-offset", "client")
KNOWN = frozenset({"made-at", "contract", "seat", "platform", *_OF_CHECKS, *_OF_WAY})
