# SPDX-License-Identifier: Apache-2.0
"""Each situation has its words, filled in; a reply by mail is Japanese in every language, and holds no secret."""

import re

import pytest

from appliance.link.messages.calling import NextStep, Situation
from appliance.model.diagnosis_file import Checked, Finding, Light
from appliance.web.console.calling_words import complete, light_words, made_words, reply_mail, words_of
from appliance.web.language import Language, speak

STEP = NextStep(Situation.WELL, 2, "a", "佐倉 花子", 1_780_963_200_000, "2026-06-11", "<別の端末>")


def step(situation: Situation) -> NextStep:
    """With everything that could fill its words."""
    return NextStep(situation, STEP.seat, STEP.account, STEP.name, STEP.until, STEP.day, STEP.said)


def test_nothing_is_missing() -> None:
    assert complete()


@pytest.mark.parametrize("situation", Situation)
def test_words_are_whole_sentences_with_nothing_left_open(situation: Situation) -> None:
    words = words_of(step(situation))
    for text in (words.label, words.say, words.do, words.mail):
        assert not re.search(r"[{}]", text) and "None" not in text
    assert words.say.endswith(("。", "か。")) and words.mail.endswith(("。", "」", STEP.said))
    assert len(words.label) <= 45 and len(words.say) <= 200
    assert (words.seat, words.account) == (2, "a")


@pytest.mark.parametrize("situation", Situation)
def test_what_nobody_knows_is_a_dash(situation: Situation) -> None:
    words = words_of(NextStep(situation))
    assert not re.search(r"[{}]", words.label + words.say + words.mail)


def test_no_mail_holds_a_password_or_a_link() -> None:
    mails = [words_of(step(situation)).mail for situation in Situation]
    assert not any("http" in mail or "@" in mail for mail in mails)


def test_a_reply_says_whom_it_is_for_and_from() -> None:
    mail = reply_mail("さくら商事", words_of(step(Situation.SEAT_FAILED)), "れんけい基金", "電話 03")
    assert mail.startswith("さくら商事\nご担当者様\n")
    assert mail.endswith("--\nれんけい基金\n電話 03\n")
    assert "<別の端末>" in mail


def test_a_reply_stays_japanese() -> None:
    japanese = words_of(step(Situation.USER_LOCKED)).mail
    speak(Language.ENGLISH)
    try:
        assert words_of(step(Situation.USER_LOCKED)).mail == japanese
    finally:
        speak(Language.JAPANESE)
    assert "2026年6月9日" in japanese


@pytest.mark.parametrize("checked", Checked)
@pytest.mark.parametrize("light", Light)
def test_lights_that_are_not_green_say_what_to_do(checked: Checked, light: Light) -> None:
    words = light_words(Finding(checked, light, "found"))
    assert words.label and words.word and words.found == "found"
    assert bool(words.say) is (light in (Light.YELLOW, Light.RED))


@pytest.mark.parametrize(
    ("checked", "found", "said"),
    [
        (Checked.NETWORK, "80: closed, 443: open", "80: 閉じています, 443: 開いています"),
        (Checked.CLIENT, "running 4.43", "動いています 4.43"),
        (Checked.CLIENT, "none", "入っていません"),
        (Checked.OTHER_VPN, "none open", "none open"),
        (Checked.NETWORK, "80: odd", "80: odd"),
    ],
)
def test_what_the_file_says_is_said_in_words(checked: Checked, found: str, said: str) -> None:
    assert light_words(Finding(checked, Light.GREEN, found)).found == said


@pytest.mark.parametrize(
    ("made_at", "said"),
    [
        ("2026-06-09T05:00:00Z", "2026年6月9日(火) 14:00"),
        ("2026-06-09T05:00:00", "2026-06-09T05:00:00"),
        ("きのう", "きのう"),
        ("", ""),
    ],
)
def test_when_it_was_made_is_told_as_people_write_it(made_at: str, said: str) -> None:
    assert made_words(made_at) == said
