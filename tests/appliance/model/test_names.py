# SPDX-License-Identifier: Apache-2.0
"""Names of people: T7 and what keyboards, spreadsheets and other systems bring along."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.names import MAX_NAME, Kana, NotAName, kana_of, name_of

KEPT = "キキン　タロウ"


@pytest.mark.parametrize(
    ("typed", "converted"),
    [
        ("キキン タロウ", False),
        ("キキン　タロウ", False),
        ("ｷｷﾝ ﾀﾛｳ", True),
        ("ききん たろう", True),
        ("きｷﾝ　タろウ", True),
        ("  キキン \t　 タロウ\r\n", False),
        ("キキン\u00a0タロウ", False),
        ("キキン\u2003タロウ", False),
        ("\ufeffキキン\u200b タロ\u200eウ\u00ad", False),
    ],
)
def test_kana_is_kept_in_one_form(typed: str, converted: bool) -> None:
    assert kana_of(typed) == Kana(KEPT, converted)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ｶﾞｯｺｳ ﾊﾟｰﾙ", "ガッコウ　パール"),
        ("ヴァン マリー・アンヌ", "ヴァン　マリー・アンヌ"),
        ("ﾊﾞﾝ ﾏﾘｰ･ｱﾝﾇ", "バン　マリー・アンヌ"),
        ("カ\u3099ク タ", "ガク　タ"),
        ("ゔぁん ぱーる", "ヴァン　パール"),
    ],
)
def test_marks_of_sound_are_composed(typed: str, kept: str) -> None:
    assert kana_of(typed).text == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("キキンタロウ", "blank"),
        ("キキン タロウ ジロウ", "blank"),
        ("", "length"),
        ("\u200b\u3000 ", "length"),
        ("ア " + "ア" * 49, "length"),
        ("ア" * 201, "length"),
        ("ｱ" * 1_000_000, "length"),
        ("基金 タロウ", "signs"),
        ("キキン taro", "signs"),
        ("キキン-タロウ", "signs"),
        ("キキン ー", "signs"),
        ("・ タロウ", "signs"),
        ("キキン１ タロウ", "signs"),
        ("キキン <b>", "signs"),
    ],
)
def test_what_is_no_kana_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(NotAName) as caught:
        kana_of(typed)
    assert caught.value.reason == reason


def test_fifty_signs_are_not_too_many() -> None:
    assert len(kana_of("ア " + "ア" * 48).text) == MAX_NAME


def test_half_width_marks_do_not_count_twice() -> None:
    assert len(kana_of("ｶﾞ " + "ｶﾞ" * 48).text) == MAX_NAME


@given(st.text(max_size=60))
def test_what_is_kept_is_kept_again_as_it_is(typed: str) -> None:
    try:
        kept = kana_of(typed).text
    except NotAName:
        return
    assert kana_of(kept) == Kana(kept, converted=False)


@pytest.mark.parametrize(
    "name", ["基金　太郎", "神\ufa19", "﨑髙", "葛\U000e0100城", "𠮷野", "O'Neil", "①㈱", "\ue000田", "\U000323b0"]
)
def test_a_name_is_kept_as_it_was_typed(name: str) -> None:
    assert name_of(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u3000基金　太郎\u00a0", "基金　太郎"),
        ("基\u200b金\x00 \x1b太\u202e郎\n", "基金 太郎"),
        ("太\ud800郎", "太郎"),
        ("太\u2028郎", "太郎"),
        ("太\ufffe\ufdd0\U0010ffff郎", "太郎"),
    ],
)
def test_what_cannot_be_seen_is_left_out(typed: str, kept: str) -> None:
    assert name_of(typed) == kept


@pytest.mark.parametrize("typed", ["", " \u3000", "\u200b\ufeff", "名" * 51, "\u200b" * 10_000_000])
def test_nothing_and_too_much_is_no_name(typed: str) -> None:
    with pytest.raises(NotAName) as caught:
        name_of(typed)
    assert caught.value.reason == "length"


def test_a_name_can_be_as_long_as_is_asked() -> None:
    assert name_of("名" * 20, 20) == "名" * 20
    with pytest.raises(NotAName):
        name_of("名" * 21, 20)


@given(st.text(max_size=80))
def test_a_name_has_one_line_and_nothing_hidden(typed: str) -> None:
    try:
        kept = name_of(typed)
    except NotAName:
        return
    assert name_of(kept) == kept
    assert not {unicodedata.category(sign) for sign in kept} & {"Cc", "Cf", "Cs"} and len(kept.splitlines()) == 1
