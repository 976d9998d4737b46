# SPDX-License-Identifier: Apache-2.0
"""The plugin's table in the configuration."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum

from renkei_scan_clamav.clamd import Place

# Below the two minutes that the host gives one scan, so that what is said names clamd.
LONGEST_TIMEOUT = 110.0
# ClamAV's own parsers were broken by limits of 1 GiB and more (CVE-2025-20260).
MOST_MIB = 1023
_ADDRESS = re.compile(r"(?:\[([0-9a-f:.%]+)\]|([^:\s\[\]]+)):([0-9]{1,5})", re.IGNORECASE)


class Stale(StrEnum):
    """What too old signatures mean: a warning in log and figures, or that documents wait for newer ones."""

    WARN = "warn"
    HOLD = "hold"


@dataclass(frozen=True)
class Settings:
    """Where clamd listens: socket, a path, or address, as "host:port", which has precedence.

    Documents pass in the clear: over a network only with allow_plain. max_mib must not be more than clamd's
    StreamMaxLength. max_signature_age_days 0 is no limit. parallel is how many documents clamd gets at once.
    self_test: clamd has to find the EICAR test text before it is believed.
    """

    socket: str = "/run/clamav/clamd.ctl"
    address: str = ""
    allow_plain: bool = False
    timeout_seconds: float = 60.0
    max_mib: int = 200
    max_signature_age_days: int = 7
    stale: Stale = Stale.WARN
    parallel: int = 4
    self_test: bool = True

    def __post_init__(self) -> None:
        """Refuse what can reach no clamd, and documents in the clear across a network."""
        if self.address:
            self._check_address()
        elif not self.socket.startswith("/"):
            raise ValueError("`socket` is the full path of clamd's LocalSocket")
        if not 0.1 <= self.timeout_seconds <= LONGEST_TIMEOUT:
            raise ValueError(f"`timeout_seconds` is from 0.1 to {LONGEST_TIMEOUT:g}")
        if not 1 <= self.max_mib <= MOST_MIB:
            raise ValueError(f"`max_mib` is from 1 to {MOST_MIB}")
        if not 0 <= self.max_signature_age_days <= 3650:
            raise ValueError("`max_signature_age_days` is from 0 to 3650")
        if not 1 <= self.parallel <= 64:
            raise ValueError("`parallel` is from 1 to 64")

    def _check_address(self) -> None:
        host, port = _host_and_port(self.address)
        if not 1 <= port <= 65535:
            raise ValueError("`address` ends with a port from 1 to 65535")
        if not self.allow_plain and not _is_loopback(host):
            raise ValueError(
                "`address` is another machine, and clamd takes documents in the clear; "
                "use clamd on this machine, or set `allow_plain = true` for a network that nobody else can read"
            )

    @property
    def place(self) -> Place:
        """Where clamd is."""
        return _host_and_port(self.address) if self.address else self.socket

    @property
    def max_bytes(self) -> int:
        """The largest document that is shown to clamd."""
        return self.max_mib * 1024 * 1024


def _host_and_port(address: str) -> tuple[str, int]:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError("`address` is written `host:port`")
    return match[1] or match[2], int(match[3])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
