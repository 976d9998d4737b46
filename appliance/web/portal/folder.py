# SPDX-License-Identifier: Apache-2.0
"""「フォルダーの届書をまとめて送る」 (practice 4.5): which file is for which office, and what is wrong.

The page's script asks for all names at once, and then sends office by office: for each of them it switches, so that
every file is sent in a visit that is about its office alone, and the vault judges it as it judges any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest

from aiohttp.web import StreamResponse

from appliance.link.messages import ClientRow, Clients, ListClients, Switched, SwitchOffice
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Catalogue, Direction
from appliance.model.filing_names import NameJudged, judge_name, proper_name
from appliance.model.time import Instant, date_in_japan
from appliance.model.words import Format
from appliance.web import japanese
from appliance.web.answers import as_json, shown
from appliance.web.cursors import known_id
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.limits import Turned, TurnedAway
from appliance.web.office_names import numbered
from appliance.web.portal.served import with_token
from appliance.web.problems import Trouble, troubles
from appliance.web.request import Request
from appliance.web.vault_side import Answered

MOST_FILES = 300
EXAMPLE = 123
# The script asks for so many names at once.
AT_ONCE = 50
ENDINGS = ("pdf", "zip", *(one.value for one in Format if one is not Format.PDF))


@dataclass(frozen=True, slots=True)
class Routed:
    """What is known of one file by its name. to is the office's id, "" for a file that cannot be sent as it is.

    asks_event: the script has to ask for the day of the event (A50).
    """

    name: str
    to: str
    office: str
    type: str
    asks_event: bool
    problems: tuple[Trouble, ...] = ()
    suggestion: str = ""


async def show_folder(request: Request) -> StreamResponse:
    """The page, on which the script does everything."""
    answered = await request.ask(ListClients())
    if not request.house.settings.exchange.filings_enabled:
        raise Refused(Why.NOT_ALLOWED, "filing.disabled")
    clients: Clients = answered.reply
    return shown(
        request,
        "portal/folder",
        answered,
        clients=[numbered(row.number, row.name) for row in clients.rows if row.sends],
        own=clients.rows[0].office if clients.rows else "",
        today=japanese.today(answered.now),
        example=_example(request.house, answered.now),
        most=MOST_FILES,
        at_once=AT_ONCE,
        largest=japanese.size(request.house.largest_upload),
        endings=",".join(f".{one}" for one in ENDINGS),
    )


def _example(house: House, now: Instant) -> str:
    """A right name, of the first kind of filing that there is."""
    kinds = house.catalogue.of(Direction.TO_FUND)
    return f"{proper_name(date_in_japan(now), EXAMPLE, kinds[0])}.pdf" if kinds else ""


async def check(request: Request) -> StreamResponse:
    """The script asks: {names}, one a line -> {files}, in the same order."""
    answered = await request.ask(ListClients())
    _need_form(request, answered)
    names = [name for name in request.fields.get("names", "").split("\n") if name]
    if len(names) > AT_ONCE:
        raise Refused(Why.TOO_LARGE)
    clients: Clients = answered.reply
    by_number = {row.number: row for row in clients.rows}
    return as_json({"files": [routed(request.house, by_number, name) for name in names]})


def _need_form(request: Request, answered: Answered) -> None:
    """The vault asks for the form token where something changes; from another page nobody learns anything here."""
    if answered.visitor is None or not compare_digest(answered.visitor.form.encode(), request.form.encode()):
        raise TurnedAway(Turned.FORM)


def routed(house: House, clients: Mapping[int, ClientRow], name: str) -> Routed:
    """To which office a file of this name goes; nowhere while anything is wrong with its name."""
    judged = _judged(name, house.catalogue)
    row = clients.get(judged.office or 0)
    found = list(judged.problems)
    if judged.office is not None and row is None:
        return Routed(name, "", f"{judged.office:04d}", _type(house, judged), False, _not_served(judged.office))
    if row is not None and not row.sends:
        return Routed(name, "", numbered(row.number, row.name), _type(house, judged), False, _may_not())
    kind = house.catalogue.types.get(judged.type)
    return Routed(
        name=name,
        to=row.office if row is not None and not found else "",
        office=numbered(row.number, row.name) if row else "",
        type=_type(house, judged),
        asks_event=kind is not None and kind.statutory,
        problems=tuple(replace(one, next=_rename()) for one in troubles(house.texts, found)),
        suggestion=_suggested(name, judged),
    )


def _rename() -> str:
    """Among many files nobody chooses the form of one on the page: the name has to be right."""
    return _("名前を直して選び直すか、この送信から外して「届書を送る」から一つずつお送りください。")


def _judged(name: str, catalogue: Catalogue) -> NameJudged:
    """As portal/checking.py: the ending of a table of numbers is no part of what the rule looks at."""
    return judge_name(name.removesuffix(_table_ending(name)), catalogue)


def _table_ending(name: str) -> str:
    return next((f".{one}" for one in Format if one is not Format.PDF and name.endswith(f".{one}")), "")


def _suggested(name: str, judged: NameJudged) -> str:
    return judged.suggestion + _table_ending(name) if judged.problems and judged.suggestion else ""


def _type(house: House, judged: NameJudged) -> str:
    return house.type_name(judged.type) if judged.type else ""


def _not_served(office: int) -> tuple[Trouble, ...]:
    return (
        Trouble(
            "",
            _("事業所番号 {number} は、担当されている事業所の番号ではありません。", number=f"{office:04d}"),
            _("「事業所一覧」にある事業所の届書だけを送れます。"),
            _("番号を確かめて名前を直すか、この送信から外してください。"),
        ),
    )


def _may_not() -> tuple[Trouble, ...]:
    return (
        Trouble(
            "",
            _("この事業所の届書を送る権限がありません。"),
            _("委任された権限に「アップロード」がありません。"),
            _("この送信から外し、事業所の管理者か基金へご相談ください。"),
        ),
    )


async def switch(request: Request) -> StreamResponse:
    """The script goes on for another office: {to, form} -> {form, name}; the browser gets the new token."""
    answered = await request.ask(SwitchOffice(known_id(request.fields.get("to", ""))))
    reply: Switched = answered.reply
    return with_token(request, answered, as_json({"form": reply.form, "name": numbered(reply.number, reply.name)}))
