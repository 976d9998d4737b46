# SPDX-License-Identifier: Apache-2.0
"""What people type to find a name, and what it finds."""

import pytest

from appliance.model.searching import Terms, folded


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ABC", "株式会社ａｂｃ商事"),
        ("ａｂｃ商事", "株式会社ABC商事"),
        ("㈱ABC", "(株)abc"),
        ("ｷｷﾝ", "キキン"),
        ("ガス", "東京ｶﾞｽ"),
        ("高崎", "有限会社 髙﨑製作所"),
        ("髙﨑", "高崎製作所"),
        ("吉野", "𠮷野家"),
        ("葛城", "葛\U000e0101城"),
        ("山田 商店", "山田　商店"),
        ("山田商店", "山田 商店"),
        ("2026−06", "納入告知_2026-06.pdf"),
        ("データ", "ﾃﾞｰﾀ.csv"),
        ("evil.pdf", "evil\u202e.pdf"),
        ("①", "支店1"),
        ("", "何でも"),
        (" \u3000 ", "何でも"),
    ],
)
def test_it_is_found(typed: str, name: str) -> None:
    assert Terms.of(typed).are_in(folded(name))


@pytest.mark.parametrize(
    ("typed", "name"),
    [("ABC", "AB-C商事"), ("山田", "山口"), ("%", "100"), (".*", "a"), ("山田 大阪", "山田商店 東京")],
)
def test_it_is_not_found(typed: str, name: str) -> None:
    assert not Terms.of(typed).are_in(folded(name))


def test_all_words_have_to_be_there_in_any_order() -> None:
    assert Terms.of("商店　山田").are_in(folded("山田 商店 (大阪)"))
    assert not Terms.of("商店 山口").are_in(folded("山田 商店 (大阪)"))


def test_what_is_compared_has_nothing_that_cannot_be_seen() -> None:
    assert folded("  Ａ\u200bＢ\t\u3000\u202eＣ\r\n") == "abc"
    assert folded("葛\U000e0100") == folded("葛\ufe00") == "葛"
