# SPDX-License-Identifier: Apache-2.0
"""The cookies of a site: the visit's token, before sign-in the door's, and the language that somebody has chosen.

The first two are `__Host-`, Secure, HttpOnly and SameSite=Strict. The door's proves that a form before sign-in came
from our own page: the form token is a hash of it, so nothing is stored, and only who can read it knows the token.
"""

import base64
import hashlib
import hmac
import re

from aiohttp import hdrs
from aiohttp.web import BaseRequest

from appliance.model.words import Site
from appliance.web.language import Language
from appliance.web.limits import Turned, TurnedAway

_VALUE = re.compile(r"[A-Za-z0-9._~+/=-]{16,256}")
_ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict"
DOOR_BYTES = 16
LANGUAGE = "__Host-renkei-language"
# Lax: whoever comes by a link of a mail is to be spoken to in the same language. It opens nothing.
_LANGUAGE_ATTRIBUTES = "; Max-Age=31536000; Path=/; Secure; HttpOnly; SameSite=Lax"


def visit_cookie(site: Site) -> str:
    """The name of the cookie that holds the visit token and nothing else."""
    return f"__Host-renkei-{site}"


def door_cookie(site: Site) -> str:
    """The name of the cookie of somebody who is not signed in."""
    return f"__Host-renkei-{site}-door"


def values_of(raw: BaseRequest, *names: str) -> tuple[str, ...]:
    """The values of these cookies, "" where there is none; one that comes twice is refused, as is a strange one."""
    found = dict.fromkeys(names, "")
    for pair in raw.headers.get(hdrs.COOKIE, "").split(";"):
        # Only blanks: to a browser "\u3000__Host-…" is another name, which any site may set.
        name, _, value = pair.strip(" \t").partition("=")
        if name not in found:
            continue
        if found[name] or _VALUE.fullmatch(value) is None:
            raise TurnedAway(Turned.COOKIE, 400)
        found[name] = value
    return tuple(found.values())


def setting(name: str, value: str) -> str:
    """The Set-Cookie line for a value. Raises ValueError for one that does not belong into a header."""
    if _VALUE.fullmatch(value) is None:
        raise ValueError("this cannot be the value of a cookie")
    return f"{name}={value}{_ATTRIBUTES}"


def ending(name: str) -> str:
    """The Set-Cookie line that takes a cookie away."""
    return f"{name}=; Max-Age=0{_ATTRIBUTES}"


def new_door(random: bytes) -> str:
    """The value of a door cookie."""
    return base64.urlsafe_b64encode(random).decode("ascii")


def door_form(door: str) -> str:
    """The form token that belongs to a door cookie."""
    return hashlib.sha256(b"renkei door form\x00" + door.encode("ascii")).hexdigest()


def is_door_form(door: str, form: str) -> bool:
    """Whether form belongs to door; never for an empty door."""
    return bool(door) and hmac.compare_digest(door_form(door).encode(), form.encode())


def language_of(raw: BaseRequest) -> Language:
    """The language that was chosen; Japanese for none, and for nonsense."""
    return Language.ENGLISH if _names_english(raw.headers.get(hdrs.COOKIE, "")) else Language.JAPANESE


def _names_english(cookies: str) -> bool:
    return f"{LANGUAGE}={Language.ENGLISH}" in (pair.strip(" \t") for pair in cookies.split(";"))


def language_setting(language: Language) -> str:
    """The Set-Cookie line for a language; it is kept for a year."""
    return f"{LANGUAGE}={language}{_LANGUAGE_ATTRIBUTES}"
