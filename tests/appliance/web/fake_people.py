# SPDX-License-Identifier: Apache-2.0
"""People in the memory of a fake vault: an office's admin with one user."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.time import HOUR
from appliance.model.words import PRESETS, AccountState, LockState, Note, Role, Site
from appliance.testing.clock import FakeClock

FIRST = "fiRst-Passw0rd"
ZIP_PASSWORD = "zip-Passw0rd"


def id_of(letter: str) -> str:
    """An id that a test can write down."""
    return letter * 26


@dataclass
class FakePeople:
    """Answers the messages about people. own is who is signed in; users are those of its office."""

    clock: FakeClock
    visit: Callable[[], str]
    own: m.Own = field(init=False)
    users: list[m.UserRow] = field(init=False)
    visits: list[m.VisitRow] = field(init=False)
    seats: int = 2
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        """Everybody is well."""
        now = self.clock.now()
        self.users = [
            self.user("b", "abcUser01", "山田　太郎", Role.OFFICE_ADMIN),
            self.user("c", "sharoshi1", "社労　士子", Role.SHAROSHI),
        ]
        admin = self.users[0]
        office = m.OwnOffice(12, "1234567-00000001", "株式会社ABC商事", "", 2, True)
        self.own = m.Own(
            admin.account,
            admin.login,
            admin.name,
            admin.kana,
            admin.mail,
            True,
            "",
            admin.role,
            admin.permissions,
            AccountState.ACTIVE,
            now,
            office,
        )
        self.visits = [
            m.VisitRow(id_of("v"), Site.PORTAL, now, now + HOUR, True),
            m.VisitRow(id_of("w"), Site.PORTAL, now - HOUR, now + HOUR, False),
        ]

    def user(self, letter: str, login: str, name: str, role: Role, **changed: Any) -> m.UserRow:
        """One of the office."""
        mail, kana = f"{login.lower()}@example.jp", "ヤマダ　タロウ"
        row = m.UserRow(
            id_of(letter),
            login,
            name,
            kana,
            mail,
            True,
            role,
            PRESETS[role],
            AccountState.ACTIVE,
            LockState.OPEN,
            self.clock.now(),
        )
        return replace(row, **changed)

    def answer(self, message: Any) -> Any:
        """The reply to a message about people, None for any other. Raises Refused."""
        method = getattr(self, "_" + type(message).__name__, None)
        return method(message) if method else None

    # --- registration and own data --------------------------------------------------------------------------------

    def _ReadOwn(self, message: m.ReadOwn) -> m.Own:
        return self.own

    def _RegisterOffice(self, message: m.RegisterOffice) -> m.Nothing:
        assert self.own.office is not None
        self.own = replace(self.own, office=replace(self.own.office, is_registered=True))
        return m.Nothing()

    def _RegisterSelf(self, message: m.RegisterSelf) -> m.Registered:
        self.own = replace(self.own, state=AccountState.ACTIVE, name=message.name, kana=message.kana)
        return m.Registered(self.visit(), self.clock.now() + HOUR, self.notes)

    def _ChangeOwn(self, message: m.ChangeOwn) -> m.Noted:
        self.own = replace(self.own, name=message.name, kana=message.kana)
        return m.Noted(self.notes)

    def _ChangePassword(self, message: m.ChangePassword) -> m.Nothing:
        return m.Nothing()

    def _ChangeMail(self, message: m.ChangeMail) -> m.Noted:
        self.own = replace(self.own, wanted_mail=message.mail)
        return m.Noted(self.notes)

    def _ConfirmMail(self, message: m.ConfirmMail) -> m.Nothing:
        self.own = replace(self.own, mail=self.own.wanted_mail, wanted_mail="")
        return m.Nothing()

    def _AskZipPassword(self, message: m.AskZipPassword) -> m.Nothing:
        return m.Nothing()

    def _ShowZipPassword(self, message: m.ShowZipPassword) -> m.ZipPasswordShown:
        return m.ZipPasswordShown(ZIP_PASSWORD)

    def _ListVisits(self, message: m.ListVisits) -> m.VisitPage:
        return m.VisitPage(tuple(self.visits))

    def _EndVisit(self, message: m.EndVisit) -> m.Nothing:
        found = [row for row in self.visits if row.visit == message.visit]
        if not found:
            raise Refused(Why.NOT_FOUND)
        self.visits.remove(found[0])
        return m.Nothing()

    # --- users ----------------------------------------------------------------------------------------------------

    def _ListUsers(self, message: m.ListUsers) -> m.UserPage:
        return m.UserPage(tuple(self.users), self.seats)

    def _AddUser(self, message: m.AddUser) -> m.UserAdded:
        if len(self.users) >= self.seats:
            raise Refused(Why.CONFLICT, "user.no_seat", {"seats": str(self.seats)})
        self.users.append(
            self.user("n", message.login, message.name, message.role, permissions=message.permissions)
        )
        return m.UserAdded(id_of("n"), FIRST, self.notes)

    def _ChangeUser(self, message: m.ChangeUser) -> m.Noted:
        place = self._place(message.account)
        changed = {name: getattr(message, name) for name in ("name", "kana", "mail", "role", "permissions")}
        self.users[place] = replace(self.users[place], **changed)
        return m.Noted(self.notes)

    def _RemoveUser(self, message: m.RemoveUser) -> m.Nothing:
        del self.users[self._place(message.account)]
        return m.Nothing()

    def _ResetPassword(self, message: m.ResetPassword) -> m.FirstPassword:
        self._place(message.account)
        return m.FirstPassword(FIRST)

    def _place(self, account: str) -> int:
        found = [place for place, row in enumerate(self.users) if row.account == account]
        if not found:
            raise Refused(Why.NOT_FOUND)
        return found[0]
