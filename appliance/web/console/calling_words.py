# SPDX-License-Identifier: Apache-2.0
"""What the desk says, does and writes in each situation of an office that calls (texts/calling.toml)."""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from appliance.link.messages.calling import NextStep, Situation
from appliance.model.diagnosis_file import Checked, Finding, Light
from appliance.web import japanese
from appliance.web.language import Language, _, filled, here, speak

FILE = Path(__file__).parents[1] / "texts" / "calling.toml"
_WORD = re.compile("[a-z]+")
_PARTS = frozenset({"cause", "label", "say", "do", "mail"})


@dataclass(frozen=True, slots=True)
class Words:
    """Of one step. mail is the reply in Japanese, whatever the page's language is."""

    situation: Situation
    label: str
    say: str
    do: str
    mail: str
    seat: int = 0
    account: str = ""


@dataclass(frozen=True, slots=True)
class LightWords:
    """Of one light: what was looked at, how it is in a word, what the file says of it, and what to say."""

    label: str
    light: Light
    word: str
    found: str
    say: str


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Any]:
    with FILE.open("rb") as file:
        return tomllib.load(file)


def words_of(step: NextStep) -> Words:
    """With what fills the places. Raises KeyError for a situation without words."""
    table = _tables()[step.situation]
    shown = _values(step)
    label, say, do = (filled(_(table[part]) if table[part] else "", shown) for part in ("label", "say", "do"))
    mail = filled(table["mail"], _in_japanese(lambda: _values(step)))
    return Words(step.situation, label, say, do, mail, step.seat, step.account)


def cause_of(situation: Situation) -> str:
    """In a word, of no office."""
    return _(_tables()[situation]["cause"])


def _values(step: NextStep) -> dict[str, str]:
    """What fills the places, with dates in the language of the page."""
    until = japanese.moment(step.until) if step.until else "―"
    day = japanese.day(step.day) if step.day else "―"
    return {"seat": str(step.seat), "name": step.name, "said": step.said or "―", "until": until, "day": day}


def _in_japanese(make: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What a page in Japanese would say."""
    context = copy_context()
    context.run(speak, Language.JAPANESE, here())
    return context.run(make)


def light_words(finding: Finding) -> LightWords:
    """Of one light."""
    tables = _tables()
    table = tables["checked"][finding.checked]
    say = _(table[finding.light]) if finding.light in (Light.YELLOW, Light.RED) else ""
    return LightWords(_(table["label"]), finding.light, _(tables["light"][finding.light]), _found(finding), say)


def _found(finding: Finding) -> str:
    """What the file says, in words where the form has its own."""
    if finding.checked not in (Checked.NETWORK, Checked.CLIENT):
        return finding.found
    words = _tables()["found"]
    return _WORD.sub(lambda one: _(words[one[0]]) if one[0] in words else one[0], finding.found)


def made_words(made_at: str) -> str:
    """When a file was made, as people write it; as it stands where it is no such moment."""
    try:
        made = dt.datetime.fromisoformat(made_at)
    except ValueError:
        return made_at
    return japanese.moment(int(made.timestamp() * 1000)) if made.tzinfo else made_at


def reply_mail(office: str, words: Words, fund: str, contact: str) -> str:
    """The reply as it is sent: Japanese, with whom it is for and from."""
    frame = _tables()["frame"]
    return f"{office}\n{frame['head']}\n\n{words.mail}\n\n{frame['foot']}\n{fund}\n{contact}\n"


def complete() -> bool:
    """Whether each situation and each check has its words; a test asks."""
    tables = _tables()
    situations = all(tables.get(one, {}).keys() == _PARTS for one in Situation)
    return situations and all(
        {"label", "yellow", "red"} == tables["checked"].get(one, {}).keys() for one in Checked
    )
