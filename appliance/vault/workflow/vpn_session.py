# SPDX-License-Identifier: Apache-2.0
"""The machine of a VPN session (design §9): it appears, is let through or refused, has to end, and is gone.

1. What was not found right is never open: APPEARED leads to OPEN by the verdict alone.
2. A deadline of an open session only ever comes nearer.
3. ENDING holds until an engine that answers shows the session no more: ENDED is what was observed.
4. Why it ended is said once, by what ended it first.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.model.time import Instant
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.workflow.machine import Edge, follow


class Command(StrEnum):
    """What happens to a session. SHORTEN: a deadline is nearer by now. VANISH: no engine shows it any more."""

    APPEAR = "appear"
    OPEN = "open"
    REFUSE = "refuse"
    SHORTEN = "shorten"
    END = "end"
    VANISH = "vanish"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edge may look at.

    session comes with APPEAR, address and ends_at with OPEN, ends_at with SHORTEN, cause with REFUSE and END; by
    and told are whose act the end is, and the reason given. VANISH brings when it was last seen, as now, and what
    went through it.
    """

    now: Instant
    session: TunnelSession | None = None
    address: str = ""
    began_at: Instant = 0
    ends_at: Instant = 0
    cause: Cause | None = None
    by: str = ""
    told: str = ""
    bytes_in: int = 0
    bytes_out: int = 0


def is_new(session: TunnelSession | None, facts: Facts) -> bool:
    """What appears brings itself."""
    return facts.session is not None


def has_time(session: TunnelSession | None, facts: Facts) -> bool:
    """It has an address, and some time left."""
    return bool(facts.address) and facts.ends_at > facts.now


def is_nearer(session: TunnelSession | None, facts: Facts) -> bool:
    """A deadline never moves away (promise 2)."""
    return session is not None and facts.ends_at < session.ends_at


def has_cause(session: TunnelSession | None, facts: Facts) -> bool:
    """Nothing ends without a why."""
    return facts.cause is not None


def appeared(session: TunnelSession | None, facts: Facts) -> TunnelSession:
    """An engine shows it, and nothing passes."""
    assert facts.session is not None
    return replace(facts.session, state=SessionState.APPEARED, ends_at=0, cause=None)


def opened(session: TunnelSession | None, facts: Facts) -> TunnelSession:
    """It reaches the portal, until its earliest deadline."""
    return replace(
        _there(session),
        state=SessionState.OPEN,
        address=facts.address,
        began_at=facts.began_at or _there(session).began_at,
        ends_at=facts.ends_at,
    )


def shortened(session: TunnelSession | None, facts: Facts) -> TunnelSession:
    """It has less time than it had."""
    return replace(_there(session), ends_at=facts.ends_at)


def ending(session: TunnelSession | None, facts: Facts) -> TunnelSession:
    """The portal knows it no more; the gate has to end it (promise 4)."""
    return replace(
        _there(session),
        state=SessionState.ENDING,
        ended_at=facts.now,
        cause=facts.cause,
        by=facts.by,
        told=facts.told,
    )


def gone(session: TunnelSession | None, facts: Facts) -> TunnelSession:
    """Nobody had ended it: the line broke, or somebody pressed 「切断」."""
    return replace(_counted(_there(session), facts), ended_at=facts.now, cause=Cause.GONE)


def ended(session: TunnelSession | None, facts: Facts) -> TunnelSession:
    """It was told to end, and did (promise 3)."""
    return _counted(_there(session), facts)


def _counted(session: TunnelSession, facts: Facts) -> TunnelSession:
    return replace(session, state=SessionState.ENDED, bytes_in=facts.bytes_in, bytes_out=facts.bytes_out)


def _there(session: TunnelSession | None) -> TunnelSession:
    assert session is not None
    return session


APPEARED, OPEN, ENDING, ENDED = SessionState
EDGES: tuple[Edge[TunnelSession, Facts], ...] = (
    Edge(None, Command.APPEAR, is_new, APPEARED, appeared),
    Edge(APPEARED, Command.OPEN, has_time, OPEN, opened),
    Edge(APPEARED, Command.REFUSE, has_cause, ENDING, ending),
    Edge(APPEARED, Command.END, has_cause, ENDING, ending),
    Edge(APPEARED, Command.VANISH, None, ENDED, gone),
    Edge(OPEN, Command.SHORTEN, is_nearer, OPEN, shortened),
    Edge(OPEN, Command.END, has_cause, ENDING, ending),
    Edge(OPEN, Command.VANISH, None, ENDED, gone),
    Edge(ENDING, Command.VANISH, None, ENDED, ended),
)


def step(session: TunnelSession | None, command: Command, facts: Facts) -> TunnelSession:
    """The session after command; None stands for the one that is not there yet. Raises machine.NotPossible."""
    return follow(EDGES, session.state if session else None, session, command, facts)
