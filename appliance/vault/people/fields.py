# SPDX-License-Identifier: Apache-2.0
"""What people type about themselves and others, made canonical or refused with the field and the reason."""

import re
from collections.abc import Callable

from appliance.link.refusals import Refused, Why
from appliance.model.devices import LAST_SEAT
from appliance.model.ids import CONTRACT_NUMBER, MAIL, STAFF_NAME, USER_ID, canonical, canonical_number
from appliance.model.names import MAX_NAME, MAX_OFFICE_NAME, Kana, NotAName, kana_of, name_of
from appliance.model.registration import MAX_SEATS
from appliance.model.words import PRESETS, Role

MAX_TYPED = 300
MAX_OFFICE_NUMBER = 999_999
MAX_SHORT_NAME = 20
MAX_REASON = 300
# With the fund's reason: the names of kits have two digits for the seat (R24).


class Unfit(Refused):
    """Something that was typed cannot be. The text is `<field>.<reason>`; the page marks the field."""

    def __init__(self, field: str, reason: str, **values: str) -> None:
        """values fill the text."""
        super().__init__(Why.INVALID, f"{field}.{reason}", {"field": field, **values})


def user_id(typed: str) -> str:
    """The login of an office's user (R25, T6). Raises Unfit."""
    return _login(typed, USER_ID)


def staff_login(typed: str) -> str:
    """The login of one of the fund's staff. Raises Unfit."""
    return _login(typed, STAFF_NAME, "staff_form")


def _login(typed: str, form: re.Pattern[str], reason: str = "form") -> str:
    """Sign-in takes it full-width as well, but it is given out only in the one form that is printed."""
    login = canonical(_short("login", typed))
    if not form.fullmatch(login):
        raise Unfit("login", reason)
    if login != typed.strip():
        raise Unfit("login", "half_width", offer=login)
    return login


def person_name(typed: str, most: int = MAX_NAME) -> str:
    """The name of a person. Raises Unfit."""
    return _named("name", lambda: name_of(typed, most))


def person_kana(typed: str) -> Kana:
    """The kana of a person (R26, T7). Raises Unfit."""
    try:
        return kana_of(typed)
    except NotAName as wrong:
        raise Unfit("kana", wrong.reason) from wrong


def staff_kana(typed: str) -> Kana:
    """The kana of one of the fund's staff, who may have none. Raises Unfit."""
    return person_kana(typed) if typed.strip() else Kana("", converted=False)


def mail_address(typed: str) -> str:
    """A mail address, half-width. Raises Unfit."""
    mail = canonical(_short("mail", typed))
    if not MAIL.fullmatch(mail) or not mail.isascii():
        raise Unfit("mail", "form")
    return mail


def office_name(typed: str) -> str:
    """The name of an office. Raises Unfit."""
    return _named("office_name", lambda: name_of(typed, MAX_OFFICE_NAME))


def short_name(typed: str) -> str:
    """What an office calls itself (事業所略称, A29); "" for none. Raises Unfit."""
    return _named("short_name", lambda: name_of(typed, MAX_SHORT_NAME)) if typed.strip() else ""


def contract_number(typed: str) -> str:
    """A contract number (R22, A1, T4). Raises Unfit."""
    number = canonical_number(_short("contract_number", typed))
    if not CONTRACT_NUMBER.fullmatch(number):
        raise Unfit("contract_number", "form")
    return number


def office_number(number: int) -> int:
    """The number of an office (A4). Raises Unfit."""
    if not 1 <= number <= MAX_OFFICE_NUMBER:
        raise Unfit("office_number", "range")
    return number


def seats(number: int, *, allowed: bool = False) -> int:
    """How many people and PCs an office may have: 1 to 3, more for a reason of the fund (A12). Raises Unfit."""
    most = LAST_SEAT if allowed else MAX_SEATS
    if not 1 <= number <= most:
        raise Unfit("seats", "range", max=str(most))
    return number


def reason(typed: str) -> str:
    """Why somebody does something that must be explained. Raises Unfit."""
    return _named("reason", lambda: name_of(typed, MAX_REASON))


def user_role(role: Role) -> Role:
    """The role of an office's user; there is one admin, whom the fund names (R118, R119). Raises Unfit."""
    if role not in PRESETS or role is Role.OFFICE_ADMIN:
        raise Unfit("role", "user")
    return role


def staff_role(role: Role) -> Role:
    """A role of the fund (A46). Raises Unfit."""
    if not role.of_fund:
        raise Unfit("role", "staff")
    return role


def _named(field: str, made: Callable[[], str]) -> str:
    try:
        return made()
    except NotAName as wrong:
        raise Unfit(field, wrong.reason) from wrong


def _short(field: str, typed: str) -> str:
    """To make a long text canonical can take its length squared."""
    if len(typed) > MAX_TYPED:
        raise Unfit(field, "form")
    return typed
