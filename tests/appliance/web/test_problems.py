# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a file, in words."""

import re

import pytest

from appliance.model.problems import Problem, Rule
from appliance.web.problems import MOST_SHOWN, Trouble, form_troubles, key_of, shown_name, troubles
from appliance.web.texts import Texts

TEXTS = Texts.load()


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_says_what_why_and_next_politely_and_without_codes(rule: Rule) -> None:
    (said,) = troubles(TEXTS, [Problem(rule)])
    for sentence in (said.what, said.why, said.next):
        assert re.search(r"(ます|ません|です|でした|ました|ください)。$", sentence), sentence
        assert rule.value not in sentence and "{" not in sentence


@pytest.mark.parametrize("rule", [rule for rule in Rule if not rule.value.startswith(("pdf.", "name."))])
def test_of_a_registration_form_nothing_is_said_that_only_fits_filings(rule: Rule) -> None:
    (said,) = form_troubles(TEXTS, [Problem(rule, "届.xlsx")])
    assert said.entry == "届.xlsx"
    for sentence in (said.what, said.why, said.next):
        assert re.search(r"(ます|ません|です|でした|ました|ください)。$", sentence), sentence
    for word in ("PDF を", "届書は", "圧縮パスワード"):
        assert word not in said.what + said.why + said.next, said


def test_no_two_rules_say_the_same() -> None:
    said = [TEXTS.explain(key_of(rule)).what for rule in Rule]
    assert len(set(said)) == len(said)


def test_the_old_encryption_has_a_way_out() -> None:
    (said,) = troubles(TEXTS, [Problem(Rule.ZIP_ZIPCRYPTO)])
    assert "7-Zip" in said.next and "AES-256" in said.next and "PDF をそのまま" in said.next


def test_all_are_told_in_their_order_with_their_entries() -> None:
    problems = [Problem(Rule.ENTRY_TWICE, "b.pdf"), Problem(Rule.PASSWORD), Problem(Rule.ENTRY_TWICE, "a.pdf")]
    assert [said.entry for said in troubles(TEXTS, problems)] == ["b.pdf", "", "a.pdf"]


def test_a_right_name_is_offered() -> None:
    problem = Problem(Rule.NAME_OFFICE, "x", {"suggestion": "20240524_0123_資格取得届.pdf"})
    (said,) = troubles(TEXTS, [problem])
    assert isinstance(said, Trouble) and said.suggestion == "20240524_0123_資格取得届.pdf"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("届.pdf", "届.pdf"),
        ("a\u202efdp.exe", "a□fdp.exe"),
        ("a\x00b\r\nc\u200b\u2028", "a□b□□c□□"),
        ("x" * (MOST_SHOWN + 1), "x" * MOST_SHOWN + "…"),
        ("<script>", "<script>"),
    ],
)
def test_a_name_neither_hides_nor_turns_anything(name: str, shown: str) -> None:
    assert shown_name(name) == shown
    (said,) = troubles(TEXTS, [Problem(Rule.ENTRY_CHARACTERS, name, {"suggestion": name})])
    assert said.entry == said.suggestion == shown
