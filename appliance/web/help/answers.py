# SPDX-License-Identifier: Apache-2.0
"""Symptoms and their answers (R247, R304), by site, by what people type, by the text of a refusal."""

import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from appliance.model.words import Site

SYMPTOMS = Path(__file__).parents[1] / "texts" / "symptoms.toml"
PLACE = "/help/answers"
MOST_TYPED = 100
Translate = Callable[[str], str]
# Each small and large katakana (U+30A1 to U+30F6) as the hiragana that stands 0x60 below it.
_KATAKANA = {sign: sign - 0x60 for sign in range(0x30A1, 0x30F7)}


@dataclass(frozen=True, slots=True)
class Answer:
    """One symptom. say is what the fund's desk says on the telephone; keys are those of refusals."""

    name: str
    sites: frozenset[Site]
    keys: tuple[str, ...]
    words: str
    symptom: str
    cause: str
    do: str
    say: str

    def fits(self, terms: Iterable[str], translate: Translate) -> bool:
        """Whether every term stands in it, in the language that is shown or in Japanese."""
        own = (self.symptom, self.cause, self.do, self.words)
        text = plain("\n".join((*own, *map(translate, own))))
        return all(term in text for term in terms)


class Answers:
    """All of them."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        """In the order in which people see them."""
        self._answers = tuple(answers)
        self._by_key = {key: one for one in self._answers for key in one.keys}

    @classmethod
    def load(cls, path: Path = SYMPTOMS) -> "Answers":
        """Those in a file. Raises KeyError or ValueError for one that is incomplete."""
        with path.open("rb") as file:
            return cls(_answer(name, table) for name, table in tomllib.load(file).items())

    def of(self, site: Site) -> tuple[Answer, ...]:
        """What concerns the people of a site."""
        return tuple(one for one in self._answers if site in one.sites)

    def found(self, site: Site, typed: str, translate: Translate) -> tuple[Answer, ...]:
        """Those of a site in which all of the words stand that somebody typed; all of them for none."""
        terms = plain(typed[:MOST_TYPED]).split()
        return tuple(one for one in self.of(site) if one.fits(terms, translate))

    def path(self, site: Site, *keys: str) -> str:
        """Where the answer to a refusal stands, by the first of its keys that has one at this site; "" for none."""
        for key in keys:
            one = self._by_key.get(key)
            if one is not None and site in one.sites:
                return f"{PLACE}#{one.name}"
        return ""


@lru_cache(maxsize=1)
def shipped() -> Answers:
    """Those of this release, read once."""
    return Answers.load()


def plain(text: str) -> str:
    """So that full and half width, small and large, both kana are found alike; as plain() of answers.js."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)


def _answer(name: str, table: dict[str, Any]) -> Answer:
    return Answer(
        name,
        frozenset(Site(site) for site in table["for"]),
        tuple(table.get("keys", ())),
        table["words"],
        table["symptom"],
        table["cause"],
        table["do"],
        table.get("say", ""),
    )
