# SPDX-License-Identifier: Apache-2.0
"""A letter as mail: UTF-8, base64, and nothing in a header but what was checked (RFC 5322, RFC 2047, RFC 3834)."""

import base64
import re
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache

from appliance.contracts.notifier import OutLetter
from appliance.model.time import Instant, in_japan

# What SMTP carries without an extension, unquoted.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
MAX_ADDRESS = 254


class Unsendable(ValueError):
    """This letter can never be mail; the text says why."""


def is_address(text: str) -> bool:
    """Whether SMTP can carry it."""
    return len(text) <= MAX_ADDRESS and ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Sender:
    """From whom all mail comes; name is shown beside the address."""

    address: str
    name: str = ""
    reply_to: str = ""

    def __post_init__(self) -> None:
        """Refuse what no header can hold."""
        if not is_address(self.address):
            raise ValueError("`sender` is the mail address from which letters come")
        if not self.name.isprintable() or len(self.name) > 100:
            raise ValueError("`sender_name` is one line of at most 100 characters")
        if self.reply_to and not is_address(self.reply_to):
            raise ValueError("`reply_to` is a mail address, or empty")

    @property
    def domain(self) -> str:
        """Where Message-IDs are from."""
        return self.address.rpartition("@")[2]


def composed(letter: OutLetter, sender: Sender, now: Instant) -> bytes:
    """The mail, lines ended by LF. Raises Unsendable."""
    if not is_address(letter.to):
        raise Unsendable("the address has letters that mail servers do not take")
    if not letter.subject.isprintable():
        raise Unsendable("the subject is not one line")
    headers = [
        _from(sender),
        f"To: {letter.to}",
        _subject(letter.subject),
        f"Date: {format_datetime(in_japan(now))}",
        f"Message-ID: {message_id(letter.id, sender)}",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    ]
    body = base64.encodebytes(letter.text.replace("\n", "\r\n").encode())
    return "\n".join(headers).encode("ascii") + b"\n\n" + body


def message_id(id: str, sender: Sender) -> str:
    """The Message-ID of a letter: the same whenever it is sent."""
    return f"<{id}@{sender.domain}>"


@lru_cache(maxsize=8)
def _from(sender: Sender) -> str:
    reply = f"\nReply-To: {sender.reply_to}" if sender.reply_to else ""
    if not sender.name:
        return f"From: {sender.address}{reply}"
    name = Header(sender.name, "utf-8", header_name="From").encode(linesep="\n")
    return f"From: {name}\n <{sender.address}>{reply}"


@lru_cache(maxsize=256)
def _subject(subject: str) -> str:
    return f"Subject: {Header(subject, 'utf-8', header_name='Subject').encode(linesep=chr(10))}"
