# SPDX-License-Identifier: Apache-2.0
"""Seats (端末), the PCs that hold them, and requests for activation, in words for both sides."""

from dataclasses import dataclass

from appliance.link.messages import ActivationRow, BondRow, SeatRow
from appliance.model.devices import Ended, Finding, RequestState, SeatState
from appliance.web import japanese
from appliance.web.house import House
from appliance.web.language import _

_TONES = {
    SeatState.ACTIVE: "good",
    SeatState.REQUESTED: "new",
    SeatState.FAILED: "bad",
    SeatState.OVERRIDDEN: "bad",
    SeatState.REVOKED: "bad",
}
# How far a PC is on its way: the last step is where its seat is ACTIVE.
STEPS = ("ダウンロード", "確認コード", "有効化")
_PAST = {SeatState.READY: 0, SeatState.DOWNLOADED: 1, SeatState.FAILED: 1, SeatState.REQUESTED: 2}


@dataclass(frozen=True, slots=True)
class BondLine:
    """A PC that holds a seat or held it. ended is why it does no more."""

    short_code: str
    bound: str
    ended_at: str
    ended: str


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat. step counts the steps that are behind it, -1 where it is on no way."""

    number: int
    name: str
    state: SeatState
    state_word: str
    tone: str
    since: str
    next: str
    promised: str
    told: str
    step: int
    bonds: tuple[BondLine, ...]
    connected_until: str = ""
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """Something that was found: what it is, and what the desk does about it."""

    finding: Finding
    what: str
    next: str


@dataclass(frozen=True, slots=True)
class ActivationLine:
    """A request for activation as the desk reads it."""

    row: ActivationRow
    seat: str
    came: str
    promised: str
    state: str
    findings: tuple[FindingLine, ...]
    decided: str


def seat_name(number: int) -> str:
    """1台目（管理者用）, 2台目 (R60)."""
    return _("1台目（管理者用）") if number == 1 else _("{number}台目", number=number)


def seat_line(house: House, row: SeatRow) -> SeatLine:
    """A row of the vault for people."""
    texts = house.texts
    return SeatLine(
        number=row.number,
        name=seat_name(row.number),
        state=row.state,
        state_word=texts.word("seat_state", row.state),
        tone=_TONES.get(row.state, ""),
        since=japanese.moment(row.since),
        next=texts.word("seat_next", row.state),
        promised=japanese.day(row.promised_on),
        told=row.told,
        step=_PAST.get(row.state, -1),
        bonds=tuple(_bond_line(house, bond) for bond in row.bonds),
        connected_until=japanese.clock(row.connected_until) if row.connected_until else "",
        blocked=row.blocked,
    )


def _bond_line(house: House, row: BondRow) -> BondLine:
    return BondLine(
        row.short_code,
        japanese.moment(row.bound_at),
        japanese.moment(row.ended_at) if row.ended_at else "",
        ended_word(house, row.ended) if row.ended else "",
    )


def ended_word(house: House, why: Ended) -> str:
    """Why a PC holds its seat no more."""
    return house.texts.word("ended", why)


def state_word(house: House, state: SeatState) -> str:
    """What people call a state."""
    return house.texts.word("seat_state", state)


def tone_of(state: SeatState) -> str:
    """How loudly a state is said."""
    return _TONES.get(state, "")


def activation_line(house: House, row: ActivationRow) -> ActivationLine:
    """A request of the vault for people."""
    texts = house.texts
    return ActivationLine(
        row=row,
        seat=_("確認コードの端末") if row.state is RequestState.CONTACT else seat_name(row.seat),
        came=japanese.moment(row.at),
        promised=japanese.day(row.promised_on),
        state=texts.word("request_state", row.state),
        findings=tuple(
            FindingLine(one, texts.word("finding", one), texts.word("finding_next", one)) for one in row.findings
        ),
        decided=_decided(row),
    )


def _decided(row: ActivationRow) -> str:
    if not row.decided_at:
        return ""
    moment = japanese.moment(row.decided_at)
    return _("{name}（{more}）", name=moment, more=row.decided_by or _("自動"))
