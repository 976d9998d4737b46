# SPDX-License-Identifier: Apache-2.0
"""Texts in the language of the request."""

import asyncio
from pathlib import Path

import pytest

from appliance.web import language
from appliance.web.language import Language, _, filled, here, speak, speaker, spoken, translated


@pytest.fixture(autouse=True)
def _japanese_again() -> None:
    """Every test begins as a request does that has chosen nothing."""
    speak(Language.JAPANESE)


def test_nothing_chosen_is_japanese() -> None:
    assert spoken() is Language.JAPANESE
    assert _("届書") == "届書"
    assert here() == "/"


def test_english_is_looked_up_and_its_places_are_filled() -> None:
    speak(Language.ENGLISH, "/filings?state=held")
    assert _("届書") == "Filings"
    assert _("{count} 件あります。", count=3) == "3 found."
    assert here() == "/filings?state=held"


def test_what_the_catalogue_does_not_have_is_said_as_it_is() -> None:
    speak(Language.ENGLISH)
    assert _("株式会社さくら商事") == "株式会社さくら商事"
    # To gettext, this is the name of the catalogue's own head.
    assert _("") == ""


def test_a_value_fills_its_place_and_can_do_nothing_else() -> None:
    assert filled("{a} {b.__class__} {gone}", {"a": "{a} {b}"}) == "{a} {b} {b.__class__} ―"
    assert _("残り {left} 件", left="{left}") == "残り {left} 件"
    assert filled("100% {a} %s %(b)s", {"a": "%(b)s"}) == "100% %(b)s %s %(b)s"
    # Nothing to fill in: the text is as it is.
    assert _("{left}") == "{left}"


def test_a_speaker_keeps_its_language_whatever_the_request_speaks() -> None:
    speak(Language.ENGLISH)
    assert speaker(Language.JAPANESE)("{count} 件あります。", count=3) == "3 件あります。"
    assert speaker(Language.ENGLISH)("届書") == translated("届書", Language.ENGLISH) == "Filings"


async def test_two_requests_at_once_speak_each_their_own() -> None:
    said: dict[Language, str] = {}
    both = asyncio.Barrier(2)

    async def request(chosen: Language) -> None:
        speak(chosen)
        await both.wait()
        said[chosen] = _("届書")

    async with asyncio.TaskGroup() as group:
        for chosen in Language:
            group.create_task(request(chosen))
    assert said == {Language.JAPANESE: "届書", Language.ENGLISH: "Filings"}


def test_each_language_names_itself_and_offers_the_other() -> None:
    assert [one.own_name for one in Language] == ["日本語", "English"]
    assert all(one.other.other is one and one.other is not one for one in Language)


def test_a_catalogue_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        language._catalogue(tmp_path / "en.mo")
