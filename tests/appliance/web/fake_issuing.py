# SPDX-License-Identifier: Apache-2.0
"""Letters, seats and a hand-over in the memory of a fake vault."""

from dataclasses import replace
from typing import Any

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.devices import SeatState
from appliance.model.time import DAY, HOUR
from tests.appliance.web.fake_people import FIRST, id_of

PDF = b"%PDF-1.4 letters"


class FakeIssuing:
    """Answers the messages about what an office is given. issued is what its card says."""

    clock: Any
    offices: Any

    def __init__(self) -> None:
        """Two letters wait, one of which is printed; one office asks for another."""
        now = self.clock.now()
        office = m.OwnOffice(12, "1234567-00000001", "株式会社ABC商事", "", 2, True)
        letter = m.LetterKnown(now - HOUR, now + DAY, 1)
        seats = (m.SeatLine(1, SeatState.ACTIVE, now), m.SeatLine(2, SeatState.READY, now))
        changes = (m.SeatChangeRow(now, "基金　花子", 1, 2, "2026-06-01", ""),)
        self.issued = m.Issued(office, "abcUser01", "山田　太郎", 2, now, letter, seats, changes, may_rotate=True)
        self.letters = [
            self.letter("p", printed_at=now),
            self.letter("q", by_hand=m.ByHand("𱁬田　太郎", "𱁬", "邉")),
        ]
        self.wanting = (m.WantingRow(id_of("w"), 34, "1234567-00000034", "連携商事", now, 0),)

    def letter(self, letter: str, *, printed_at: int = 0, by_hand: m.ByHand | None = None) -> m.LetterRow:
        """One that waits."""
        now = self.clock.now()
        about = (id_of("o"), 12, "1234567-00000001", "株式会社ABC商事")
        names = (by_hand,) if by_hand else ()
        return m.LetterRow(id_of(letter), *about, now, now + DAY, int(bool(printed_at)), printed_at, False, names)

    def of_press(self, message: Any) -> tuple[Any, bytes] | None:
        """The reply and the bytes of a print, None for any other message."""
        if not isinstance(message, m.PrintLetters):
            return None
        known = {row.letter for row in self.letters}
        if not set(message.letters) <= known:
            raise Refused(Why.CONFLICT, "letter.gone")
        count = len(message.letters or known)
        return m.LettersPrinted(count, f"お知らせ_20260609_{count}件.pdf", len(PDF)), PDF

    def _ListLetters(self, message: m.ListLetters) -> m.LetterPage:
        rows = self.letters[: message.limit]
        printed = sum(bool(row.prints) for row in self.letters)
        by_hand = sum(bool(row.by_hand) for row in self.letters)
        return m.LetterPage(tuple(rows), "", len(self.letters), printed, self.wanting, by_hand=by_hand)

    def _ConfirmLetters(self, message: m.ConfirmLetters) -> m.LettersConfirmed:
        chosen = [row for row in self.letters if row.letter in message.letters or not message.letters]
        done = [row for row in chosen if row.prints]
        if message.letters and done != chosen:
            raise Refused(Why.CONFLICT, "letter.not_printed")
        self.letters = [row for row in self.letters if row not in done]
        return m.LettersConfirmed(len(done))

    def _ReadIssued(self, message: m.ReadIssued) -> m.Issued:
        if message.office not in {office.id for office in self.offices}:
            raise Refused(Why.NOT_FOUND)
        return self.issued

    def _ReadOwnIssued(self, message: m.ReadOwnIssued) -> m.Issued:
        return self.issued

    def _ReissueLetter(self, message: m.ReissueLetter) -> m.LetterReissued:
        if not (message.download_key or message.first_password):
            raise Refused(Why.INVALID, "renewed.none", {"field": "renewed"})
        return m.LetterReissued(id_of("r"))

    def _AskReissue(self, message: m.AskReissue) -> m.Nothing:
        self.issued = replace(self.issued, letter=replace(self.issued.letter, asked_at=self.clock.now()))
        return m.Nothing()

    def _ChangeSeats(self, message: m.ChangeSeats) -> m.SeatsChanged:
        if message.seats > 3 and not message.reason:
            raise Refused(Why.INVALID, "reason.more_seats", {"field": "reason", "max": "3"})
        if message.seats < 1:
            raise Refused(Why.INVALID, "seats.range", {"field": "seats", "max": "99"})
        return m.SeatsChanged(self.issued.office.seats, message.seats)

    def _NameSuccessor(self, message: m.NameSuccessor) -> m.Nothing:
        kept = m.HandOverKnown("entered", message.name, message.kana, message.mail, message.on_day, message.new_pc)
        self.issued = replace(self.issued, hand_over=kept)
        return m.Nothing()

    def _ConfirmSuccessor(self, message: m.ConfirmSuccessor) -> m.Nothing:
        kept = self.issued.hand_over
        proven = replace(kept, step="confirmed", due=not kept.on_day)
        self.issued = replace(self.issued, hand_over=proven)
        return m.Nothing()

    def _DropSuccessor(self, message: m.DropSuccessor) -> m.Nothing:
        self.issued = replace(self.issued, hand_over=m.HandOverKnown())
        return m.Nothing()

    def _HandOver(self, message: m.HandOver) -> m.HandedOver:
        return m.HandedOver(self.issued.login, self.issued.hand_over.name, FIRST)

    def _AllowZipChange(self, message: m.AllowZipChange) -> m.ZipChangeAllowed:
        return m.ZipChangeAllowed(self.clock.now() + 7 * DAY)

    def _ChangeZipPassword(self, message: m.ChangeZipPassword) -> m.Nothing:
        return m.Nothing()
