# SPDX-License-Identifier: Apache-2.0
"""Delivery reports of several mail servers, and much that is none."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from renkei_mail_smtp import bounces
from renkei_mail_smtp.bounces import Bounces, read_report

from appliance.contracts.notifier import Returned
from appliance.contracts.plugin import PluginError
from appliance.testing.services import fake_services
from tests.servers.mailbox import maildir

ID = "b" * 26
POSTFIX = f"""\
Return-Path: <>
From: MAILER-DAEMON@mail.example.jp (Mail Delivery System)
To: renkei@fund.example.jp
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.jp
Arrival-Date: Tue,  9 Jun 2026 10:00:00 +0900 (JST)

Final-Recipient: rfc822; yamada@example.jp
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <yamada@example.jp>: Recipient address
    rejected: User unknown

--B
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: renkei@fund.example.jp
To: yamada@example.jp
Message-ID: <{ID}@fund.example.jp>
Subject: test

body
--B--
"""
SAID = "5.1.1 smtp; 550 5.1.1 <yamada@example.jp>: Recipient address rejected: User unknown"
HEADERS_ONLY = POSTFIX.replace("message/rfc822", "text/rfc822-headers")
DELAYED = POSTFIX.replace("Action: failed", "Action: delayed")
DELIVERED = POSTFIX.replace("Action: failed", "Action: delivered")
VACATION = f"""\
From: yamada@example.jp
Subject: out of office
Auto-Submitted: auto-replied
In-Reply-To: <{ID}@fund.example.jp>
References: <{ID}@fund.example.jp>
Content-Type: text/plain

I am away. Status: 5.1.1 Action: failed
"""


def placed(folder: Path, name: str, text: str | bytes) -> Path:
    """A mail that has come in."""
    path = folder / "new" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return maildir(tmp_path / "returns")


@pytest.fixture
def box(folder: Path) -> Bounces:
    return Bounces(folder, fake_services().in_thread)


@pytest.mark.parametrize(
    "text",
    [
        POSTFIX,
        POSTFIX.replace("\n", "\r\n"),
        HEADERS_ONLY,
        POSTFIX.replace("Action: failed", "action:  FAILED "),
        POSTFIX.replace("Message-ID:", "Message-Id:"),
    ],
)
def test_a_report_names_our_letter_and_why(folder: Path, text: str) -> None:
    assert read_report(placed(folder, "1", text)) == Returned(ID, SAID)


def test_a_report_without_a_reason_is_one_all_the_same(folder: Path) -> None:
    start, end = POSTFIX.index("Status:"), POSTFIX.index("--B\nContent-Description: Undelivered")
    text = POSTFIX[:start] + "\n" + POSTFIX[end:]
    assert read_report(placed(folder, "1", text)) == Returned(ID, "no reason was given")


@pytest.mark.parametrize(
    "text",
    [
        DELAYED,
        DELIVERED,
        VACATION,
        "",
        "nonsense",
        b"\xff\xfe\0",
        POSTFIX.replace(ID, "someone"),
        POSTFIX.replace(ID, "B" * 26),
        POSTFIX.replace("multipart/report", "multipart/mixed"),
        POSTFIX.replace("message/delivery-status", "text/plain"),
        POSTFIX.replace('boundary="B"', ""),
        POSTFIX.replace("message/rfc822", "text/plain"),
        POSTFIX[: POSTFIX.index("--B\nContent-Description: Undelivered")],
    ],
)
def test_what_is_no_report_of_a_failed_letter_of_ours(folder: Path, text: str | bytes) -> None:
    assert read_report(placed(folder, "1", text)) is None


def test_what_lies_far_behind_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounces, "MAX_READ", 2_000)
    assert read_report(placed(folder, "1", POSTFIX + "x" * 10_000)) == Returned(ID, SAID)
    assert read_report(placed(folder, "2", "X: " + "y" * 10_000 + "\n" + POSTFIX)) is None


def test_neither_links_nor_folders_are_read(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(POSTFIX)
    (folder / "new" / "1").symlink_to(secret)
    (folder / "new" / "2").mkdir()
    assert [read_report(folder / "new" / name) for name in "12"] == [None, None]


@given(st.binary(max_size=2_000), st.integers(0, len(POSTFIX)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_mail_breaks_the_reading(folder: Path, noise: bytes, where: int) -> None:
    raw = POSTFIX.encode()
    read_report(placed(folder, "1", raw[:where] + noise + raw[where:]))


# --- the Maildir --------------------------------------------------------------------------------------------------


async def test_what_one_call_hands_over_is_put_aside_by_the_next(folder: Path, box: Bounces) -> None:
    placed(folder, "1749430800.a.host", POSTFIX)
    placed(folder, "1749430801.b.host", VACATION)
    assert await box.take() == [Returned(ID, SAID)]
    assert [path.name for path in (folder / "cur").iterdir()] == ["1749430801.b.host:2,S"]
    assert await box.take() == []
    assert len(list((folder / "cur").iterdir())) == 2 and not list((folder / "new").iterdir())


async def test_after_a_crash_the_same_comes_again(folder: Path, box: Bounces) -> None:
    placed(folder, "1", POSTFIX)
    first = await box.take()
    assert await Bounces(folder, fake_services().in_thread).take() == first


async def test_many_come_in_their_order_and_in_parts(
    folder: Path, box: Bounces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounces, "MAX_RETURNS", 2)
    ids = [letter * 26 for letter in "edcba"]
    for number, id in enumerate(ids):
        placed(folder, f"{number}", POSTFIX.replace(ID, id))
    seen = []
    while found := await box.take():
        assert len(found) <= 2
        seen += [one.id for one in found]
    assert seen == ids


@pytest.mark.parametrize("missing", ["new", "cur"])
def test_what_is_no_maildir_is_told(folder: Path, box: Bounces, missing: str) -> None:
    box.need()
    (folder / missing).rmdir()
    with pytest.raises(PluginError, match=f"no Maildir; there is no folder `{missing}`"):
        box.need()


def test_a_maildir_that_cannot_be_emptied_is_told(box: Bounces, monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody who is not root finds it."""
    monkeypatch.setattr(os, "access", lambda path, mode: not (mode & os.W_OK and Path(path).name == "cur"))
    with pytest.raises(PluginError, match="returns/cur must be open to this user"):
        box.need()


async def test_a_maildir_that_vanished_is_an_error(folder: Path, box: Bounces) -> None:
    (folder / "new").rmdir()
    with pytest.raises(OSError, match="new"):
        await box.take()
