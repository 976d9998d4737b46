# SPDX-License-Identifier: Apache-2.0
"""VPN sessions in words: whose, since when, until when, and why no longer."""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.link.messages import TunnelPerson, TunnelRow
from appliance.model.time import Instant
from appliance.model.tunnels import Cause, SessionState
from appliance.model.words import Role
from appliance.web import japanese
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.seat_words import seat_name

# Who may do what, as the policy that is shipped has it.
MAY_END = frozenset({Role.FUND_CLERK, Role.FUND_DESK, Role.FUND_SYSTEM})
MAY_END_MANY = MAY_BLOCK = frozenset({Role.FUND_CLERK, Role.FUND_SYSTEM})
# How loudly a cause is said: as it should be, the line, the fund's own act, and what was not to be.
_BAD = frozenset({Cause.SEAT, Cause.CERTIFICATE, Cause.STRANGER, Cause.BLOCKED, Cause.SUSPENDED, Cause.OFTEN})
_TONES = {SessionState.OPEN: "good", SessionState.APPEARED: "new", SessionState.ENDING: "new"}


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session for people. until is "" where it is not open, ended where it goes on; label names it in full."""

    id: str
    office: str
    office_name: str
    contract_number: str
    seat: int
    seat_name: str
    label: str
    people: Sequence[TunnelPerson]
    state: str
    tone: str
    is_live: bool
    is_over: bool
    since: str
    day: str
    start: str
    until: str
    left: str
    ended: str
    engine: str
    address: str
    source: str
    came: str
    went: str
    by: str
    told: str


def session_line(house: House, row: TunnelRow, now: Instant) -> SessionLine:
    """A row of the vault in words."""
    is_open = row.state is SessionState.OPEN
    is_over = row.state is SessionState.ENDED
    return SessionLine(
        id=row.id,
        office=row.office,
        office_name=row.office_name,
        contract_number=row.contract_number,
        seat=row.seat,
        seat_name=seat_name(row.seat) if row.seat else "",
        label=whose(row),
        people=row.people,
        state=cause_word(house, row.cause) if row.cause else house.texts.word("tunnel_state", row.state),
        tone=tone_of(row),
        is_live=row.state in (SessionState.OPEN, SessionState.APPEARED),
        is_over=is_over,
        since=japanese.moment(row.appeared_at),
        day=japanese.date(row.appeared_at),
        start=japanese.clock(row.appeared_at),
        until=japanese.clock(row.ends_at) if is_open else "",
        left=japanese.span(row.ends_at - now) if is_open else "",
        ended=japanese.clock(row.ended_at) if row.ended_at else "",
        engine=engine_name(row.engine),
        address=row.address,
        source=row.source,
        came=japanese.size(row.bytes_in),
        went=japanese.size(row.bytes_out),
        by=row.by,
        told=row.told,
    )


def whose(row: TunnelRow) -> str:
    """Office and seat in a few words; a stranger has neither."""
    if not row.office_name:
        return _("登録のない端末")
    return _("{office}・{seat}", office=row.office_name, seat=seat_name(row.seat))


def cause_word(house: House, cause: Cause) -> str:
    """Why it ended, in words."""
    return house.texts.word("tunnel_cause", cause)


def tone_of(row: TunnelRow) -> str:
    """How loudly its state is said."""
    if row.cause is None:
        return _TONES.get(row.state, "")
    return "bad" if row.cause in _BAD else "off"


def engine_name(engine: str) -> str:
    """An engine as people call it: its plugin without the family."""
    known = {"tunnel_softether": "SoftEther VPN", "tunnel_wireguard": "WireGuard", "tunnel_loopback": "loopback"}
    return known.get(engine, engine)
