# SPDX-License-Identifier: Apache-2.0
"""What of a template is a message, and what becomes of it."""

import jinja2
import pytest

from appliance.web.translating import is_japanese, translating


def english(message: str) -> str:
    """A catalogue: everything in brackets."""
    return f"[{message}]"


def rendered(template: str, **values: object) -> str:
    """A template in that language."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=[translating(english)]
    )
    return environment.from_string(template).render(**values)


@pytest.mark.parametrize("text", ["届書", "カナ", "ひらがな", "、", "（", "「", "～", "〓", "ABC 商事"])
def test_kana_kanji_and_their_signs_are_japanese(text: str) -> None:
    assert is_japanese(text)


@pytest.mark.parametrize("text", ["", "PDF", "―", "…", "\u3000", "–", "é", "→", "✓"])
def test_other_signs_and_the_wide_blank_are_not(text: str) -> None:
    assert not is_japanese(text)


def test_each_run_between_tags_is_one_message() -> None:
    assert rendered("<p>届書<b>帳票</b> PDF</p>") == "<p>[届書]<b>[帳票]</b> PDF</p>"


def test_attributes_are_messages_too() -> None:
    assert rendered('<a href="/x" aria-label="戻る">x</a>') == '<a href="/x" aria-label="[戻る]">x</a>'


def test_blanks_around_stay_and_those_inside_are_one() -> None:
    assert rendered("<p>\n届書の\n  一覧 </p>") == "<p>\n[届書の 一覧] </p>"


def test_values_in_between_end_a_run() -> None:
    assert rendered("<p>名前</p>{{ name }}<i>様</i>", name="株式会社") == "<p>[名前]</p>株式会社<i>[様]</i>"


def test_literals_of_expressions_and_statements_are_messages() -> None:
    template = '{% set x = "届書" %}{{ x }}{{ "済み" if yes else "まだ" }}{{ "PDF" }}'
    assert rendered(template, yes=True) == "[届書][済み]PDF"


def test_what_is_said_of_templates_is_not_said_to_people() -> None:
    assert rendered("{# 届書 #}<p>x</p>") == "<p>x</p>"


def test_a_translation_can_add_no_tag_and_leave_no_attribute(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = jinja2.Environment(autoescape=True, extensions=[translating(lambda message: '"><b>&')])
    made = environment.from_string('<p title="届書">届書{{ "届書" }}</p>').render()
    in_text, in_literal = "&quot;&gt;&lt;b&gt;&amp;", "&#34;&gt;&lt;b&gt;&amp;"
    assert made == f'<p title="{in_text}">{in_text}{in_literal}</p>'
