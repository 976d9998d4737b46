# SPDX-License-Identifier: Apache-2.0
"""The fields that several forms about people have."""

from dataclasses import replace

from appliance.link.messages import Own
from appliance.web.forms import Field, FormPage, Shape

LOGIN = Field("login", "ユーザーID", shape=Shape.FIXED, autocomplete="username")
STAFF_LOGIN = replace(LOGIN, label="職員ID")
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
    "ログインに使う ID、初期パスワード、今のパスワードと同じものは使えません。",
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
    "メールで届いた確認番号",
    "全角でも、空白やハイフンが入っていても構いません。",
    Shape.CODE,
    inputmode="numeric",
    autocomplete="one-time-code",
    most=40,
)


def ruled(page: FormPage, own: Own) -> FormPage:
    """The page with the rule that the visitor's new password has to keep (A8); staff call their id otherwise."""
    fields = tuple(replace(one, rule=own.rule) if one.name == FRESH.name else one for one in page.form.fields)
    if own.office is None:
        fields = tuple(STAFF_LOGIN if one == LOGIN else one for one in fields)
    return replace(page, form=replace(page.form, fields=fields))
