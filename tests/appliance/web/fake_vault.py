# SPDX-License-Identifier: Apache-2.0
"""A vault in memory that answers the messages of the sites as the real one promises to, and can be told to fail."""

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from appliance.link import messages as m
from appliance.link.envelope import Asserted, Visitor
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Reason
from appliance.model.ids import id_from
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.model.time import HOUR, MINUTE, Instant
from appliance.model.words import NoticeState, Permission, Role, Step
from appliance.testing.clock import FakeClock, FakeRandom
from tests.appliance.web.fake_counter import FakeCounter
from tests.appliance.web.fake_dashboard import FakeDashboard
from tests.appliance.web.fake_desk import FakeDesk
from tests.appliance.web.fake_filings import FakeFilings
from tests.appliance.web.fake_grouping import FakeGrouping
from tests.appliance.web.fake_issuing import FakeIssuing
from tests.appliance.web.fake_people import FakePeople
from tests.appliance.web.fake_staff import FakeStaff
from tests.appliance.web.fake_tunnels import FakeTunnels

PIECE = 64 * 1024
PASSWORD = "Passw0rd-of-the-test"
CODE = "１２３４-5678"


@dataclass(frozen=True)
class Answered:
    """As the link's."""

    reply: Any
    visitor: Visitor | None
    now: Instant
    demo: bool
    banners: tuple[m.Banner, ...] = ()


@dataclass(frozen=True)
class Fetched:
    """As the link's."""

    answered: Answered
    body: AsyncIterator[bytes]

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes."""
        return self.body


@dataclass
class Asked:
    """One message that came, with what came around it."""

    message: Any
    token: str
    form: str
    asserted: Asserted
    request: str
    timeout: float | None = None


@dataclass
class Upload:
    """A document on its way in."""

    message: m.BeginUpload
    parts: dict[int, bytes] = field(default_factory=dict)


class FakeVault(
    FakeFilings, FakeGrouping, FakeStaff, FakeDashboard, FakeDesk, FakeCounter, FakeIssuing, FakeTunnels
):
    """One office user (契約番号 1234567-00000001, abcUser01) and one of the staff. step follows the name."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.random = FakeRandom("vault")
        self.demo = True
        self.hours = Reason.OPEN
        self.banners: tuple[m.Banner, ...] = ()
        self.step = Step.PASSWORD
        self.asked: list[Asked] = []
        self.refusal: dict[type, Refused] = {}
        self.instead: dict[type, Callable[[Any], Any]] = {}
        self.offices = [
            Office(self.new_id(), 12, "1234567-00000001", "株式会社ABC商事", self.clock.now()),
            Office(self.new_id(), 345, "1234567-00000345", "有限会社 髙﨑製作所 <本社>", self.clock.now()),
        ]
        self.visits: dict[str, Visitor] = {}
        self.notices: list[m.NoticeRow] = []
        self.documents: dict[str, bytes] = {}
        self.uploads: dict[str, Upload] = {}
        self.outcomes: dict[tuple[str, str], Any] = {}
        self.history: list[m.HistoryRow] = []
        self.finished: list[m.DownloadFinished] = []
        self.has_finished = asyncio.Event()
        self.cuts = False
        self.people = FakePeople(self.clock, self.visit)
        self.cut_after: int | None = None
        FakeCounter.__init__(self)
        FakeIssuing.__init__(self)

    def new_id(self) -> str:
        """An id."""
        return id_from(self.random.bytes(16))

    def kinds(self) -> list[str]:
        """The names of the messages that came, in order."""
        return [type(asked.message).__name__ for asked in self.asked]

    def visit(self, *, of_fund: bool = False) -> str:
        """The token of a new visit."""
        role = Role.FUND_CLERK if of_fund else Role.OFFICE_ADMIN
        name, office = ("窓口 花子", "") if of_fund else ("山田 太郎", self.offices[0].name)
        token = self.random.bytes(24).hex()
        ends_at = self.clock.now() + 90 * MINUTE
        self.visits[token] = Visitor(name, office, role, frozenset(Permission), ends_at, "form-" + token[:20])
        return token

    def deliver(self, body: bytes, **changed: Any) -> str:
        """A notice of the first office, already delivered. Its id."""
        office, now = self.offices[0], self.clock.now()
        row = m.NoticeRow(
            self.new_id(),
            office.number,
            office.name,
            "payment_notice",
            "2026-05",
            "納入告知額通知書_2026年5月.pdf",
            len(body),
            NoticeState.DELIVERED,
            now,
            0,
        )
        row = replace(row, **changed)
        self.notices.insert(0, row)
        self.documents[row.id] = body
        return row.id

    async def ask(
        self,
        message: object,
        *,
        token: str = "",
        form: str = "",
        asserted: Asserted = Asserted(),  # noqa: B008 - frozen
        request: str = "",
        stream: AsyncIterable[bytes] | None = None,
        stream_size: int = 0,
        timeout: float | None = None,
    ) -> Answered:
        """As the link's."""
        visitor = self._admit(message, token, form, asserted, request)
        self.asked[-1].timeout = timeout
        body = b"" if stream is None else b"".join([piece async for piece in stream])
        assert stream_size in (0, len(body))
        return self._answered(self._reply(message, token, body), visitor)

    @asynccontextmanager
    async def fetch(
        self,
        message: object,
        *,
        token: str = "",
        form: str = "",
        asserted: Asserted = Asserted(),  # noqa: B008 - frozen
        request: str = "",
        timeout: float | None = None,
    ) -> AsyncIterator[Fetched]:
        """As the link's."""
        visitor = self._admit(message, token, form, asserted, request)
        if (sent := self.of_counter(message) or self.of_press(message)) is not None:
            yield Fetched(self._answered(sent[0], visitor), self._pieces(sent[1]))
            return
        if isinstance(message, m.Watch):
            raise Refused(Why.AWAY)
        if isinstance(message, m.DownloadFiling | m.OpenManual):
            raise Refused(Why.NOT_FOUND)
        assert isinstance(message, m.DownloadNotice)
        body = self.documents.get(message.notice)
        if body is None:
            raise Refused(Why.NOT_FOUND)
        name = next(row.file_name for row in self.notices if row.id == message.notice)
        reply = self._download(message, name, body)
        yield Fetched(self._answered(reply, visitor), self._pieces(body[reply.start :][: reply.size or None]))

    def _download(self, message: m.DownloadNotice, name: str, body: bytes) -> m.Download:
        if message.packed:
            return m.Download(self.new_id(), f"{name}.zip", 0, b"")
        start, stop = message.start, min(message.stop, len(body))
        if (start, stop) == (0, 0):
            stop = len(body)
        elif not start < stop:
            raise Refused(Why.INVALID, "download.range", {"size": str(len(body))})
        return m.Download(self.new_id(), name, stop - start, hashlib.sha256(body).digest(), start, len(body))

    def _admit(self, message: object, token: str, form: str, asserted: Asserted, request: str) -> Visitor | None:
        self.asked.append(Asked(message, token, form, asserted, request))
        row = m.BY_SHAPE[type(message)]
        if type(message) in self.refusal:
            raise self.refusal[type(message)]
        visitor = self.visits.get(token)
        if row.visit and visitor is None:
            raise Refused(Why.NOT_SIGNED_IN)
        if row.changes and visitor is not None and form != visitor.form:
            raise Refused(Why.FORGED)
        return visitor

    def _answered(self, reply: Any, visitor: Visitor | None) -> Answered:
        return Answered(reply, visitor, self.clock.now(), self.demo, self.banners)

    async def _pieces(self, body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), PIECE):
            if self.cut_after is not None and start >= self.cut_after:
                raise Refused(Why.AWAY)
            yield body[start : start + PIECE]

    def _reply(self, message: Any, token: str, body: bytes) -> Any:
        kept = self.outcomes.get((token, getattr(message, "command", "")))
        if kept is not None:
            return kept
        if type(message) in self.instead:
            return self.instead[type(message)](message)
        reply = self.people.answer(message)
        if reply is None:
            method = getattr(self, "_" + type(message).__name__)
            reply = method(message, body) if isinstance(message, m.PutPart) else method(message)
        if getattr(message, "command", ""):
            self.outcomes[token, message.command] = reply
        if isinstance(message, m.SignOut):
            del self.visits[token]
        return reply

    def _AskHours(self, message: m.AskHours) -> m.HoursNow:
        return m.HoursNow(self.hours, self.clock.now() + HOUR)

    def _AskBanners(self, message: m.AskBanners) -> m.Nothing:
        return m.Nothing()

    def _ReadMonth(self, message: m.ReadMonth) -> m.Month:
        rows = tuple(self.notices)
        unread = tuple(row for row in reversed(rows) if row.state is NoticeState.DELIVERED)
        return m.Month(message.month or "2026-06", rows, unread, (), ())

    def _RequestCode(self, message: m.RequestCode) -> m.Nothing:
        return m.Nothing()

    def _Arrive(self, message: m.Arrive) -> m.Arrived:
        known = message == m.Arrive("1234567-00000001", "abcUser01")
        return m.Arrived(self.step, f"arrival-of-{message.user_id}" if known else "arrival-of-nobody")

    def _ArriveStaff(self, message: m.ArriveStaff) -> m.Arrived:
        if message != m.ArriveStaff("clerk", PASSWORD):
            raise Refused(Why.WRONG_SECRET)
        shown = {"qr": "<svg><path/></svg>", "secret": "ABCD EFGH"} if self.step is Step.ENROL else {}
        return m.Arrived(self.step, "arrival-of-clerk", shown=shown)

    def _GiveCode(self, message: m.GiveCode) -> m.Arrived:
        if message.code != CODE:
            raise Refused(Why.WRONG_SECRET, "door.wrong_code", {"left": "4"})
        if message.arrival == "arrival-of-clerk":
            return m.Arrived(Step.IN, token=self.visit(of_fund=True), ends_at=self.clock.now() + HOUR)
        return m.Arrived(Step.PASSWORD, "arrival-with-code")

    def _GivePassword(self, message: m.GivePassword) -> m.Arrived:
        if message.password != PASSWORD or message.arrival == "arrival-of-nobody":
            raise Refused(Why.WRONG_SECRET, "door.wrong_password", {"left": "5"})
        return m.Arrived(Step.IN, token=self.visit(), ends_at=self.clock.now() + HOUR)

    def _SignOut(self, message: m.SignOut) -> m.SignedOut:
        return m.SignedOut(self.cuts)

    def _ReportRefusal(self, message: m.ReportRefusal) -> m.Nothing:
        return m.Nothing()

    def _OpenMenu(self, message: m.OpenMenu) -> m.Menu:
        return m.Menu(sum(row.state is NoticeState.DELIVERED for row in self.notices), False)

    def _ListNotices(self, message: m.ListNotices) -> m.NoticePage:
        start = int(message.after or 0)
        rows = tuple(self.notices[start : start + message.limit])
        more = start + len(rows) < len(self.notices)
        return m.NoticePage(rows, str(start + len(rows)) if more else "")

    def _ReadNotice(self, message: m.ReadNotice) -> m.NoticeRow:
        found = [row for row in self.notices if row.id == message.notice]
        if not found:
            raise Refused(Why.NOT_FOUND)
        return found[0]

    def _ListOffices(self, message: m.ListOffices) -> m.OfficePage:
        found = [
            office
            for office in self.offices
            if office.number > message.after
            and message.office in ("", office.id)
            and message.search in f"{office.number:04d} {office.name}"
        ][: message.limit]
        rows = tuple(m.OfficeRow(office.id, office.number, office.contract_number, office.name) for office in found)
        return m.OfficePage(rows, rows[-1].number if len(rows) == message.limit else 0)

    def _ReadHistory(self, message: m.ReadHistory) -> m.HistoryPage:
        rows = [row for row in self.history if not message.before or row.seq < message.before][: message.limit]
        return m.HistoryPage(tuple(rows), rows[-1].seq if rows and rows[-1].seq else 0)

    def _BeginUpload(self, message: m.BeginUpload) -> m.UploadBegun:
        upload = self.new_id()
        self.uploads[upload] = Upload(message)
        return m.UploadBegun(upload, m.PART_SIZE)

    def _PutPart(self, message: m.PutPart, body: bytes) -> m.PartKept:
        if message.upload not in self.uploads:
            raise Refused(Why.NOT_FOUND)
        self.uploads[message.upload].parts[message.number] = body
        return m.PartKept(len(body), hashlib.sha256(body).digest())

    def _DeliverNotice(self, message: m.DeliverNotice) -> m.NoticeDelivered:
        upload = self.uploads.get(message.upload)
        if upload is None:
            raise Refused(Why.NOT_FOUND)
        body = b"".join(upload.parts[number] for number in sorted(upload.parts))
        if hashlib.sha256(body).digest() != message.sha256 or len(body) != upload.message.size:
            raise Refused(Why.INVALID, "upload.differs")
        del self.uploads[message.upload]
        office = next(office for office in self.offices if office.id == upload.message.office)
        return m.NoticeDelivered(
            self.deliver(
                body,
                office_number=office.number,
                office_name=office.name,
                type=message.type,
                period=message.period,
                file_name=upload.message.file_name,
            )
        )

    def _DownloadFinished(self, message: m.DownloadFinished) -> m.Nothing:
        self.finished.append(message)
        self.has_finished.set()
        return m.Nothing()

    def _Act(self, message: m.Act) -> m.Acted:
        return m.Acted({"said": "done"})

    def _Look(self, message: m.Look) -> m.Acted:
        return m.Acted({"seen": message.fields.get("word", "")}, ({"row": "1"},))

    def note(self, kind: Kind, result: str = "done", **personal: str) -> None:
        """An entry in the history."""
        row = m.HistoryRow(
            len(self.history),
            self.clock.now(),
            kind,
            result,
            "portal",
            "山田 太郎",
            "株式会社ABC商事",
            "",
            "",
            1,
            personal,
        )
        self.history.insert(0, row)
