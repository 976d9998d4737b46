# SPDX-License-Identifier: Apache-2.0
"""There are words for everything that `renkei doctor` can find, whole whatever the values."""

import re

import pytest

from appliance.cli.doctor_words import NEVER, WORDS, words_of
from appliance.link.messages import Finding
from appliance.model.health import LIGHTS, About, Light


def test_there_are_words_for_every_light_and_no_others() -> None:
    assert WORDS.keys() == {(about, light) for about, shown in LIGHTS.items() for light in shown}
    assert {about for about, _ in WORDS} == set(About)
    for (_, light), words in WORDS.items():
        assert bool(words.fix) is (light is not Light.GREEN)


@pytest.mark.parametrize("key", WORDS, ids=lambda key: f"{key[0]}-{key[1]}")
def test_words_are_whole_with_and_without_values(key: tuple[About, Light]) -> None:
    for finding in (Finding(*key), Finding(*key, "portal", 7, "it says {no}")):
        words = words_of(finding)
        assert words.cause and not re.search(r"[{}]|  |[: ]$", words.cause.replace("{no}", "x"))


def test_a_journal_that_was_never_verified_has_no_days() -> None:
    assert words_of(Finding(About.JOURNAL, Light.YELLOW, said="never")) == NEVER
    assert "7 days ago" in words_of(Finding(About.JOURNAL, Light.YELLOW, number=7)).cause
