# SPDX-License-Identifier: Apache-2.0
"""Messages of an administrator at the vault's own host."""

from dataclasses import dataclass

from appliance.link.messages.gate import EngineNow
from appliance.model.time import Instant
from appliance.model.words import Site


@dataclass(frozen=True, slots=True)
class CutLink:
    """End all visits of a site at once: its process may be in other hands."""

    of_site: Site


@dataclass(frozen=True, slots=True)
class LinkCut:
    """How many visits ended."""

    visits: int


@dataclass(frozen=True, slots=True)
class MoveClock:
    """Move the demo clock forward. Refused unless [demo] is enabled."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """The instant that it is now."""

    now: Instant


@dataclass(frozen=True, slots=True)
class BlockPlugin:
    """Journal that an administrator blocks (or unblocks) a plugin from the next start on."""

    name: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class ApprovePlugin:
    """Journal that an administrator lets in (or removes) plugins: a distribution or a file, its SHA-256 in hex."""

    name: str
    version: str
    sha256: str
    approved: bool


@dataclass(frozen=True, slots=True)
class ExportJournal:
    """The whole journal as a bundle; it comes with the reply."""


@dataclass(frozen=True, slots=True)
class VerifyJournal:
    """Check the whole journal, and against a signed checkpoint from elsewhere if one is given."""

    against: str = ""


@dataclass(frozen=True, slots=True)
class JournalVerdict:
    """The result: entries counted, the root in base64, and the first bad entry if there is one."""

    entries: int
    root: str
    ok: bool
    first_bad: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskStatus:
    """How the vault is."""


@dataclass(frozen=True, slots=True)
class ScannerNow:
    """A malware scanner when last asked: engine is "" while it does not answer, signatures_at 0 if unknown."""

    name: str
    engine: str = ""
    signatures_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Status:
    """Figures for `renkei status` and for tests.

    sessions are those that the gate last showed, engines how its VPN engines are; tunnel_drift is how many sessions
    are not as the vault says.
    """

    version: str
    now: Instant
    journal_size: int
    records_ratio: float
    blobs_ratio: float
    gate_connected: bool
    sessions: int
    scanners: tuple[ScannerNow, ...] = ()
    engines: tuple[EngineNow, ...] = ()
    tunnel_drift: int = 0
