# SPDX-License-Identifier: Apache-2.0
"""What static/upload.js talks to: begin, one PUT a part, deliver; a cut connection goes on where it was."""

import re
from collections.abc import Mapping

from aiohttp.web import StreamResponse

from appliance.link.messages import BeginUpload, DeliverNotice, PutPart
from appliance.link.refusals import Refused, Why
from appliance.web.answers import as_json
from appliance.web.cursors import known_id
from appliance.web.disposition import base_name
from appliance.web.request import Request

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SIZE = re.compile(r"[0-9]{1,15}")
_PART = re.compile(r"[0-9]{1,6}")


async def begin(request: Request) -> StreamResponse:
    """{office, file_name, size, command} -> {upload, part_size}."""
    fields = request.fields
    office, size = known_id(_field(fields, "office")), _field(fields, "size", _SIZE)
    message = BeginUpload(office, base_name(_field(fields, "file_name")), int(size), _field(fields, "command"))
    reply = (await request.ask(message)).reply
    return as_json({"upload": reply.upload, "part_size": reply.part_size})


async def put_part(request: Request) -> StreamResponse:
    """The bytes of one part -> {size}. The stream goes straight on to the vault."""
    upload, part = known_id(request.values["id"]), request.values["number"]
    if _PART.fullmatch(part) is None:
        raise Refused(Why.NOT_FOUND)
    message = PutPart(upload, int(part))
    reply = (await request.ask(message, stream=request.stream, stream_size=request.size)).reply
    return as_json({"size": reply.size})


async def deliver(request: Request) -> StreamResponse:
    """{type, period, sha256, command} -> {notice, next}."""
    upload, fields = known_id(request.values["id"]), request.fields
    sha256 = bytes.fromhex(_field(fields, "sha256", _SHA256))
    message = DeliverNotice(
        upload, _field(fields, "type"), _field(fields, "period"), sha256, _field(fields, "command")
    )
    reply = (await request.ask(message)).reply
    return as_json({"notice": reply.notice, "next": "/notices?delivered=1"})


def _field(fields: Mapping[str, str], name: str, form: re.Pattern[str] | None = None) -> str:
    """A field that must be there, in its form. Raises Refused INVALID."""
    value = fields.get(name, "")
    if not value or (form is not None and form.fullmatch(value) is None):
        raise Refused(Why.INVALID, values={"field": name})
    return value
