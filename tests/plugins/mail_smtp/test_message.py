# SPDX-License-Identifier: Apache-2.0
"""A letter as mail: what every mail program reads, and what no header takes."""

import base64
import email
import email.policy
from dataclasses import replace
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_mail_smtp.message import Sender, Unsendable, composed, is_address, message_id

from tests.plugins.mail_smtp.post import LETTER, SENDER

NOW = 1_780_966_800_000
FROM = Sender(SENDER, "れんけい企業年金基金 髙﨑", "desk@fund.example.jp")


def read(raw: bytes) -> email.message.EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, email.message.EmailMessage)
    return parsed


def test_every_header_as_a_mail_program_reads_it() -> None:
    mail = read(composed(LETTER, FROM, NOW))
    assert mail["From"] == f"れんけい企業年金基金 髙﨑 <{SENDER}>"
    assert mail["To"] == "yamada@example.jp"
    assert mail["Reply-To"] == "desk@fund.example.jp"
    assert mail["Subject"] == "【電子連携サービス】お知らせ"
    assert mail["Message-ID"] == f"<{'b' * 26}@fund.example.jp>" == message_id(LETTER.id, FROM)
    assert mail["Date"] == "Tue, 09 Jun 2026 10:00:00 +0900"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain" and mail.get_content_charset() == "utf-8"
    assert mail.get_content() == "こんにちは\r\n"
    assert not mail.defects


def test_what_leaves_is_ascii_in_short_lines() -> None:
    raw = composed(replace(LETTER, subject="あ" * 50, text="髙﨑①㈱～\n" * 200), FROM, NOW)
    assert raw.isascii() and b"\r" not in raw
    assert max(map(len, raw.split(b"\n"))) <= 78


def test_without_name_and_reply_to() -> None:
    mail = read(composed(LETTER, Sender(SENDER), NOW))
    assert mail["From"] == SENDER and mail["Reply-To"] is None


@pytest.mark.parametrize(
    "name", ['Fund "A", Ltd. <x@example.jp>', "a" * 100, "基" * 100, "(comment)", "=?utf-8?b?44?="]
)
def test_a_name_of_the_sender_is_a_name(name: str) -> None:
    mail = read(composed(LETTER, Sender(SENDER, name), NOW))
    (address,) = mail["From"].addresses
    assert address.addr_spec == SENDER
    # Python's newer reader puts blanks between the parts of a long name; its older one does not.
    raw = email.message_from_bytes(composed(LETTER, Sender(SENDER, name), NOW))["From"]
    assert str(make_header(decode_header(raw.partition(" <")[0].partition("\n <")[0]))) == name


@given(st.text(max_size=400))
def test_every_text_arrives(text: str) -> None:
    clean = text.replace("\r", "")
    raw = composed(replace(LETTER, text=clean), FROM, NOW)
    body = base64.b64decode(raw.partition(b"\n\n")[2])
    assert body.decode().replace("\r\n", "\n") == clean


@pytest.mark.parametrize("subject", ["a\nb", "a\rb", "\0", "a\u2028b", "\x85"])
def test_a_subject_of_two_lines_is_never_sent(subject: str) -> None:
    with pytest.raises(Unsendable):
        composed(replace(LETTER, subject=subject), FROM, NOW)


@pytest.mark.parametrize(
    "to", ["a@example.jp", "a.b+c=d@x.example.jp", "a@localhost", "!#$%&'*+/=?^_`{|}~-@example.jp"]
)
def test_an_address_that_smtp_carries(to: str) -> None:
    assert is_address(to)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a",
        "@b",
        "a@",
        "a@b@c",
        "a b@example.jp",
        "a@b c",
        "a@b\n",
        "a@b\r\nX: y",
        "<a@b>",
        "a,b@example.jp",
        "山田@example.jp",
        "a@山田.example.jp",
        '"a b"@example.jp',
        "a" * 65 + "@example.jp",
        "a@" + "b" * 260,
        "a@.jp",
        "a@b..jp",
        "a;b@example.jp",
        "\ud800@example.jp",
    ],
)
def test_one_that_it_does_not(to: str) -> None:
    assert not is_address(to)
    with pytest.raises(Unsendable):
        composed(replace(LETTER, to=to), FROM, NOW)


@pytest.mark.parametrize(
    ("sender", "said"),
    [
        (("nobody", "", ""), "`sender`"),
        ((SENDER, "a\nBcc: x@example.jp", ""), "`sender_name`"),
        ((SENDER, "a" * 101, ""), "`sender_name`"),
        ((SENDER, "", "a@b\nX: y"), "`reply_to`"),
    ],
)
def test_a_sender_that_no_header_holds_is_refused(sender: tuple[str, str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Sender(*sender)
