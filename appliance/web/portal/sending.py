# SPDX-License-Identifier: Apache-2.0
"""「届書を送る」 (SC14): what is asked beside the file, and what comes back: filings with their names, or problems.

With its script the page sends several files, each an upload of its own; without it the same form sends one.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import FilingDetail, OwnOffice, ReadFiling, ReadOwn, SubmitFiling, Submitted
from appliance.link.refusals import Refused, Why
from appliance.model.deadlines import deadline
from appliance.model.documents import Direction
from appliance.model.time import Instant
from appliance.model.words import Format
from appliance.web import japanese, uploading
from appliance.web.answers import as_json, shown
from appliance.web.cursors import known_id
from appliance.web.due import NEVER, Due, due
from appliance.web.forms import SHOWN_AGAIN
from appliance.web.house import House
from appliance.web.multipart import ComingFile
from appliance.web.portal.filing_lines import state_word
from appliance.web.problems import Trouble, troubles
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.texts import Explanation
from appliance.web.uploading import Ending, FormUpload, form_file

NOTE_SIGNS = 500
_MENDABLE = SHOWN_AGAIN | {Why.TOO_LARGE}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stands in the form beside the file, "" where nothing was typed. follows: what it stands for now."""

    type: str = ""
    filed_on: str = ""
    event_on: str = ""
    note: str = ""
    follows: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "Chosen":
        """As it was typed, or sent by the script."""
        return cls(*(fields.get(name, "").strip() for name in ("type", "filed_on", "event_on", "note", "follows")))

    def ending(self, command: str) -> Ending:
        """How an upload ends with this."""
        return lambda upload, sha256: SubmitFiling(upload, sha256, command, **asdict(self))


@dataclass(frozen=True, slots=True)
class Filed:
    """A filing that came of it, in words. came_as is its name before it was given the right one."""

    id: str
    type: str
    name: str
    came_as: str
    state: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in the way of a form: the summary, what is wrong by field, and the problems of the file."""

    summary: Explanation | None = None
    fields: Mapping[str, str] | None = None
    troubles: tuple[Trouble, ...] = ()
    status: int = 200


async def show_form(request: Request) -> StreamResponse:
    """An empty form, or one that begins with what was returned."""
    follows = request.query.get("follows", "")
    if not follows:
        return await _form(request, Chosen())
    detail: FilingDetail = (await request.ask(ReadFiling(known_id(follows)))).reply
    chosen = Chosen(detail.row.type, "", detail.event_on, detail.note, follows)
    return await _form(request, chosen, reason=detail.reason)


async def submit(request: Request) -> StreamResponse:
    """The script ends an upload: {sha256, command, type, filed_on, event_on, note, follows} -> what came of it."""
    ending = Chosen.of(request.fields).ending(request.fields.get("command", ""))
    reply: Submitted = (await uploading.end(request, ending)).reply
    filed = [asdict(one) for one in _filed(request.house, reply)]
    return as_json({"filings": filed, "problems": troubles(request.house.texts, reply.problems)})


async def send(request: Request) -> StreamResponse:
    """The whole form with its one file; or the form again, with what was typed and everything that is wrong."""
    chosen, file = Chosen.of(request.fields), form_file(request)
    faults = _faults(request.house, chosen, file)
    if file is None or faults:
        return await _form(request, chosen, _fault(request, "form.faults", faults))
    try:
        return await _sent(request, chosen, file)
    except Refused as error:
        if error.why not in _MENDABLE:
            raise
        texts = request.house.texts
        said = texts.explain("form.again") if error.why is Why.FORGED else texts.refusal(error)
        return await _form(request, chosen, Fault(said, status=STATUS[error.why]))


async def _sent(request: Request, chosen: Chosen, file: ComingFile) -> StreamResponse:
    upload = FormUpload(request, file)
    answered = await upload.run(chosen.ending(upload.command("submit")))
    reply: Submitted = answered.reply
    found = tuple(troubles(request.house.texts, reply.problems))
    if found:
        return await _form(request, chosen, _fault(request, "filing.not_taken", troubles=found))
    return shown(
        request,
        "portal/filing_sent",
        answered,
        filed=_filed(request.house, reply),
        due=_due(request.house, reply, chosen, answered.now),
    )


def _fault(
    request: Request, key: str, fields: Mapping[str, str] | None = None, troubles: tuple[Trouble, ...] = ()
) -> Fault:
    return Fault(request.house.texts.explain(key), fields, troubles, STATUS[Why.INVALID])


def _faults(house: House, chosen: Chosen, file: ComingFile | None) -> dict[str, str]:
    """What is wrong with the fields as far as this side can know; the names inside a ZIP may say the rest."""
    wrong = {
        "type": bool(chosen.type) and house.catalogue.sent(chosen.type, Direction.TO_FUND) is None,
        "filed_on": bool(chosen.filed_on) and _date(chosen.filed_on) is None,
        "event_on": bool(chosen.event_on) and _date(chosen.event_on) is None,
        "note": len(chosen.note) > NOTE_SIGNS,
        "file": file is None,
    }
    return {name: house.texts.word("filing_field", name) for name, is_wrong in wrong.items() if is_wrong}


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _filed(house: House, reply: Submitted) -> list[Filed]:
    return [
        Filed(one.filing, house.type_name(one.type), one.file_name, one.came_as, state_word(house, one.state))
        for one in reply.filings
    ]


def _due(house: House, reply: Submitted, chosen: Chosen, now: Instant) -> Due:
    """The deadline that follows from what was typed, where the law has one."""
    event, types = _date(chosen.event_on), house.catalogue.types
    has_one = any(one.type in types and types[one.type].statutory for one in reply.filings)
    return due(deadline(event).isoformat(), now, is_open=True) if event and has_one else NEVER


async def _form(request: Request, chosen: Chosen, fault: Fault | None = None, reason: str = "") -> Response:
    house, fault = request.house, fault or Fault()
    answered = await request.ask(ReadOwn())
    if not house.settings.exchange.filings_enabled:
        raise Refused(Why.NOT_ALLOWED, "filing.disabled")
    office: OwnOffice | None = answered.reply.office
    types = house.catalogue.of(Direction.TO_FUND)
    return shown(
        request,
        "portal/filing_new",
        answered,
        fault.status,
        chosen=chosen,
        reason=reason,
        fault=fault,
        faults=fault.fields or {},
        types=types,
        by_post=house.catalogue.of(Direction.TO_FUND, by_post=True),
        today=japanese.today(answered.now),
        number=f"{office.number:04d}" if office else "",
        endings=_endings({one for found in types for one in found.formats}),
        # After a fault it is another command: the first one may have begun an upload of another file.
        command=house.new_id(),
        largest=japanese.size(house.largest_upload),
        note_signs=NOTE_SIGNS,
    )


def _endings(formats: set[Format]) -> str:
    """What the file dialog offers first."""
    return ",".join(sorted(f".{one}" for one in {*formats, "zip"}))
