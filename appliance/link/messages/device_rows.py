# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about the PCs of an office: requests for activation, seats and bonds."""

from appliance.link.messages import devices as d
from appliance.link.messages.row import Message, Nothing
from appliance.model.journal import Kind
from appliance.model.words import Site

_PORTAL, _CONSOLE, _ADMIN = (frozenset({site}) for site in (Site.PORTAL, Site.CONSOLE, Site.ADMIN))


def _changing(shape: type, sites: frozenset[Site], kind: Kind, action: str) -> Message:
    return Message(shape, Nothing, sites, kind, action=action, changes=True)


DEVICE_MESSAGES: tuple[Message, ...] = (
    Message(d.ListActivations, d.ActivationPage, _CONSOLE, Kind.ACTIVATION_LIST_READ, action="activation.list"),
    Message(d.ReadActivation, d.ActivationRow, _CONSOLE, Kind.ACTIVATION_LIST_READ, action="activation.list"),
    _changing(d.ApproveActivation, _CONSOLE, Kind.ACTIVATION_APPROVED, "activation.decide"),
    _changing(d.RefuseActivation, _CONSOLE, Kind.ACTIVATION_REFUSED, "activation.decide"),
    Message(d.ListOwnSeats, d.SeatPage, _PORTAL, Kind.SEAT_LIST_READ, action="seat.own"),
    Message(d.ListSeats, d.SeatPage, _CONSOLE, Kind.SEAT_LIST_READ, action="seat.list"),
    Message(d.FindSeats, d.FoundSeats, _CONSOLE, Kind.SEAT_LIST_READ, action="seat.list"),
    _changing(d.RevokeSeat, _CONSOLE, Kind.SEAT_REVOKED, "seat.revoke"),
    _changing(d.OpenSeat, _CONSOLE, Kind.SEAT_OPENED, "seat.revoke"),
    _changing(d.AskSeatCode, _PORTAL, Kind.SEAT_CODE_ASKED, "seat.give_up"),
    _changing(d.GiveUpSeat, _PORTAL, Kind.SEAT_REVOKED, "seat.give_up"),
    Message(d.AskSeats, d.SeatPages, _ADMIN, Kind.SEAT_LIST_READ, visit=False),
    Message(d.RevokeSeats, d.SeatsRevoked, _ADMIN, Kind.SEAT_REVOKED, visit=False),
)

DEVICE_SAFE_AGAIN: frozenset[type] = frozenset(
    {d.ListActivations, d.ReadActivation, d.ListOwnSeats, d.ListSeats, d.FindSeats, d.AskSeats}
)
