# SPDX-License-Identifier: Apache-2.0
"""Messages between the vault and the gate. All but WatchSessions may be sent again, and then change nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.model.tunnels import Cause

# As many seats, or sessions, stand in one message: a certificate has some 800 bytes, a message at most 1 MiB.
GATE_PAGE = 500


@dataclass(frozen=True, slots=True)
class WatchSessions:
    """The vault asks the gate to report, until the stream is closed: a stream of framed GateReports."""


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A VPN session that an engine shows now. seconds since it appeared; seat is the name of an AdmittedSeat.

    address is that inside the tunnel, "" before it has one. open_seconds is for how long the kernel lets it
    through by itself, read back from there; 0 is shut.
    """

    engine: str
    session: str
    seat: str
    seconds: float
    address: str = ""
    source: str = ""
    bytes_in: int = 0
    bytes_out: int = 0
    open_seconds: float = 0


@dataclass(frozen=True, slots=True)
class EngineNow:
    """How an engine is. ready: it was prepared, and answers. trouble is one English line for log and doctor.

    interface and client are as in contracts.tunnel.Prepared, empty before it was ready for the first time.
    """

    name: str
    ready: bool
    trouble: str = ""
    interface: str = ""
    client: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GateReport:
    """All live sessions of all engines, as the gate sees them at this moment.

    engines are those that answered just now: of the others live says nothing. told: the gate was told all seats
    since it started (TellSeats). run is another one after each start of the gate. table is why the kernel's table
    cannot be relied upon now, one English line; "" when it stands as it should.
    """

    engines: tuple[str, ...]
    live: tuple[LiveSession, ...]
    states: tuple[EngineNow, ...] = ()
    told: bool = False
    run: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class AdmittedSeat:
    """A PC that may connect, as contracts.tunnel.TunnelSeat."""

    name: str
    certificate: bytes = field(repr=False)
    wireguard_key: str = ""
    address: str = ""
    not_after: int = 0


@dataclass(frozen=True, slots=True)
class TellSeats:
    """All seats that may connect, in pages; with the last one the engines are prepared for these, and no others."""

    seats: tuple[AdmittedSeat, ...]
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class AdmitSeats:
    """These may connect from now on."""

    seats: tuple[AdmittedSeat, ...]


@dataclass(frozen=True, slots=True)
class BarSeats:
    """These may not connect any more: shut in the kernel, barred at the engines, sessions closed, read back."""

    seats: tuple[str, ...]
    cause: Cause


@dataclass(frozen=True, slots=True)
class ToOpen:
    """A session that may reach the portal for so many seconds more. seat and address are those it must have."""

    engine: str
    session: str
    seat: str
    address: str
    seconds: float


@dataclass(frozen=True, slots=True)
class OpenSessions:
    """Let these through; what the kernel holds for their addresses is replaced. This also confirms them.

    Each watch begins with nothing confirmed: what it does not confirm within 15 s is ended. In the answer, left are
    those that were not opened: gone, another one by now, or the kernel refused.
    """

    sessions: tuple[ToOpen, ...]


@dataclass(frozen=True, slots=True)
class ToEnd:
    """A session that has to end."""

    engine: str
    session: str
    seat: str


@dataclass(frozen=True, slots=True)
class EndSessions:
    """End these: shut in the kernel, barred, closed, read back; then admitted again, unless BarSeats said no."""

    sessions: tuple[ToEnd, ...]
    cause: Cause


@dataclass(frozen=True, slots=True)
class GateDone:
    """What was done, read back. left are the sessions, of those that were named, that an engine still shows.

    shut: the kernel lets nothing of them through any more. failed are the engines that did not answer. under_way:
    it takes longer than anybody should wait, as an engine ends thousands one after another; this is what is so by
    now, and it goes on to its end.
    """

    left: tuple[ToEnd, ...] = ()
    shut: bool = True
    failed: tuple[str, ...] = ()
    under_way: bool = False
