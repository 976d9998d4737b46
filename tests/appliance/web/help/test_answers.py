# SPDX-License-Identifier: Apache-2.0
"""Symptoms and their answers: what there is, and how it is found."""

from pathlib import Path

import pytest

from appliance.model.words import WEB_SITES, Site
from appliance.web.help.answers import MOST_TYPED, Answers, plain
from appliance.web.texts import Texts

SHIPPED = Answers.load()
ONE = """
[locked]
for = ["portal"]
keys = ["door.locked"]
words = "ロック"
symptom = "ログインが止められた"
cause = "間違いが続いた"
do = "お待ちください"
"""


def same(text: str) -> str:
    """The language of the texts."""
    return text


def english(text: str) -> str:
    """Another one, of a single word."""
    return {"ログインが止められた": "Sign-in was stopped"}.get(text, text)


def names(site: Site, typed: str) -> list[str]:
    """What is found."""
    return [one.name for one in SHIPPED.found(site, typed, same)]


@pytest.fixture
def one(tmp_path: Path) -> Answers:
    """A file of one symptom."""
    file = tmp_path / "symptoms.toml"
    file.write_text(ONE)
    return Answers.load(file)


@pytest.mark.parametrize("site", WEB_SITES)
def test_every_site_has_answers_and_each_is_whole(site: Site) -> None:
    found = SHIPPED.of(site)
    assert len(found) >= 7
    assert all(one.symptom and one.cause.endswith("。") and one.do.endswith("。") for one in found)


def test_the_desk_has_something_to_say_to_each_symptom_of_the_telephone() -> None:
    assert all(one.say.endswith(("。", "か。")) for one in SHIPPED.of(Site.CONSOLE))
    assert len(SHIPPED.of(Site.CONSOLE)) >= 20


def test_each_key_is_a_refusal_of_the_catalogue_and_has_one_answer() -> None:
    texts, keys = Texts.load(), [key for site in WEB_SITES for one in SHIPPED.of(site) for key in one.keys]
    assert [key for key in keys if not texts.has(key)] == []
    answers = {(key, one.name) for site in WEB_SITES for one in SHIPPED.of(site) for key in one.keys}
    assert len(answers) == len(set(keys))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("メール　届かない", "code_missing"),
        ("ﾒｰﾙ 届かない", "code_missing"),
        ("めーる", "code_missing"),
        ("ｚｉｐ 開けない", "zip_not_opened"),
        ("smartscreen", "installer_blocked"),
    ],
)
def test_words_find_it_however_they_are_typed(typed: str, expected: str) -> None:
    assert any(expected in names(site, typed) for site in WEB_SITES)


def test_every_word_must_be_there_and_no_word_finds_all() -> None:
    assert names(Site.PORTAL, "届かない むらさきいろ") == []
    assert names(Site.PORTAL, "  ") == [one.name for one in SHIPPED.of(Site.PORTAL)]
    assert names(Site.PUBLIC, "閉塞") == []


@pytest.mark.parametrize("typed", ["\x00", "【", "<script>", "𠮷", "あ" * 100_000, "\u202e", "*+?["])
def test_whatever_is_typed_finds_nothing_and_harms_nothing(typed: str) -> None:
    assert names(Site.PORTAL, typed) == []
    assert MOST_TYPED <= 100


def test_another_language_is_searched_as_well(one: Answers) -> None:
    assert [found.name for found in one.found(Site.PORTAL, "sign-in STOPPED", english)] == ["locked"]
    assert one.found(Site.PORTAL, "sign-in stopped", same) == ()
    assert [found.name for found in one.found(Site.PORTAL, "ろっく", english)] == ["locked"]


def test_a_refusal_leads_to_its_answer_where_the_site_has_it(one: Answers) -> None:
    assert one.path(Site.PORTAL, "nothing", "door.locked") == "/help/answers#locked"
    assert one.path(Site.PORTAL, "nothing") == ""
    assert one.path(Site.CONSOLE, "door.locked") == ""


@pytest.mark.parametrize("cut", ["words", "symptom", "cause", "do", "for"])
def test_an_answer_without_its_parts_is_refused(tmp_path: Path, cut: str) -> None:
    file = tmp_path / "symptoms.toml"
    file.write_text("\n".join(line for line in ONE.splitlines() if not line.startswith(cut)))
    with pytest.raises(KeyError):
        Answers.load(file)


def test_an_answer_for_no_site_that_there_is_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "symptoms.toml"
    file.write_text(ONE.replace("portal", "moon"))
    with pytest.raises(ValueError, match="moon"):
        Answers.load(file)


def test_folding_leaves_signs_apart_that_mean_something() -> None:
    assert plain("ＶＰＮ ｶﾞ ヶ ー") == "vpn が ゖ ー"
    assert plain("ば") != plain("は")
