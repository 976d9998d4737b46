# SPDX-License-Identifier: Apache-2.0
"""The page on which staff deliver a notice: one form, its file passed on part by part while it comes in."""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp.web import StreamResponse

from appliance.link.messages import PART_SIZE, BeginUpload, DeliverNotice, PutPart, UploadBegun
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction
from appliance.model.ids import is_id
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.pages import offices_to_choose
from appliance.web.disposition import base_name
from appliance.web.limits import Turned, TurnedAway
from appliance.web.multipart import ComingFile
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request

_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_COMMAND = re.compile(r"[A-Za-z0-9_-]{16,48}")
# The form is shown again with these; all others are pages of their own.
_MENDABLE = frozenset({Why.INVALID, Why.TOO_LARGE, Why.CONFLICT})


async def show_form(request: Request) -> StreamResponse:
    """An empty form; an office may be chosen already."""
    return await _form(request, {"office": request.query.get("office", "")})


async def deliver(request: Request) -> StreamResponse:
    """Take the file and deliver it; or the form again, with what was typed and what is wrong beside it."""
    faults = _faults(request)
    if faults:
        return await _form(request, request.fields, faults, 422)
    assert request.file is not None, "a form without a file has a fault"
    try:
        await Delivery(request, request.file).run()
    except Refused as error:
        if error.why not in _MENDABLE:
            raise
        faults = {error.values.get("field", "file"): request.house.texts.refusal(error).what}
        return await _form(request, request.fields, faults, STATUS[error.why])
    return go_to("/notices?delivered=1")


def _faults(request: Request) -> dict[str, str]:
    """What is wrong with the fields, by field; texts are keys of the catalogue."""
    fields, file = request.fields, request.file
    wrong = {
        "office": not is_id(fields.get("office", "")),
        "type": request.house.catalogue.sent(fields.get("type", ""), Direction.TO_OFFICE) is None,
        "period": _PERIOD.fullmatch(fields.get("period", "")) is None,
        "file": file is None or not base_name(file.name) or file.size == 0,
    }
    if file is not None and (file.field != "file" or _COMMAND.fullmatch(fields.get("command", "")) is None):
        raise TurnedAway(Turned.BODY)
    return {name: request.house.texts.word("field", name) for name, is_wrong in wrong.items() if is_wrong}


async def _form(
    request: Request, typed: Mapping[str, str], faults: Mapping[str, str] | None = None, status: int = 200
) -> StreamResponse:
    offices, answered = await offices_to_choose(request)
    return shown(
        request,
        "console/deliver",
        answered,
        status,
        offices=offices,
        types=[(found.id, found.name) for found in request.house.types],
        office=typed.get("office", ""),
        type=typed.get("type", ""),
        period=typed.get("period", "") or japanese.this_month(answered.now),
        # After a fault it is another command: the first one may have begun an upload of another file.
        command=request.house.new_id(),
        faults=faults or {},
        largest=japanese.size(request.house.largest_upload),
    )


class Delivery:
    """One form's file on its way: hashed while it passes, in parts, never more than a piece in memory."""

    def __init__(self, request: Request, file: ComingFile) -> None:
        """The fields of request have been looked at."""
        self._request = request
        self._fields = request.fields
        self._file = file
        self._sha256 = hashlib.sha256()
        self._rest = b""

    async def run(self) -> None:
        """Begin, put all parts, deliver. A form that is sent twice has the first one's outcome. Raises Refused."""
        begun: UploadBegun = await self._ask(
            BeginUpload(self._fields["office"], base_name(self._file.name), self._file.size, self._command("begin"))
        )
        try:
            await self._put_parts(begun)
        except Refused as refused:
            if refused.why not in (Why.NOT_FOUND, Why.CONFLICT):
                raise
            await self._delivered_before(begun, refused)
            return
        await self._deliver(begun)

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

    async def _delivered_before(self, begun: UploadBegun, refused: Refused) -> None:
        """The upload is gone: delivered by this very form before, then its first outcome stands; else refused."""
        try:
            await self._deliver(begun)
        except Refused:
            raise refused from None

    async def _deliver(self, begun: UploadBegun) -> None:
        fields = self._fields
        await self._ask(
            DeliverNotice(
                begun.upload, fields["type"], fields["period"], self._sha256.digest(), self._command("deliver")
            )
        )

    async def _ask(self, message: object) -> Any:
        return (await self._request.ask(message)).reply

    def _command(self, step: str) -> str:
        """Each step is a command of its own; all of them follow from the form's."""
        return f"{self._fields['command']}-{step}"
