# SPDX-License-Identifier: Apache-2.0
"""The fake vault's desk: registrations, PCs, offices that call, and manuals; enough for tests of routes."""

from typing import Any

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Reason
from appliance.model.devices import SeatState
from appliance.model.diagnosis_file import Diagnosed
from appliance.model.time import HOUR
from appliance.model.words import LockState


def _unknown(self: "FakeDesk", message: Any) -> Any:
    raise Refused(Why.NOT_FOUND)


class FakeDesk:
    """No form waits and no PC; each office has two seats, calls without a cause, and has nobody to be mailed."""

    clock: Any
    offices: Any

    # --- registrations --------------------------------------------------------------------------------------------

    def _ListRegistrations(self, message: m.ListRegistrations) -> m.RegistrationPage:
        return m.RegistrationPage(())

    def _TakeInRegistration(self, message: m.TakeInRegistration) -> m.RegistrationTaken:
        return m.RegistrationTaken("t" * 26, is_new=True)

    def _SendRegistration(self, message: m.SendRegistration) -> m.Nothing:
        return m.Nothing()

    _ReadRegistration = _CorrectRegistration = _ConfirmRegistrations = _RejectRegistration = _unknown

    # --- PCs ------------------------------------------------------------------------------------------------------

    def _ListActivations(self, message: m.ListActivations) -> m.ActivationPage:
        return m.ActivationPage(())

    def _FindSeats(self, message: m.FindSeats) -> m.FoundSeats:
        return m.FoundSeats(())

    def _ListSeats(self, message: m.ListSeats) -> m.SeatPage:
        office = self._office(message.office)
        return m.SeatPage(office.id, office.name, office.contract_number, self._seats())

    def _ListOwnSeats(self, message: m.ListOwnSeats) -> m.SeatPage:
        return m.SeatPage("o" * 26, "株式会社ABC商事", "1234567-00000001", self._seats())

    def _seats(self) -> tuple[m.SeatRow, ...]:
        now = self.clock.now()
        return m.SeatRow(1, SeatState.ACTIVE, now), m.SeatRow(2, SeatState.READY, now)

    def _AskSeatCode(self, message: m.AskSeatCode) -> m.Nothing:
        return m.Nothing()

    def _GiveUpSeat(self, message: m.GiveUpSeat) -> m.Nothing:
        return m.Nothing()

    _ReadActivation = _ApproveActivation = _RefuseActivation = _RevokeSeat = _OpenSeat = _unknown

    # --- offices that call ----------------------------------------------------------------------------------------

    def _ListCauses(self, message: m.ListCauses) -> m.CausePage:
        return m.CausePage(())

    def _ReadCaller(self, message: m.ReadCaller) -> m.CallerCard:
        office, now = self._office(message.office), self.clock.now()
        card = m.OwnOffice(office.number, office.contract_number, office.name, "", 2, True)
        seats = (m.CallerSeat(1, SeatState.ACTIVE, now, has_bond=True),)
        hours = m.HoursNow(Reason.OPEN, now + HOUR)
        steps = (m.NextStep(m.Situation.WELL),)
        return m.CallerCard(card, m.CallerPaper(m.Paper.NONE), LockState.OPEN, 0, seats, (), hours, steps=steps)

    def _JudgeDiagnosis(self, message: m.JudgeDiagnosis) -> m.DiagnosisJudged:
        self._office(message.office)
        return m.DiagnosisJudged(Diagnosed(()))

    _SendTestMail = _SendAgain = _unknown

    # --- manuals --------------------------------------------------------------------------------------------------

    def _ListManuals(self, message: m.ListManuals) -> m.ManualPage:
        return m.ManualPage((m.ManualRow("install", "インストール手順書", "install.pdf", "2026-06-01", 1_607_507),))

    def _AddManual(self, message: m.AddManual) -> m.ManualAdded:
        return m.ManualAdded("m" * 26)

    _WithdrawManual = _unknown

    def _office(self, id: str) -> Any:
        found = [office for office in self.offices if office.id == id]
        if not found:
            raise Refused(Why.NOT_FOUND)
        return found[0]
