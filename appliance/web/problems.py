# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a file that somebody sent, in words: all of it, each with what to do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from appliance.model.problems import Problem, Rule
from appliance.web.texts import Texts

MOST_SHOWN = 200
# Where the texts stand that say of a form what is said otherwise of filings.
OF_FORM = "form_file"
_MADE_AGAIN = ("zip.", "entry.", Rule.DAMAGED.value, Rule.JUDGE.value, Rule.NOT_SCANNABLE.value)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One problem. entry is the name in the ZIP that it is about, "" for the whole file.

    suggestion is the name that would be right, as far as anybody can tell.
    """

    entry: str
    what: str
    why: str
    next: str
    suggestion: str = ""


def troubles(texts: Texts, problems: Iterable[Problem]) -> list[Trouble]:
    """All of them, in their order."""
    return [_trouble(texts, problem) for problem in problems]


def form_troubles(texts: Texts, problems: Iterable[Problem]) -> list[Trouble]:
    """The same of a registration form, which staff take in: no PDF, and not the password of an office."""
    return [_of_form(texts, problem) for problem in problems]


def key_of(rule: Rule) -> str:
    """Where the text of a rule stands in the catalogue."""
    return rule.value if "." in rule.value else f"file.{rule.value}"


def shown_name(name: str) -> str:
    """A name as somebody sent it, so that it neither hides nor turns anything; cut where it is too long."""
    seen = _UNSEEN.sub("□", name)
    return seen if len(seen) <= MOST_SHOWN else seen[:MOST_SHOWN] + "…"


def _trouble(texts: Texts, problem: Problem) -> Trouble:
    values = {place: shown_name(value) for place, value in problem.values.items()}
    said = texts.explain(key_of(problem.rule), values)
    return Trouble(shown_name(problem.entry), said.what, said.why, said.next, values.get("suggestion", ""))


def _of_form(texts: Texts, problem: Problem) -> Trouble:
    key = f"{OF_FORM}.{problem.rule.value}"
    if texts.has(key):
        said = texts.explain(key, problem.values)
        return Trouble(shown_name(problem.entry), said.what, said.why, said.next)
    trouble = _trouble(texts, problem)
    if problem.rule.value.startswith(_MADE_AGAIN):
        return replace(trouble, next=texts.explain(f"{OF_FORM}.other").next)
    return trouble
