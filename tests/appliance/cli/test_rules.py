# SPDX-License-Identifier: Apache-2.0
"""Every rule has its sentences on the command line."""

import pytest

from appliance.cli.rules import for_programs, message, rule_texts
from appliance.model.problems import Problem, Rule


@pytest.mark.parametrize("rule", Rule)
def test_a_rule_says_what_is_wrong_and_what_to_do(rule: Rule) -> None:
    text = rule_texts()[rule]
    assert text.says.endswith(".") and text.do.endswith(".")
    assert text.says[0].isupper() and text.do[0].isupper() and text.says != text.do


def test_no_two_rules_say_the_same() -> None:
    said = [text.says for text in rule_texts().values()]
    assert len(set(said)) == len(said) == len(Rule)


def test_programs_get_rule_and_message() -> None:
    assert for_programs([Problem(Rule.NAME_DATE)]) == [
        {
            "rule": "name.date",
            "message": "The date is no day of the calendar in eight digits. Write it as in 20240524.",
        }
    ]


def test_an_entry_is_named_and_cannot_write_to_the_terminal() -> None:
    assert message(Problem(Rule.PDF_NONE, "a\x1b[2J\u202e.pdf")).startswith(r"'a\x1b[2J\u202e.pdf': This is no PDF")
