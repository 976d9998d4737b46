# SPDX-License-Identifier: Apache-2.0
"""What is told of a registration form, in words."""

import pytest

from appliance.link.messages import OfficeStanding
from appliance.model.intake import CORRECTABLE, FIRST_PASSWORD, IntakeSource, IntakeState
from appliance.model.registration import Finding, FormRule
from appliance.web.registration_words import field_label, finding_words, standing_words, value_words
from appliance.web.texts import Texts

TEXTS = Texts.load()


@pytest.mark.parametrize("rule", list(FormRule))
def test_every_rule_has_a_sentence(rule: FormRule) -> None:
    said = finding_words(TEXTS, Finding("B2", rule, "これ", "あれ"))
    assert said != rule.value and "{" not in said and said.endswith("。")


def test_every_field_has_a_name() -> None:
    for name in {*CORRECTABLE, FIRST_PASSWORD}:
        assert field_label(TEXTS, name) != name


def test_every_state_and_source_has_a_word() -> None:
    for table, words in (("intake_state", IntakeState), ("intake_source", IntakeSource)):
        assert all(TEXTS.word(table, word.value) != word.value for word in words)


def test_what_an_office_is_to_us_is_said_unless_it_is_new() -> None:
    assert standing_words(TEXTS, OfficeStanding.NEW) == ""
    assert "別の内容" in standing_words(TEXTS, OfficeStanding.OTHER)
    assert "同じ内容" in standing_words(TEXTS, OfficeStanding.SAME)


def test_what_was_typed_neither_hides_nor_turns_anything() -> None:
    assert "\u202e" not in finding_words(TEXTS, Finding("B2", FormRule.CONVERTED, "a\u202eb", "b"))


@pytest.mark.parametrize(
    ("name", "read", "shown"),
    [
        ("entered_on", "2024-05-26", "令和6年5月26日"),
        ("entered_on", "", ""),
        ("office_number", "123", "000123"),
        ("mail", "taro@example.jp", "taro@example.jp"),
    ],
)
def test_values_are_written_as_people_write_them(name: str, read: str, shown: str) -> None:
    assert value_words(name, read) == shown
