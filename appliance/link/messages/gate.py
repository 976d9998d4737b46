# SPDX-License-Identifier: Apache-2.0
"""Messages between the vault and the gate."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WatchSessions:
    """The vault asks the gate to report, until the stream is closed: a stream of framed GateReports."""


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A VPN session that an engine shows now. seconds since it appeared."""

    engine: str
    session: str
    seat: str
    seconds: int


@dataclass(frozen=True, slots=True)
class GateReport:
    """All live sessions of all engines, as the gate sees them at this moment."""

    engines: tuple[str, ...]
    live: tuple[LiveSession, ...]
