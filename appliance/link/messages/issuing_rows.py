# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about what an office is given: numbers, keys, letters, seats and another admin."""

from appliance.link.messages import issuing as i
from appliance.link.messages.row import Carries, Message, Nothing
from appliance.model.journal import Kind
from appliance.model.words import Site

_PORTAL, _CONSOLE = frozenset({Site.PORTAL}), frozenset({Site.CONSOLE})


def _changing(shape: type, reply: type, sites: frozenset[Site], kind: Kind, action: str) -> Message:
    return Message(shape, reply, sites, kind, action=action, changes=True)


ISSUING_MESSAGES: tuple[Message, ...] = (
    Message(i.ListLetters, i.LetterPage, _CONSOLE, Kind.LETTER_LIST_READ, action="letter.list"),
    Message(
        i.PrintLetters,
        i.LettersPrinted,
        _CONSOLE,
        Kind.LETTER_PRINTED,
        action="letter.print",
        changes=True,
        carries=Carries.BYTES_DOWN,
    ),
    _changing(i.ConfirmLetters, i.LettersConfirmed, _CONSOLE, Kind.LETTER_CONFIRMED, "letter.print"),
    _changing(i.ReissueLetter, i.LetterReissued, _CONSOLE, Kind.LETTER_REISSUED, "letter.reissue"),
    Message(i.ReadIssued, i.Issued, _CONSOLE, Kind.ISSUED_READ, action="office.read"),
    Message(i.ReadOwnIssued, i.Issued, _PORTAL, Kind.ISSUED_READ, action="own.issued"),
    _changing(i.AskReissue, Nothing, _PORTAL, Kind.LETTER_ASKED, "own.issued"),
    _changing(i.ChangeSeats, i.SeatsChanged, _CONSOLE, Kind.SEATS_CHANGED, "seats.change"),
    _changing(i.NameSuccessor, Nothing, _PORTAL, Kind.HAND_OVER_ASKED, "own.hand_over"),
    _changing(i.ConfirmSuccessor, Nothing, _PORTAL, Kind.HAND_OVER_CONFIRMED, "own.hand_over"),
    _changing(i.DropSuccessor, Nothing, _PORTAL, Kind.HAND_OVER_DROPPED, "own.hand_over"),
    _changing(i.HandOver, i.HandedOver, _PORTAL, Kind.HAND_OVER_DONE, "own.hand_over"),
    _changing(i.AllowZipChange, i.ZipChangeAllowed, _CONSOLE, Kind.ZIP_PASSWORD_OPENED, "zip_password.open"),
    _changing(i.ChangeZipPassword, Nothing, _PORTAL, Kind.ZIP_PASSWORD_CHANGED, "zip_password.show"),
)

ISSUING_SAFE_AGAIN: frozenset[type] = frozenset({i.ListLetters, i.ReadIssued, i.ReadOwnIssued})
