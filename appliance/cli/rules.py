# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a file or a name, in sentences for the command line."""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from appliance.model.problems import Problem, Rule


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says is wrong, and what people do about it: a sentence each."""

    says: str
    do: str

    def __str__(self) -> str:
        """Both sentences."""
        return f"{self.says} {self.do}"


@functools.cache
def rule_texts() -> Mapping[Rule, RuleText]:
    """The text of every rule."""
    return _read("rules.toml")


@functools.cache
def form_texts() -> Mapping[Rule, RuleText]:
    """The same for a registration form, which is no PDF and opens with a password of its own."""
    return {**rule_texts(), **_read("form_files.toml")}


def for_programs(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """The problems as objects of JSON: rule and message, which begins with the entry where there is one."""
    return [{"rule": problem.rule.value, "message": message(problem)} for problem in problems]


def message(problem: Problem) -> str:
    """What is wrong, where, and what to do. A name in a ZIP is shown with its invisible signs escaped."""
    return _where(problem) + str(rule_texts()[problem.rule])


def form_message(problem: Problem) -> str:
    """The same of a registration form."""
    return _where(problem) + str(form_texts()[problem.rule])


def _where(problem: Problem) -> str:
    return f"{problem.entry!r}: " if problem.entry else ""


def _read(name: str) -> Mapping[Rule, RuleText]:
    text = files("appliance.cli").joinpath("data", name).read_text("utf-8")
    return {Rule(rule): RuleText(**told) for rule, told in tomllib.loads(text).items()}
