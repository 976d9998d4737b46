# SPDX-License-Identifier: Apache-2.0
"""What static/deliver.js talks to: begin, one PUT a part, deliver, then copies; a cut goes on where it was."""

from collections.abc import Sequence
from dataclasses import asdict

from aiohttp.web import StreamResponse

from appliance.link.messages import CopiesDelivered, DeliverCopies, DeliverNotice, NoticeDelivered, OfficeRow
from appliance.link.refusals import Refused, Why
from appliance.web import uploading
from appliance.web.answers import as_json
from appliance.web.console.deliver import doubt_about, in_doubt
from appliance.web.console.pages import offices_to_choose
from appliance.web.console.recipients import ONE, Recipients, chosen
from appliance.web.cursors import known_id
from appliance.web.disposition import base_name
from appliance.web.language import _
from appliance.web.problems import troubles
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.uploading import field


async def begin(request: Request) -> StreamResponse:
    """{to, office, numbers, sure, file_name, size, command} -> {upload, part_size}.

    A file that bears another office's number is a refusal with its {doubt}.
    """
    offices, _ = await offices_to_choose(request)
    recipients = _chosen(request, offices)
    name = base_name(field(request.fields, "file_name"))
    if doubt := doubt_about(request, name, recipients, offices):
        asked = asdict(in_doubt(request, doubt, recipients))
        return as_json({**asked, "number": request.number, "doubt": doubt}, STATUS[Why.CONFLICT])
    return await uploading.begin(request, recipients.rows[0].id)


async def deliver(request: Request) -> StreamResponse:
    """{to, office, numbers, type, period, sha256, command} -> {notice, had, rest}, or {problems}.

    had: the first office has it already. rest are the offices that get copies.
    """
    fields = request.fields
    type, period, command = field(fields, "type"), field(fields, "period"), field(fields, "command")
    answered = await uploading.end(request, lambda id, sha256: DeliverNotice(id, type, period, sha256, command))
    reply: NoticeDelivered = answered.reply
    if reply.notice:
        return as_json({"notice": reply.notice, "had": reply.had, "rest": await _rest(request)})
    return as_json({"problems": [asdict(one) for one in troubles(request.house.texts, reply.problems)]})


async def _rest(request: Request) -> list[str]:
    if request.fields.get("to", ONE) == ONE:
        return []
    offices, _ = await offices_to_choose(request)
    return [row.id for row in _chosen(request, offices).rows[1:]]


def _chosen(request: Request, offices: Sequence[OfficeRow]) -> Recipients:
    """One office at least. Raises Refused INVALID."""
    recipients = chosen(request.fields, offices)
    if recipients.unknown:
        raise Refused(Why.INVALID, "deliver.offices", {"numbers": _("、").join(recipients.unknown[:20])})
    if not recipients.rows:
        raise Refused(Why.INVALID, "deliver.nobody_left")
    return recipients


async def copies(request: Request) -> StreamResponse:
    """{offices, command} -> {delivered}; offices are ids with commas between, as many as a message takes."""
    offices = tuple(known_id(office) for office in field(request.fields, "offices").split(","))
    message = DeliverCopies(known_id(request.values["id"]), offices, field(request.fields, "command"))
    reply: CopiesDelivered = (await request.ask(message)).reply
    return as_json({"delivered": reply.delivered})
