# SPDX-License-Identifier: Apache-2.0
"""Documents come in, as portal and console have in common: part by part from a page's script, or as a form's file.

1. Every step is a command of its own or names its part, so that each may come twice: after a cut the sender goes on
   where it was, and a form that is sent again has the first one's outcome.
2. Bytes pass through: hashed on the way, in parts, never more than a piece in memory.
3. What an upload becomes is the page's business: it says with which message the upload ends.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping

from aiohttp.web import StreamResponse

from appliance.link.messages import PART_SIZE, BeginUpload, PutPart, UploadBegun
from appliance.link.refusals import Refused, Why
from appliance.web.answers import as_json
from appliance.web.cursors import known_id
from appliance.web.disposition import base_name
from appliance.web.limits import Turned, TurnedAway
from appliance.web.multipart import ComingFile
from appliance.web.request import Request
from appliance.web.vault_side import Answered

# From an upload and the SHA-256 of all of it to the message that ends it.
Ending = Callable[[str, bytes], object]
_COMMAND = re.compile(r"[A-Za-z0-9_-]{16,48}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SIZE = re.compile(r"[0-9]{1,15}")
_PART = re.compile(r"[0-9]{1,6}")
# At its end an upload is opened, looked at and scanned: of a large one that takes longer than any other answer.
END_SECONDS = 120.0


async def begin(request: Request, office: str = "") -> StreamResponse:
    """{file_name, size, command} -> {upload, part_size}; office is whom it is for, "" the visitor's own."""
    fields = request.fields
    size, name = field(fields, "size", _SIZE), base_name(field(fields, "file_name"))
    reply = (await request.ask(BeginUpload(office, name, int(size), field(fields, "command")))).reply
    return as_json({"upload": reply.upload, "part_size": reply.part_size})


async def put_part(request: Request) -> StreamResponse:
    """The bytes of one part -> {size}. The stream goes straight on to the vault."""
    upload, part = known_id(request.values["id"]), request.values["number"]
    if _PART.fullmatch(part) is None:
        raise Refused(Why.NOT_FOUND)
    message = PutPart(upload, int(part))
    reply = (await request.ask(message, stream=request.stream, stream_size=request.size)).reply
    return as_json({"size": reply.size})


async def end(request: Request, ending: Ending) -> Answered:
    """The vault's answer to the end of the upload that the path names; {sha256, command} are among the fields."""
    sha256 = bytes.fromhex(field(request.fields, "sha256", _SHA256))
    field(request.fields, "command")
    return await request.ask(ending(known_id(request.values["id"]), sha256), timeout=END_SECONDS)


def field(fields: Mapping[str, str], name: str, form: re.Pattern[str] | None = None) -> str:
    """A field that a script always sends, in its form. Raises Refused INVALID."""
    value = fields.get(name, "")
    if not value or (form is not None and form.fullmatch(value) is None):
        raise Refused(Why.INVALID, values={"field": name})
    return value


def form_file(request: Request) -> ComingFile | None:
    """The file that stands in the field `file` of a form, None if nobody chose one.

    Raises TurnedAway for a form that is none of ours: a file of another name, or without the id of a command.
    """
    file = request.file
    if file is None:
        return None
    if file.field != "file" or _COMMAND.fullmatch(request.fields.get("command", "")) is None:
        raise TurnedAway(Turned.BODY)
    return file if base_name(file.name) and file.size else None


class FormUpload:
    """The file of a form without a script, on its way to the vault."""

    def __init__(self, request: Request, file: ComingFile, office: str = "") -> None:
        """file is form_file()'s; office as in begin()."""
        self._request = request
        self._file = file
        self._office = office
        self._sha256 = hashlib.sha256()
        self._rest = b""

    def command(self, step: str) -> str:
        """The id of a step's command: each is one of its own, and all of them follow from the form's."""
        return f"{self._request.fields['command']}-{step}"

    async def run(self, ending: Ending) -> Answered:
        """Begin, put all parts, end; a form that is sent twice has the first one's outcome. Raises Refused."""
        name, size = base_name(self._file.name), self._file.size
        answered = await self._request.ask(BeginUpload(self._office, name, size, self.command("begin")))
        begun: UploadBegun = answered.reply
        try:
            await self._put_parts(begun)
        except Refused as refused:
            if refused.why not in (Why.NOT_FOUND, Why.CONFLICT):
                raise
            return await self._ended_before(begun, ending, refused)
        return await self._request.ask(ending(begun.upload, self._sha256.digest()), timeout=END_SECONDS)

    async def _put_parts(self, begun: UploadBegun) -> None:
        size = min(begun.part_size, PART_SIZE)
        for number in range(-(-self._file.size // size)):
            count = min(size, self._file.size - number * size)
            await self._request.ask(PutPart(begun.upload, number), stream=self._take(count), stream_size=count)
        # The end mark of the form: without it the browser has not sent all of it.
        async for _ in self._file.pieces:
            raise TurnedAway(Turned.BODY)

    async def _take(self, count: int) -> AsyncIterator[bytes]:
        """The next count bytes of the file."""
        while count:
            piece = self._rest or await anext(self._file.pieces)
            piece, self._rest = piece[:count], piece[count:]
            count -= len(piece)
            self._sha256.update(piece)
            yield piece

    async def _ended_before(self, begun: UploadBegun, ending: Ending, refused: Refused) -> Answered:
        """The upload is gone: ended by this very form before, then its first outcome stands; else refused."""
        try:
            return await self._request.ask(ending(begun.upload, self._sha256.digest()), timeout=END_SECONDS)
        except Refused:
            raise refused from None
