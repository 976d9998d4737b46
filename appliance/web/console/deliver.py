# SPDX-License-Identifier: Apache-2.0
"""The page on which staff deliver a notice: one form, one file, one office or many."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp.web import StreamResponse

from appliance.link.messages import DeliverCopies, DeliverNotice, NoticeDelivered, OfficeRow
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction
from appliance.model.months import month_of
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.pages import offices_to_choose
from appliance.web.console.recipients import ONE, Recipients, as_numbers, by_numbers, chosen, other_office
from appliance.web.cursors import known_id
from appliance.web.disposition import base_name
from appliance.web.forms import COMMAND
from appliance.web.language import _
from appliance.web.multipart import ComingFile
from appliance.web.problems import Trouble, troubles
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.texts import Explanation
from appliance.web.uploading import FormUpload, form_file
from appliance.web.vault_side import Answered

# So many offices a message get a copy; all of one message have it, or none of them.
GROUP = 100
_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
# The form is shown again with these; all others are pages of their own.
_MENDABLE = frozenset({Why.INVALID, Why.TOO_LARGE, Why.CONFLICT})
# Copies can go on later with these: the form with the rest is shown.
_PASSING = frozenset({Why.AWAY, Why.BUSY, Why.LATE, Why.FULL, Why.CONFLICT})


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, and what is wrong with it. doubt is another office's number in the file's name."""

    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    summary: Explanation | None = None
    problems: Sequence[Trouble] = ()
    doubt: str = ""
    status: int = 200


async def show_form(request: Request) -> StreamResponse:
    """An empty form; an office may be chosen already."""
    return await _form(request, Filled({"office": request.query.get("office", "")}))


async def deliver(request: Request) -> StreamResponse:
    """Take the file and deliver it; or the form again, with what was typed and what is wrong beside it."""
    offices, answered = await offices_to_choose(request)
    recipients, file = chosen(request.fields, offices), form_file(request)
    faults = _faults(request, recipients, file)
    if faults or file is None:
        return await _form(request, Filled(request.fields, faults, status=STATUS[Why.INVALID]))
    doubt = doubt_about(request, base_name(file.name), recipients, offices)
    if doubt:
        asked = Filled(request.fields, summary=in_doubt(request, doubt, recipients), doubt=doubt, status=409)
        return await _form(request, asked)
    return await _delivered(request, answered, recipients, file)


async def deliver_rest(request: Request) -> StreamResponse:
    """Go on with copies that were stopped half-way; who has the notice already gets no second one."""
    notice = known_id(request.values["id"])
    offices, answered = await offices_to_choose(request)
    recipients = by_numbers(request.fields.get("numbers", ""), offices)
    if recipients.unknown or not recipients.rows:
        raise Refused(Why.INVALID, "deliver.nobody_left")
    copies = Copies(request, notice, recipients.rows, request.fields.get(COMMAND, ""))
    return await copies.run(answered, 0)


def doubt_about(request: Request, file_name: str, recipients: Recipients, offices: Sequence[OfficeRow]) -> str:
    """The number in a file's name that somebody has to look at first, "" for none or one that was looked at."""
    found = other_office(file_name, recipients, offices)
    return "" if found == request.fields.get("sure") else found


def in_doubt(request: Request, doubt: str, recipients: Recipients) -> Explanation:
    """The question that is asked then."""
    values = {"number": doubt, "chosen": recipients.words}
    return request.house.texts.explain("deliver.other_office", values)


def _faults(request: Request, recipients: Recipients, file: ComingFile | None) -> dict[str, str]:
    """What is wrong with the fields, by field."""
    fields, texts = request.fields, request.house.texts
    where = "office" if fields.get("to", ONE) == ONE else "numbers"
    wrong = {
        where: not recipients.rows and not recipients.unknown,
        "type": request.house.catalogue.sent(fields.get("type", ""), Direction.TO_OFFICE) is None,
        "period": _PERIOD.fullmatch(fields.get("period", "")) is None,
        "file": file is None,
    }
    faults = {name: texts.word("field", name) for name, is_wrong in wrong.items() if is_wrong}
    if recipients.unknown:
        numbers = _("、").join(recipients.unknown[:20])
        faults["numbers"] = texts.explain("deliver.offices", {"numbers": numbers}).why
    return faults


async def _delivered(
    request: Request, answered: Answered, recipients: Recipients, file: ComingFile
) -> StreamResponse:
    """Deliver to the first, then copies to the rest."""
    first, *rest = recipients.rows
    fields, upload = request.fields, FormUpload(request, file, first.id)

    def ending(id: str, sha256: bytes) -> DeliverNotice:
        return DeliverNotice(id, fields["type"], fields["period"], sha256, upload.command("deliver"))

    try:
        reply: NoticeDelivered = (await upload.run(ending)).reply
    except Refused as error:
        if error.why not in _MENDABLE:
            raise
        faults = {error.values.get("field", "file"): request.house.texts.refusal(error).what}
        return await _form(request, Filled(fields, faults, status=STATUS[error.why]))
    if not reply.notice:
        return await _with_problems(request, reply)
    copies = Copies(request, reply.notice, rest, upload.command("copies"))
    return await copies.run(answered, *((0, 1) if reply.had else (1, 0)))


async def _with_problems(request: Request, reply: NoticeDelivered) -> StreamResponse:
    texts = request.house.texts
    found = troubles(texts, reply.problems)
    summary = texts.explain("deliver.problems")
    return await _form(request, Filled(request.fields, {}, summary, found, status=STATUS[Why.INVALID]))


async def _form(request: Request, filled: Filled) -> StreamResponse:
    offices, answered = await offices_to_choose(request)
    typed = filled.values
    return shown(
        request,
        "console/deliver",
        answered,
        filled.status,
        offices=offices,
        types=request.house.types,
        to=typed.get("to", ONE),
        office=typed.get("office", ""),
        numbers=typed.get("numbers", ""),
        type=typed.get("type", ""),
        period=typed.get("period", "") or month_of(answered.now),
        # After a fault it is another command: the first one may have begun an upload of another file.
        command=request.house.new_id(),
        filled=filled,
        faults=filled.faults,
        largest=japanese.size(request.house.largest_upload),
    )


class Copies:
    """A notice goes to more offices, a group after the other."""

    def __init__(self, request: Request, notice: str, rows: Sequence[OfficeRow], command: str) -> None:
        """notice is at one office; each group is a command of its own, which follows from command."""
        self._request = request
        self._notice = notice
        self._rows = rows
        self._command = command

    async def run(self, answered: Answered, before: int, had: int = 0) -> StreamResponse:
        """To the list, with how many have it; or a page that goes on with the rest.

        before got it just now; had are those that got nothing, because they had it already.
        """
        delivered = 0
        for start in range(0, len(self._rows), GROUP):
            group = tuple(row.id for row in self._rows[start : start + GROUP])
            message = DeliverCopies(self._notice, group, f"{self._command}-{start // GROUP}")
            try:
                delivered += (await self._request.ask(message)).reply.delivered
            except Refused as refused:
                if refused.why not in _PASSING:
                    raise
                return self._stopped(answered, refused, before + start, self._rows[start:])
        had += len(self._rows) - delivered
        return go_to(f"/notices?delivered={before + delivered}" + (f"&had={had}" if had else ""))

    def _stopped(
        self, answered: Answered, refused: Refused, delivered: int, left: Sequence[OfficeRow]
    ) -> StreamResponse:
        house = self._request.house
        counts = {"delivered": str(delivered), "left": str(len(left))}
        return shown(
            self._request,
            "console/deliver_rest",
            answered,
            STATUS[refused.why],
            explanation=house.texts.explain("deliver.part", counts),
            reason=house.texts.refusal(refused),
            notice=self._notice,
            numbers=as_numbers(left),
            command=house.new_id(),
        )
