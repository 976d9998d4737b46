# SPDX-License-Identifier: Apache-2.0
"""The fake vault's public counter: one office, one letter, two seats, a manual and a kit."""

import hashlib
from abc import abstractmethod
from dataclasses import replace
from typing import Any

from appliance.link import messages as m
from appliance.link.envelope import Visitor
from appliance.link.refusals import Refused, Why
from appliance.model.devices import SeatState
from appliance.model.time import MINUTE
from appliance.testing.clock import FakeClock

NUMBER, PAIR_PASSWORD = "123456-0000012", "202606abcd2345"
KIT = b"MZ" + bytes(200_000)
MANUAL = b"%PDF-1.7 manual"


class FakeCounter:
    """counter is what the list shows; taken answers each file that is sent; fetched are the ends that were told."""

    clock: FakeClock
    visits: dict[str, Visitor]

    def __init__(self) -> None:
        """Nobody has been here."""
        self.fetched: list[m.FetchFinished] = []
        self.taken: list[m.TakenIn] = []
        name = f"setup.{NUMBER}.01.exe"
        kit = m.CounterKit("kit_windows", "Windows", name, 49_647_003, "2026-06-01")
        title = "インストール手順書"
        manual = m.CounterManual(
            "install", title, f"電子連携サービス・{title}(20260601).pdf", 1_607_507, "2026-06-01"
        )
        now = self.clock.now()
        self.counter = m.Counter(
            "株式会社ABC商事",
            12,
            NUMBER,
            "山田 太郎",
            "ヤマダ　タロウ",
            "ya******@example.jp",
            (
                m.CounterSeat(1, SeatState.READY, now, kits=(kit,)),
                m.CounterSeat(2, SeatState.CLOSED, now),
            ),
            (manual,),
        )

    @abstractmethod
    def visit(self, *, of_fund: bool = False) -> str:
        """As FakeVault."""

    @abstractmethod
    def new_id(self) -> str:
        """As FakeVault."""

    def _OpenCounter(self, message: m.OpenCounter) -> m.CounterOpened:
        if message != m.OpenCounter(NUMBER, PAIR_PASSWORD):
            raise Refused(Why.WRONG_SECRET, "counter.wrong", {"left": "5", "field": "password"})
        token = self.visit()
        ends_at = self.clock.now() + 30 * MINUTE
        self.visits[token] = replace(self.visits[token], name="", ends_at=ends_at)
        return m.CounterOpened(token, self.visits[token].form, ends_at)

    def _ReadCounter(self, message: m.ReadCounter) -> m.Counter:
        return self.counter

    def _SendCodes(self, message: m.SendCodes) -> m.CodesSent:
        told = iter(self.taken)
        clean = m.TakenIn("", m.Taken.WAITING, seat=1, short_code="ABC-DEF-GHJ-K", promised_on="2026-06-11")
        return m.CodesSent(tuple(replace(next(told, clean), file_name=file.file_name) for file in message.files))

    def _LeaveCounter(self, message: m.LeaveCounter) -> m.Nothing:
        return m.Nothing()

    def _FetchFinished(self, message: m.FetchFinished) -> m.Nothing:
        self.fetched.append(message)
        return m.Nothing()

    def _UnlockCounter(self, message: m.UnlockCounter) -> m.Nothing:
        return m.Nothing()

    def of_counter(self, message: Any) -> tuple[m.Download, bytes] | None:
        """What is fetched of the counter; None for what is none of it. Raises Refused NOT_FOUND."""
        if message == m.FetchKit(1, "kit_windows"):
            return self._sent(f"setup.{NUMBER}.01.exe", KIT)
        if message == m.FetchManual("install"):
            return self._sent(self.counter.manuals[0].file_name, MANUAL)
        if isinstance(message, m.FetchKit | m.FetchManual):
            raise Refused(Why.NOT_FOUND)
        return None

    def _sent(self, name: str, content: bytes) -> tuple[m.Download, bytes]:
        digest = hashlib.sha256(content).digest()
        return m.Download(self.new_id(), name, len(content), digest, 0, len(content)), content
