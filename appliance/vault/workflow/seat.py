# SPDX-License-Identifier: Apache-2.0
"""The machine of a seat (requirements 1.U): opened by the fund, fetched, requested, active, and ended.

1. Each opening has a kit of its own id; what an older kit makes is known by it.
2. A request takes the seat to REQUESTED, also that of an active one: its bond holds until the new one is approved.
3. A refused request leaves an active seat active.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.model.devices import Seat, SeatState
from appliance.model.time import Instant
from appliance.vault.workflow.machine import Edge, follow


class Command(StrEnum):
    """What can be done with a seat. REVOKE ends its bond, OPEN makes it ready for another PC.

    REFUSE and KEEP both refuse a request: of a seat without a bond, and of one whose PC goes on.
    """

    ADD = "add"
    OPEN = "open"
    CLOSE = "close"
    FETCH = "fetch"
    REQUEST = "request"
    REFUSE = "refuse"
    KEEP = "keep"
    APPROVE = "approve"
    OVERRIDE = "override"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edge may look at: who does it and when, and what comes with it.

    kit is that of an opening; request and promised_on come with REQUEST, bond with APPROVE, told with REFUSE.
    """

    actor: str
    now: Instant
    office: str = ""
    number: int = 0
    kit: str = ""
    request: str = ""
    promised_on: str = ""
    bond: str = ""
    told: str = ""


def has_kit(seat: Seat | None, facts: Facts) -> bool:
    """An opening brings the id of its kits."""
    return bool(facts.kit)


def has_bond(seat: Seat | None, facts: Facts) -> bool:
    """An approval brings the bond."""
    return bool(facts.bond)


def explained(seat: Seat | None, facts: Facts) -> bool:
    """The office is told why."""
    return bool(facts.told)


def unbound(seat: Seat | None, facts: Facts) -> bool:
    """No PC holds the seat, and the office is told why its request is refused."""
    return seat is not None and not seat.bond and explained(seat, facts)


def still_bound(seat: Seat | None, facts: Facts) -> bool:
    """A PC holds the seat, and the office is told why its request is refused."""
    return seat is not None and bool(seat.bond) and explained(seat, facts)


def added(seat: Seat | None, facts: Facts) -> Seat:
    """A seat that nobody has yet."""
    return Seat(facts.office, facts.number, SeatState.CLOSED, facts.now, facts.actor)


def opened(seat: Seat | None, facts: Facts) -> Seat:
    """Its kit is offered; an older one is of no use."""
    return replace(
        _moved(seat, SeatState.READY, facts), kit=facts.kit, bond="", request="", promised_on="", told=""
    )


def closed(seat: Seat | None, facts: Facts) -> Seat:
    """Its kit is offered no more, and nobody is added for its sake (R113)."""
    gone = replace(_moved(seat, SeatState.CLOSED, facts), kit="", request="", promised_on="", told="")
    return replace(gone, activated_at=0)


def fetched(seat: Seat | None, facts: Facts) -> Seat:
    """Somebody of the office has the kit."""
    return replace(_moved(seat, SeatState.DOWNLOADED, facts), downloaded_at=facts.now)


def requested(seat: Seat | None, facts: Facts) -> Seat:
    """A 確認コード waits; the office knows until when."""
    return replace(
        _moved(seat, SeatState.REQUESTED, facts), request=facts.request, promised_on=facts.promised_on, told=""
    )


def failed(seat: Seat | None, facts: Facts) -> Seat:
    """The desk speaks to the office, which sends another one."""
    return replace(_moved(seat, SeatState.FAILED, facts), request="", promised_on="", told=facts.told)


def kept(seat: Seat | None, facts: Facts) -> Seat:
    """The PC that holds it goes on."""
    return replace(_moved(seat, SeatState.ACTIVE, facts), request="", promised_on="", told=facts.told)


def bound(seat: Seat | None, facts: Facts) -> Seat:
    """Its PC may connect."""
    fresh = replace(_moved(seat, SeatState.ACTIVE, facts), bond=facts.bond, request="", promised_on="", told="")
    return replace(fresh, activated_at=fresh.activated_at or facts.now)


def overridden(seat: Seat | None, facts: Facts) -> Seat:
    """Another seat was set up on its PC."""
    return replace(_moved(seat, SeatState.OVERRIDDEN, facts), bond="", request="", promised_on="")


def revoked(seat: Seat | None, facts: Facts) -> Seat:
    """Its PC may connect no more, and nothing that it sent is looked at."""
    return replace(_moved(seat, SeatState.REVOKED, facts), bond="", request="", promised_on="")


def _moved(seat: Seat | None, state: SeatState, facts: Facts) -> Seat:
    assert seat is not None
    return replace(seat, state=state, since=facts.now, by=facts.actor)


C = Command
CLOSED, READY, DOWNLOADED, REQUESTED = SeatState.CLOSED, SeatState.READY, SeatState.DOWNLOADED, SeatState.REQUESTED
FAILED, ACTIVE, OVERRIDDEN, REVOKED = SeatState.FAILED, SeatState.ACTIVE, SeatState.OVERRIDDEN, SeatState.REVOKED
_FETCHABLE = (READY, DOWNLOADED, FAILED)
_REQUESTABLE = (READY, DOWNLOADED, FAILED, ACTIVE, REQUESTED)
_REVOCABLE = (DOWNLOADED, REQUESTED, FAILED, ACTIVE)
EDGES: tuple[Edge[Seat, Facts], ...] = (
    Edge(None, C.ADD, None, CLOSED, added),
    *(Edge(state, C.OPEN, has_kit, READY, opened) for state in (CLOSED, OVERRIDDEN, REVOKED)),
    *(Edge(state, C.CLOSE, None, CLOSED, closed) for state in (READY, OVERRIDDEN, REVOKED)),
    *(Edge(state, C.FETCH, None, DOWNLOADED, fetched) for state in _FETCHABLE),
    *(Edge(state, C.REQUEST, None, REQUESTED, requested) for state in _REQUESTABLE),
    Edge(REQUESTED, C.REFUSE, unbound, FAILED, failed),
    Edge(REQUESTED, C.KEEP, still_bound, ACTIVE, kept),
    Edge(REQUESTED, C.APPROVE, has_bond, ACTIVE, bound),
    *(Edge(state, C.OVERRIDE, None, OVERRIDDEN, overridden) for state in (ACTIVE, REQUESTED)),
    *(Edge(state, C.REVOKE, None, REVOKED, revoked) for state in _REVOCABLE),
)


def step(seat: Seat | None, command: Command, facts: Facts) -> Seat:
    """The seat after command; None stands for the one that is not there yet. Raises machine.NotPossible."""
    return follow(EDGES, seat.state if seat else None, seat, command, facts)


def leads_from(state: SeatState, command: Command) -> bool:
    """Whether any edge leaves state by command, whatever its guard says."""
    return any(edge.start is state and edge.command is command for edge in EDGES)
