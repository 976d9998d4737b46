# SPDX-License-Identifier: Apache-2.0
"""Mail that came back: delivery reports (RFC 3464) in a Maildir, matched by the Message-ID of what they bring back.

Only a report that says `failed` counts; vacation notes, delays and everything else are put aside. A file stays in
`new` until the call after the one that handed it over, and then goes to `cur`.
"""

import os
import re
from email.message import Message
from email.parser import BytesParser, HeaderParser
from pathlib import Path

from appliance.contracts.notifier import MAX_RETURNS, Returned
from appliance.contracts.plugin import InThread, PluginError
from appliance.model.ids import is_id

MAX_READ = 256 * 1024
MAX_SAID = 300
_ID = re.compile(r"<([a-z2-7]{26})@[^<>@\s]{1,253}>")


class Bounces:
    """One Maildir."""

    def __init__(self, folder: Path, in_thread: InThread) -> None:
        """Files are read in a thread."""
        self._folder = folder
        self._in_thread = in_thread
        self._handed: list[Path] = []

    def need(self) -> None:
        """Raise PluginError unless the folder is a Maildir that we may empty."""
        for name in ("new", "cur"):
            if not (self._folder / name).is_dir():
                raise PluginError(f"`returns`: {self._folder} is no Maildir; there is no folder `{name}` in it")
            if not os.access(self._folder / name, os.R_OK | os.W_OK | os.X_OK):
                raise PluginError(
                    f"`returns`: {self._folder}/{name} must be open to this user, to read and to empty it"
                )

    async def take(self) -> list[Returned]:
        """Failed letters, the oldest first. Those of the last call are put aside now."""
        return await self._in_thread(self._take)

    def _take(self) -> list[Returned]:
        for path in self._handed:
            self._put_aside(path)
        self._handed = []
        found = []
        for path in sorted((self._folder / "new").iterdir())[: 10 * MAX_RETURNS]:
            returned = read_report(path)
            if returned is None:
                self._put_aside(path)
                continue
            self._handed.append(path)
            found.append(returned)
            if len(found) == MAX_RETURNS:
                break
        return found

    def _put_aside(self, path: Path) -> None:
        path.rename(self._folder / "cur" / f"{path.name.partition(':')[0]}:2,S")


def read_report(path: Path) -> Returned | None:
    """Which letter of ours a file says has failed, and why; None for everything else."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        mail = BytesParser().parsebytes(file.read(MAX_READ))
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None
    said, id = _failure(mail), _original(mail)
    return Returned(id, said) if said and id else None


def _below(mail: Message) -> list[Message]:
    """The parts that a part is made of."""
    payload = mail.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _parts(mail: Message, kind: str) -> list[Message]:
    return [part for part in _below(mail) if part.get_content_type() == kind]


def _failure(mail: Message) -> str:
    """Why the recipient did not get it, "" unless that is final."""
    for report in _parts(mail, "message/delivery-status"):
        for block in _below(report):
            if str(block.get("Action", "")).strip().lower() == "failed":
                words = [block.get("Status", ""), block.get("Diagnostic-Code", "")]
                return " ".join(" ".join(map(str, words)).split())[:MAX_SAID] or "no reason was given"
    return ""


def _original(mail: Message) -> str:
    """The id of our letter that the report brings back, "" if there is none."""
    for part in _parts(mail, "message/rfc822"):
        for inner in _below(part):
            if id := _id_of(inner):
                return id
    for part in _parts(mail, "text/rfc822-headers"):
        text = part.get_payload(decode=True)
        if isinstance(text, bytes) and (id := _id_of(HeaderParser().parsestr(text.decode("ascii", "replace")))):
            return id
    return ""


def _id_of(original: Message) -> str:
    match = _ID.search(str(original.get("Message-ID", "")))
    return match[1] if match and is_id(match[1]) else ""
