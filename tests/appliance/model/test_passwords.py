# SPDX-License-Identifier: Apache-2.0
"""The rules for passwords that people choose, each at its edge."""

import pytest

from appliance.model.passwords import ERENKEI_RULE as ERENKEI
from appliance.model.passwords import ROKIN_RULE as ROKIN
from appliance.model.passwords import ZIP_RULE, PasswordRule


@pytest.mark.parametrize(
    ("rule", "password", "broken"),
    [
        (ERENKEI, "abcdefgH12", ""),
        (ERENKEI, "abcdefgh1!", ""),
        (ERENKEI, "abcdefg12", "length"),
        (ERENKEI, "aB1" + "x" * 61, ""),
        (ERENKEI, "aB1" + "x" * 62, "length"),
        (ERENKEI, "aB1" + "x" * 10_000_000, "length"),
        (ERENKEI, "abcdefghi1", "kinds"),
        (ERENKEI, "", "length"),
        (ERENKEI, "abcdefg H12", "signs"),
        (ERENKEI, "ａｂｃｄｅｆｇＨ１２", "signs"),
        (ERENKEI, "abcdefgH1あ", "signs"),
        (ERENKEI, "abcdefgH1\x00", "signs"),
        (ERENKEI, "abcdefgH1\x7f", "signs"),
        (ERENKEI, "abcdefgH12\n", "signs"),
        (ROKIN, "ROKYO1r@", ""),
        (ROKIN, "ROKYO1r", "length"),
        (ROKIN, "ROKYO1r@1234", ""),
        (ROKIN, "ROKYO1r@12345", "length"),
        (ROKIN, "ROKYO1rr", "kinds"),
        (ZIP_RULE, "abcdefg1", ""),
        (ZIP_RULE, "abcdef1", "length"),
        (ZIP_RULE, "a1" * 16, ""),
        (ZIP_RULE, "a1" * 16 + "a", "length"),
        (ZIP_RULE, "abcdefgh", "kinds"),
        (ZIP_RULE, "~!~!~!~!", "kinds"),
    ],
)
def test_a_password_keeps_the_rule_or_breaks_it(rule: PasswordRule, password: str, broken: str) -> None:
    assert rule.broken_by(password) == broken
