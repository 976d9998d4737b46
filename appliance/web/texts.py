# SPDX-License-Identifier: Apache-2.0
"""The texts in the language of the request: every refusal as what happened, why, and what to do next."""

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from appliance.link.refusals import Refused
from appliance.model.words import COUNTER, THE_FUND
from appliance.web import japanese
from appliance.web.language import _, filled

log = logging.getLogger(__name__)
CATALOGUE = Path(__file__).parent / "texts" / "ja.toml"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A refusal for people. key is where it stands in the catalogue, "" for one that does not."""

    what: str
    why: str
    next: str
    key: str = field(default="", compare=False)


@cache
def _read(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """The sites of a process have the same catalogue, and read it once."""
    with path.open("rb") as file:
        return tomllib.load(file)


class Texts:
    """The catalogue. A key is `table.name` of the file."""

    def __init__(self, catalogue: Mapping[str, Mapping[str, Any]]) -> None:
        """catalogue as tomllib reads it: tables of strings, or of what/why/next."""
        self._tables = catalogue

    @classmethod
    def load(cls, path: Path = CATALOGUE) -> "Texts":
        """The catalogue in a file."""
        return cls(_read(path))

    def word(self, table: str, name: str) -> str:
        """A short text; the name itself where the catalogue has none."""
        found = self._tables.get(table, {}).get(name, name)
        return _(found) if isinstance(found, str) else name

    def has(self, key: str) -> bool:
        """Whether key names an explanation."""
        table, name = _parts(key)
        return isinstance(self._tables.get(table, {}).get(name), dict)

    def explain(self, key: str, values: Mapping[str, str] | None = None) -> Explanation:
        """The explanation under key, its {places} filled from values. Raises KeyError.

        A value whose name ends with _at is an instant, and is written as people write it.
        """
        table, name = _parts(key)
        entry = self._tables[table][name]
        written = {place: _written(place, value) for place, value in (values or {}).items()}
        what, why, then = (filled(_(entry[part]), written) for part in ("what", "why", "next"))
        return Explanation(what, why, then, key)

    def refusal(self, refused: Refused) -> Explanation:
        """What to tell about a refusal: its own text, else that of its reason."""
        if self.has(refused.text):
            return self.explain(refused.text, refused.values)
        log.warning("no text for %s", refused)
        return self.explain(f"refused.{refused.why}", refused.values)


def _parts(key: str) -> tuple[str, str]:
    table, _dot, name = key.partition(".")
    return table, name


def _written(place: str, value: str) -> str:
    if place.endswith("_at") and value.isdecimal():
        return japanese.moment(int(value))
    if place == "by":
        return person(value)
    return value.replace("、", _("、")) if place == "endings" else value


def person(name: str) -> str:
    """Who did something, as it came from the vault: to an office, whoever of the fund did it is the fund."""
    if name == COUNTER:
        return _("お知らせをお持ちの方")
    return _("基金") if name == THE_FUND else name
