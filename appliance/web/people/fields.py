# SPDX-License-Identifier: Apache-2.0
"""The fields that several forms about people have."""

from dataclasses import replace
from typing import Final

from appliance.model.passwords import PasswordRule
from appliance.model.words import PasswordProfile
from appliance.web.forms import Field, Form, FormPage, Shape
from appliance.web.house import House

# What the vault holds passwords against (A8, R314); a test compares the two.
RULES: Final = {
    PasswordProfile.ERENKEI: PasswordRule(10, 64, 3),
    PasswordProfile.ROKIN: PasswordRule(8, 12, 4),
}

LOGIN = Field("login", "ユーザーID", shape=Shape.FIXED, autocomplete="username")
NAME = Field("name", "氏名（漢字）", "例: 基金　太郎", autocomplete="name", most=100)
KANA = Field("kana", "氏名（カナ）", "例: キキン　タロウ（姓と名の間にスペースを一つ）", most=100)
NO_KANA = Field("kana", KANA.label, KANA.hint, most=100, is_optional=True)
MAIL = Field(
    "mail",
    "メールアドレス",
    "ワンタイムパスワードとお知らせが届きます。",
    inputmode="email",
    autocomplete="email",
    most=254,
)
PRESENT = Field("present_password", "今のパスワード", shape=Shape.SECRET, autocomplete="current-password")
FRESH = Field(
    "password",
    "新しいパスワード",
    "ユーザーID、初期パスワード、今のパスワードと同じものは使えません。",
    Shape.SECRET,
    autocomplete="new-password",
)
FRESH_AGAIN = Field(
    "password_again",
    "新しいパスワード（確認）",
    "同じものをもう一度入力してください。",
    Shape.SECRET,
    autocomplete="new-password",
    same_as="password",
)
CODE = Field(
    "code",
    "確認コード",
    "メールで届いた番号。全角でも、空白やハイフンが入っていても構いません。",
    Shape.CODE,
    inputmode="numeric",
    autocomplete="one-time-code",
    most=40,
)


def ruled(page: FormPage, house: House) -> FormPage:
    """The page with the fund's rule for a new password (A8)."""
    rule = RULES[house.settings.door.password_profile]
    fields = tuple(replace(one, rule=rule) if one.name == FRESH.name else one for one in page.form.fields)
    return replace(page, form=Form(page.form.action, fields, page.form.button))
