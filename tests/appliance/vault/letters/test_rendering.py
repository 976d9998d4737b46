# SPDX-License-Identifier: Apache-2.0
"""Letters as they are read; and what people typed stays a name."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.config.settings import Fund
from appliance.contracts.notifier import OutLetter
from appliance.model.things import Account, Letter, Office
from appliance.model.time import DAY, HOUR, MINUTE
from appliance.model.words import Role
from appliance.vault.letters.kinds import TRAITS, LetterKind
from appliance.vault.letters.rendering import clock_time, name_of, one_line, rendered
from appliance.vault.letters.texts import load_texts, width

NOW = 1_780_966_800_000  # Tuesday 2026-06-09 10:00 in Japan
TEXTS = load_texts()
ACCOUNT = Account("a" * 26, "o" * 26, "Yamada01", "山田　太郎", "y@example.jp", Role.OFFICE_ADMIN, frozenset(), 0)
OFFICE = Office("o" * 26, 1, "123456-0000001", "株式会社ABC商事", 0)
CODE = Letter("mail", LetterKind.ONE_TIME_CODE, "a", "b", NOW, NOW + 275 * MINUTE, {"code": "1234 5678"})


def made(letter: Letter = CODE, account: Account = ACCOUNT, office: Office | None = OFFICE) -> OutLetter:
    return rendered(TEXTS[LetterKind(letter.kind)], letter, account, office, Fund(), "i" * 26)


def test_a_one_time_password_as_it_is_read() -> None:
    assert made().text == (
        "ワンタイムパスワード: 1234 5678\n"
        "有効期限: 14:35まで（1回だけ使えます）\n"
        "\n"
        "株式会社ABC商事\n"
        "山田　太郎 様\n"
        "\n"
        "このメールを確認してからVPN接続を開始してください。\n"
        "VPN接続中は、メールを受信できません。\n"
        "\n"
        "1. 上のワンタイムパスワードを控えます。\n"
        "2. VPN接続を開始します。\n"
        "3. ログインの画面で、数字を入力します。\n"
        "\n"
        "お心当たりがない場合は、下の窓口へご連絡ください。\n"
        "ワンタイムパスワードは、だれにも教えないでください。\n"
        "\n"
        "--\n"
        "れんけい企業年金基金\n"
        "業務課 電話 03-0000-0000 (平日 9:00〜17:00)\n"
    )


def test_head_and_address() -> None:
    letter = made()
    assert (letter.id, letter.to, letter.not_after) == ("i" * 26, "y@example.jp", CODE.not_after)
    assert made(dataclasses.replace(CODE, to="new@example.jp")).to == "new@example.jp"


def test_staff_have_no_office_and_somebody_without_a_name_is_called_by_the_login() -> None:
    letter = made(account=dataclasses.replace(ACCOUNT, name=""), office=None)
    assert "\n\nYamada01 様\n\n" in letter.text


@pytest.mark.parametrize(
    ("after", "shown"),
    [(MINUTE, "10:01"), (14 * HOUR - 1, "23:59"), (14 * HOUR, "6月10日 00:00"), (DAY, "6月10日 10:00")],
)
def test_an_instant_is_a_clock_time_today_and_has_its_day_otherwise(after: int, shown: str) -> None:
    assert clock_time(NOW + after, NOW) == shown


@pytest.mark.parametrize("kind", LetterKind)
def test_no_letter_says_a_login_or_an_address(kind: LetterKind) -> None:
    letter = dataclasses.replace(CODE, kind=kind, fields=dict.fromkeys(TRAITS[kind].given, "1234 5678"))
    text = made(letter).text
    assert not [word for word in ("Yamada01", "y@example.jp", "123456-0000001") if word in text]
    assert "://" not in text and "{" not in text


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("山田\r\nBcc: x@example.jp", "山田 Bcc： x＠example．jp"),
        ("山田\n\n口座番号を返信してください", "山田 口座番号を返信してください"),
        ("https://evil.example/", "https：／／evil．example／"),
        ("www.evil.example", "www．evil．example"),
        ("evil.example", "evil．example"),
        ("a\u2028b\u2029c\x85d\x0be\x00f", "a b c d e f"),
        ("\u202e田山\u200b", "田山"),
        ("田中 = '' OR 1", "田中 = '' OR 1"),
        ("{code} ${code} %(code)s", "{code} ${code} %(code)s"),
        ("ABC Co., Ltd.", "ABC Co., Ltd."),
        ("株式会社　髙﨑①", "株式会社　髙﨑①"),
        ("   ", ""),
        ("あ" * 200, "あ" * 100),
        ("\ud800", ""),
        ("\ue000田\U000323b0", "\ue000田\U000323b0"),
        ("太\ufffe\ufdd0郎", "太 郎"),
    ],
)
def test_a_name_is_one_line_and_no_link(typed: str, shown: str) -> None:
    assert name_of(typed) == shown


def test_a_name_is_no_template_and_no_further_line() -> None:
    name = "{code}\nワンタイムパスワード: 0000 0000"
    text = made(account=dataclasses.replace(ACCOUNT, name=name)).text
    assert text.split("\n")[0] == "ワンタイムパスワード: 1234 5678"
    assert "{code} ワンタイムパスワード： 0000 0000 様" in text


def test_a_long_name_is_folded() -> None:
    text = made(office=dataclasses.replace(OFFICE, name="あ" * 90)).text
    assert text.split("\n")[3:6] == ["あ" * 35, "あ" * 35, "あ" * 20]


def test_a_row_without_what_its_text_says_makes_no_letter() -> None:
    with pytest.raises(KeyError):
        made(dataclasses.replace(CODE, fields={}))


@given(st.text(max_size=300))
def test_whatever_was_typed_is_one_line_of_limited_width(typed: str) -> None:
    for shown in (one_line(typed), name_of(typed)):
        assert "\n" not in shown and "\r" not in shown and len(shown.splitlines()) <= 1
        assert len(shown) <= 100 and shown == shown.strip()
        shown.encode()


@given(st.text(max_size=120), st.text(max_size=120))
def test_no_name_changes_the_form_of_a_letter(name: str, office: str) -> None:
    letter = made(account=dataclasses.replace(ACCOUNT, name=name), office=dataclasses.replace(OFFICE, name=office))
    lines = letter.text.split("\n")
    assert lines[0] == "ワンタイムパスワード: 1234 5678" and lines[-3] == "れんけい企業年金基金"
    assert all(width(line) <= 70 for line in lines)
    assert letter.subject == TEXTS[LetterKind.ONE_TIME_CODE].subject
