# SPDX-License-Identifier: Apache-2.0
"""Refusals as people and scripts see them: a status, and what happened, why, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp.web import Response

from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from appliance.web.addresses import ACTIVATE, DOWNLOAD
from appliance.web.answers import as_json, go_to, page
from appliance.web.cookies import ending, visit_cookie
from appliance.web.house import House
from appliance.web.limits import TurnedAway
from appliance.web.rendering import Top
from appliance.web.texts import Explanation
from appliance.web.way_back import sign_in_from

STATUS: dict[Why, int] = {
    Why.NOT_HERE: 403,
    Why.NOT_SIGNED_IN: 401,
    Why.FORGED: 403,
    Why.NOT_ALLOWED: 403,
    Why.NOT_FOUND: 404,
    Why.INVALID: 422,
    Why.TOO_LARGE: 413,
    Why.CONFLICT: 409,
    Why.WRONG_SECRET: 422,
    Why.LOCKED: 429,
    Why.BUSY: 503,
    Why.FULL: 507,
    Why.LATE: 503,
    Why.AWAY: 503,
    Why.VERSION: 503,
    Why.FAILED: 502,
    Why.BROKEN: 500,
}
RETRY_SECONDS: dict[int, int] = {503: 5, 429: 3600}
REGISTER = "/register"
LAPSED = "/served?lapsed=1"
SIGN_OUT = "/sign-out"
_OF_TICKETS = (DOWNLOAD, ACTIVATE, "/live")
RELOADING = frozenset({Why.AWAY, Why.BUSY, Why.LATE, Why.VERSION})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the answer to a refusal depends on. number is the request's, shown so that fund IT can find it.

    path is where somebody was; fields are those of a form that can be sent again.
    """

    house: House
    number: str
    is_get: bool
    for_programs: bool = False
    had_token: bool = False
    path: str = "/"
    fields: Mapping[str, str] | None = field(default=None, repr=False)


def refused(asked: Asked, error: Refused) -> Response:
    """The answer to a refusal of the vault."""
    if error.text == "grouping.switched":
        # Another tab has the token by now, and so has the browser: it is not taken away.
        return _answer(asked, STATUS[Why.CONFLICT], asked.house.texts.refusal(error))
    if error.text == "grouping.lapsed" and asked.is_get and not asked.for_programs:
        return go_to(LAPSED)
    if error.why is Why.NOT_SIGNED_IN:
        return _to_sign_in(asked, error)
    if error.text == "door.unready" and asked.is_get and asked.path != REGISTER:
        return go_to(REGISTER)
    again = error.why in RELOADING and asked.is_get
    return _answer(asked, STATUS[error.why], asked.house.texts.refusal(error), again)


def turned_away(asked: Asked, error: TurnedAway) -> Response:
    """The answer to a refusal of this tier."""
    key = f"edge.{error.reason.name.lower()}"
    answer = _answer(asked, error.status, asked.house.texts.explain(key))
    answer.headers.update(error.headers)
    return answer


def no_such_page(asked: Asked) -> Response:
    """The same 404 as for a notice that is not the visitor's."""
    return refused(asked, Refused(Why.NOT_FOUND))


def broken(asked: Asked) -> Response:
    """A fault of ours; the log names it, the page does not."""
    return refused(asked, Refused(Why.BROKEN))


def _to_sign_in(asked: Asked, error: Refused) -> Response:
    if asked.house.site is Site.PUBLIC:
        return _to_counter(asked)
    if asked.path == SIGN_OUT:
        # A second click, or another tab was first: a visit that has ended is as good as one that is ended now.
        answer = page(asked.house.templates.render("signed_out", top=Top(), cuts=False))
    elif not asked.is_get or asked.for_programs:
        answer = _ended(asked, error)
    else:
        answer = go_to(sign_in_from(asked.path) if asked.had_token else "/sign-in")
    if asked.had_token:
        answer.headers.add("Set-Cookie", ending(visit_cookie(asked.house.site)))
    return answer


def _to_counter(asked: Asked) -> Response:
    """Whose ticket has ended shows the letter again, where there is a place for it."""
    if not asked.path.startswith(_OF_TICKETS):
        return no_such_page(asked)
    first = ACTIVATE if asked.path.startswith(ACTIVATE) else DOWNLOAD
    answer = go_to(f"{first}?ended=1" if asked.had_token else first)
    if asked.had_token:
        answer.headers.add("Set-Cookie", ending(visit_cookie(Site.PUBLIC)))
    return answer


def _ended(asked: Asked, error: Refused) -> Response:
    """A form came too late: what was typed waits on the page, to be sent again after signing in."""
    explanation = asked.house.texts.refusal(error)
    if asked.for_programs or not asked.fields:
        return _answer(asked, 401, explanation)
    values = {"explanation": explanation, "path": asked.path, "kept": kept_fields(asked.fields), "top": Top()}
    return page(asked.house.templates.render("ended", **values), 401)


def is_secret(name: str) -> bool:
    """Whether a field of this name never comes back into a page."""
    return "password" in name or name.endswith("code")


def kept_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed, but for secrets."""
    return {name: value for name, value in fields.items() if not is_secret(name)}


def _answer(asked: Asked, status: int, explanation: Explanation, again: bool = False) -> Response:
    if asked.for_programs:
        said = {"what": explanation.what, "why": explanation.why, "next": explanation.next}
        answer = as_json({**said, "number": asked.number}, status)
    else:
        values = {"explanation": explanation, "number": asked.number, "again": again, "top": Top()}
        answer = page(asked.house.templates.render("refusal", **values), status)
    if status in RETRY_SECONDS:
        answer.headers["Retry-After"] = str(RETRY_SECONDS[status])
    return answer
