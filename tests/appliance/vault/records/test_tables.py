# SPDX-License-Identifier: Apache-2.0
"""All tables of the vault: what stands in their keys names nobody."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.model.things import (
    Account,
    FactorState,
    Filing,
    Letter,
    Lock,
    MailState,
    Notice,
    Office,
    Part,
    Secret,
    Upload,
    Visit,
)
from appliance.model.words import (
    ALL_PERMISSIONS,
    AccountState,
    FilingState,
    MailOutcome,
    NoticeState,
    Role,
    Site,
    Weight,
)
from appliance.testing.clock import FakeRandom
from appliance.testing.memory_records import MemoryTxn, Rows
from appliance.vault.keys.sealing import Sealer
from appliance.vault.records import tables
from appliance.vault.records.table import Table
from appliance.vault.records.transaction import Transaction

NOW = 1_780_966_800_000
ID, OTHER = "a" * 26, "b" * 26
NAMES = ["山田", "Yamada01", "y@example.jp", "事業所", "123456-0000001", "納入告知.pdf", "verifier"]
PARTS = (Part(ID, 10, bytes(32)), Part(OTHER, 5, bytes(32)))
UPLOAD = Upload(ID, ID, OTHER, "納入告知.pdf", 15, "2034-07", b"wrapped", PARTS, NOW)
NOTICE = Notice(
    ID,
    OTHER,
    "payment",
    "2026-05",
    "納入告知.pdf",
    15,
    bytes(32),
    PARTS,
    b"w",
    "2034-07",
    NoticeState.DELIVERED,
    NOW,
    ID,
)
FILING = Filing(
    ID,
    OTHER,
    "acquisition",
    "2026-06-09",
    "納入告知.pdf",
    15,
    bytes(32),
    PARTS,
    b"w",
    "2033-07",
    FilingState.DELIVERED,
    NOW,
    ID,
    note="山田",
    reason="事業所",
    delivered_at=NOW,
)
ROWS: list[tuple[Table[Any], object]] = [
    (tables.offices, Office(ID, 1, "123456-0000001", "事業所", NOW)),
    (
        tables.accounts,
        Account(ID, OTHER, "Yamada01", "山田", "y@example.jp", Role.OFFICE_ADMIN, ALL_PERMISSIONS, NOW),
    ),
    (tables.secrets, Secret(ID, "verifier", True, NOW, NOW, Lock(3, 1, NOW))),
    (tables.factors, FactorState(ID, "otp_email", "sign_in", b"state", 1, NOW, NOW, NOW, NOW, NOW)),
    (tables.cuts, tables.Cut(Site.PORTAL, NOW)),
    (tables.verifications, tables.Verified(NOW, True)),
    (tables.zip_passwords, tables.ZipPassword(ID, "山田", NOW, OTHER)),
    (tables.mail_changes, tables.MailChange(ID, "y@example.jp", NOW)),
    (tables.proposals, tables.Proposal(ID, "AddStaff", "山田".encode(), OTHER, "山田", NOW, NOW + 1)),
    (tables.code_requests, tables.CodeRequests(ID, (NOW, NOW), (NOW,))),
    (tables.visits, Visit(bytes(32), ID, OTHER, Site.PORTAL, NOW, NOW + 1)),
    (tables.outcomes, tables.Outcome(bytes(32), "command", NOW, "DeliverNotice", b"reply")),
    (tables.uploads, UPLOAD),
    (tables.notices, NOTICE),
    (tables.filings, FILING),
    (tables.days_sent, tables.DaySent(ID, "2026-06-09", 3, 99)),
    (tables.downloads, tables.Download(ID, bytes(32), 15, NOW, tables.Goods.NOTICES, (OTHER,))),
    (
        tables.outbox,
        Letter("mail", "one_time_code", ID, OTHER, NOW, NOW + 1, {"code": "山田"}, "y@example.jp", True, NOW, 1),
    ),
    (tables.mail_states, MailState(ID, "one_time_code", OTHER, NOW, MailOutcome.LATER, "y@example.jp is full")),
    (
        tables.banners,
        tables.KeptBanner(ID, "山田", "Yamada01", Weight.NORMAL, NOW, NOW + 1, frozenset({Site.PORTAL}), OTHER),
    ),
]


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def txn(rows: Rows) -> Transaction:
    return Transaction(MemoryTxn(rows), Sealer({1: bytes(32)}, 1, bytes(32), FakeRandom("tables")))


def test_no_table_was_forgotten_here() -> None:
    declared = [value for value in vars(tables).values() if isinstance(value, Table)]
    assert {id(table) for table, _ in ROWS} == {id(table) for table in declared}


@pytest.mark.parametrize(("table", "row"), ROWS, ids=lambda value: type(value).__name__)
def test_a_row_comes_back_and_leaves_nothing(rows: Rows, txn: Transaction, table: Table[Any], row: object) -> None:
    table.put(txn, row)
    (key,) = [key for key in rows.values if key.startswith(b"t/")]
    parts = key.split(b"\0", 1)[1]
    assert table.get(txn, parts) == row
    assert table.delete(txn, parts)
    assert rows.values == {}


@pytest.mark.parametrize(("table", "row"), ROWS, ids=lambda value: type(value).__name__)
def test_nothing_that_names_somebody_is_in_the_clear(
    rows: Rows, txn: Transaction, table: Table[Any], row: object
) -> None:
    table.put(txn, row)
    stored = b"".join(key + b"|" + value for key, value in rows.values.items())
    assert not [name for name in NAMES if name.encode() in stored]


def test_the_same_login_in_two_offices_has_two_pseudonyms(rows: Rows, txn: Transaction) -> None:
    for office in (ID, OTHER, ""):
        tables.accounts.put(
            txn, Account(office or "c" * 26, office, "Yamada01", "", "", Role.FUND_DESK, frozenset(), 1)
        )
    found = [key for key in rows.values if key.startswith(b"i/account\0login")]
    assert len({key[: len(b"i/account\0login\0") + 16] for key in found}) == 3


def test_an_account_is_found_however_the_login_is_typed(txn: Transaction) -> None:
    row = Account(ID, OTHER, "Yamada01", "", "", Role.OFFICE_ADMIN, frozenset(), 1)
    tables.accounts.put(txn, row)
    assert tables.accounts.first(txn, "login", txn.sealing.blind(f"login/{OTHER}", "Yamada01")) == row
    assert tables.accounts.first(txn, "login", txn.sealing.blind(f"login/{ID}", "Yamada01")) is None


def test_whoever_was_removed_is_in_no_list_and_leaves_the_login(txn: Transaction) -> None:
    row = Account(ID, OTHER, "Yamada01", "", "", Role.OFFICE_ADMIN, frozenset(), 1)
    tables.accounts.put(txn, row)
    assert tables.accounts.scan(txn, "office", (OTHER,)) == [row]
    tables.accounts.put(txn, replace(row, state=AccountState.REMOVED))
    assert tables.accounts.scan(txn, "office", (OTHER,)) == tables.accounts.scan(txn, "login") == []
    assert tables.accounts.get(txn, ID) == replace(row, state=AccountState.REMOVED)


def test_a_received_notice_is_unread_no_more(txn: Transaction) -> None:
    tables.notices.put(txn, NOTICE)
    assert tables.notices.scan(txn, "unread", (OTHER,)) == [NOTICE]
    tables.notices.put(txn, replace(NOTICE, state=NoticeState.RECEIVED, received_at=NOW))
    assert tables.notices.scan(txn, "unread", (OTHER,)) == []


def test_notices_stand_newest_first_in_an_office_and_in_all(txn: Transaction) -> None:
    made = [replace(NOTICE, id=name * 26, delivered_at=NOW + number) for number, name in enumerate("bac")]
    for notice in made:
        tables.notices.put(txn, notice)
    assert tables.notices.scan(txn, "office", (OTHER,)) == made[::-1] == tables.notices.scan(txn, "all")


def test_a_blob_leads_to_what_names_it(txn: Transaction) -> None:
    tables.uploads.put(txn, UPLOAD)
    tables.notices.put(txn, NOTICE)
    for part in PARTS:
        assert tables.uploads.first(txn, "blob", part.blob) == UPLOAD
        assert tables.notices.first(txn, "blob", part.blob) == NOTICE
    tables.uploads.delete(txn, ID)
    assert tables.uploads.keys(txn, "blob") == []


@pytest.mark.parametrize("index", ["fund", "fund_office", "due", "delivered"])
def test_the_fund_finds_a_filing_once_it_was_delivered(txn: Transaction, index: str) -> None:
    tables.filings.put(txn, replace(FILING, state=FilingState.APPROVED, delivered_at=0))
    assert tables.filings.keys(txn, index) == []
    tables.filings.put(txn, FILING)
    assert tables.filings.scan(txn, index) == [FILING]


def test_filings_stand_in_the_order_of_their_deadlines_those_without_one_last(txn: Transaction) -> None:
    dates = ["2026-07-01", "", "2026-06-14"]
    made = [replace(FILING, id=name * 26, due_on=due) for name, due in zip("abc", dates, strict=True)]
    for filing in made:
        tables.filings.put(txn, filing)
    assert tables.filings.scan(txn, "due", ("delivered",)) == [made[2], made[0], made[1]]


def test_a_filing_is_held_no_longer_than_it_is(txn: Transaction) -> None:
    tables.filings.put(txn, replace(FILING, state=FilingState.HELD, delivered_at=0))
    assert len(tables.filings.keys(txn, "held")) == 1
    tables.filings.put(txn, replace(FILING, state=FilingState.CANCELLED, delivered_at=0, parts=()))
    assert tables.filings.keys(txn, "held") == tables.filings.keys(txn, "blob") == []


def test_one_letter_a_person_and_thing(txn: Transaction) -> None:
    letter = Letter("mail", "notice_delivered", ID, OTHER, NOW, NOW + 1)
    tables.outbox.put(txn, letter)
    tables.outbox.put(txn, letter)
    assert tables.outbox.scan(txn, "due") == [letter]
