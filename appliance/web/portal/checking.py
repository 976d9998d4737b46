# SPDX-License-Identifier: Apache-2.0
"""What is wrong with files before a byte of them is sent: what the page saw in them, and their names (SC14).

Only a service to who is about to send: the vault judges all of it again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hmac import compare_digest

from aiohttp.web import StreamResponse

from appliance.link.messages import ReadOwn
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Catalogue
from appliance.model.filing_names import NameJudged, judge_name
from appliance.model.problems import Problem, Rule
from appliance.model.words import Format
from appliance.web.answers import as_json
from appliance.web.limits import Turned, TurnedAway
from appliance.web.problems import troubles
from appliance.web.request import Request

MOST_NAMES = 99
DOCUMENTS = tuple(f".{one}" for one in Format)
# Rules that the page can see for itself. Their texts need no values.
SEEN_BY_THE_PAGE = frozenset(
    {
        Rule.ZIP_NONE,
        Rule.ZIP_EMPTY,
        Rule.ZIP_COUNT,
        Rule.ZIP_ENCRYPTION,
        Rule.ZIP_ZIPCRYPTO,
        Rule.ZIP_MIXED,
        Rule.ENTRY_FOLDER,
        Rule.PASSWORD,
        Rule.DAMAGED,
        Rule.PDF_NONE,
    }
)


async def check(request: Request) -> StreamResponse:
    """The script asks: {names, found, type} -> {problems}. names are one a line, found a rule and an entry a line.

    Raises Refused for rules that no page can have seen.
    """
    answered = await request.ask(ReadOwn())
    # The vault asks for the form token only where something changes; from another page nobody learns anything here.
    if answered.visitor is None or not compare_digest(answered.visitor.form.encode(), request.form.encode()):
        raise TurnedAway(Turned.FORM)
    office = answered.reply.office
    names = [name for name in request.fields.get("names", "").split("\n") if name][:MOST_NAMES]
    found = [_seen(line) for line in request.fields.get("found", "").split("\n") if line][:MOST_NAMES]
    named = _name_problems(names, office.number if office else 0, request)
    return as_json({"problems": troubles(request.house.texts, [*found, *named])})


def _seen(line: str) -> Problem:
    rule, _, entry = line.partition("\t")
    if rule not in SEEN_BY_THE_PAGE:
        raise Refused(Why.INVALID)
    return Problem(Rule(rule), entry)


def _name_problems(names: Sequence[str], number: int, request: Request) -> Iterator[Problem]:
    """As vault/filings/naming.py: one that comes alone, and whose type was chosen, gets its right name.

    No name makes a document of what is none by its ending, and then that is all there is to say.
    """
    alone = len(names) == 1
    for name in names:
        problems = list(_of_name(name, number, request.house.catalogue))
        if not name.lower().endswith(DOCUMENTS) and any(one.rule is Rule.NAME_ENDING for one in problems):
            yield Problem(Rule.NAME_ENDING, "" if alone else name)
            continue
        stays = any(one.rule in {Rule.NAME_PAPER, Rule.NAME_OTHER_OFFICE} for one in problems)
        if stays or not (alone and request.fields.get("type")):
            yield from (replace(one, entry="" if alone else name) for one in problems)


def _of_name(name: str, number: int, catalogue: Catalogue) -> Iterator[Problem]:
    ending = "".join(f".{one}" for one in Format if one is not Format.PDF and name.endswith(f".{one}"))
    judged = judge_name(name.removesuffix(ending), catalogue)
    if judged.office not in (None, number) and (judged.accepted or judged.suggestion):
        yield Problem(Rule.NAME_OTHER_OFFICE, values={"number": str(judged.office)})
        return
    yield from (replace(one, values={**one.values, **_suggested(judged, ending)}) for one in judged.problems)


def _suggested(judged: NameJudged, ending: str) -> dict[str, str]:
    return {"suggestion": judged.suggestion + ending} if judged.suggestion else {}
