# SPDX-License-Identifier: Apache-2.0
"""Every identifier at its edge, and a text for every refusal (T4, T6, T7, T8)."""

import re
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest

from appliance.model.words import Note, Role
from appliance.vault.people import fields
from appliance.web.texts import Texts

TEXTS = Texts.load()
# What an administrator's command says in English.
CALLS = re.compile(r'Unfit\(\s*"([a-z_]+)",\s*"([a-z_]+)"|Refused\(Why\.\w+,\s*"([a-z_]+\.[a-z_]+)"')


def refused_by(function: Callable[[Any], object], typed: Any) -> str:
    """The text of the refusal."""
    with pytest.raises(fields.Unfit) as caught:
        function(typed)
    assert caught.value.values["field"] == caught.value.text.split(".")[0]
    return caught.value.text


@pytest.mark.parametrize("typed", ["kikinT001", "ABCshouji", "a2345678", "a23456789012345", "  kikinT001\u3000"])
def test_user_ids(typed: str) -> None:
    assert fields.user_id(typed) == typed.strip()


@pytest.mark.parametrize(
    "typed", ["", "a234567", "a234567890123456", "kikin_T01", "kikin T01", "kikinТ001", "x" * 400]
)
def test_what_is_no_user_id(typed: str) -> None:
    assert refused_by(fields.user_id, typed) == "login.form"


@pytest.mark.parametrize("typed", ["ｋｉｋｉｎＴ００１", "kikinT００１", "kikinT001\u200b", "kiki\u00adnT001"])
def test_a_user_id_in_another_width_is_offered_in_half_width(typed: str) -> None:
    with pytest.raises(fields.Unfit) as caught:
        fields.user_id(typed)
    assert (caught.value.text, caught.value.values["offer"]) == ("login.half_width", "kikinT001")


def test_case_is_kept() -> None:
    assert fields.user_id("KIKINT001") != fields.user_id("kikinT001")


@pytest.mark.parametrize("typed", ["abc", "a" * 32, "hayashi.jiro", "j-hayashi_2"])
def test_logins_of_staff(typed: str) -> None:
    assert fields.staff_login(typed) == typed


@pytest.mark.parametrize("typed", ["ab", "a" * 33, ".hayashi", "hayashi@fund", "林次郎"])
def test_what_is_no_login_of_staff(typed: str) -> None:
    assert refused_by(fields.staff_login, typed) == "login.staff_form"


@pytest.mark.parametrize(
    "typed", ["916237－0000021", "916237‐0000021", "916237-0000021 ", "９１６２３７ー０００００２１"]
)
def test_contract_numbers(typed: str) -> None:
    assert fields.contract_number(typed) == "916237-0000021"


@pytest.mark.parametrize(
    "typed", ["9162370000021", "91623-0000021", "91623712-0000021", "916237-000002", "916237--0000021"]
)
def test_what_is_no_contract_number(typed: str) -> None:
    assert refused_by(fields.contract_number, typed) == "contract_number.form"


@pytest.mark.parametrize(
    ("number", "is_one"), [(0, False), (1, True), (999_999, True), (1_000_000, False), (-1, False)]
)
def test_numbers_of_offices(number: int, is_one: bool) -> None:
    if is_one:
        assert fields.office_number(number) == number
    else:
        assert refused_by(fields.office_number, number) == "office_number.range"


def test_four_seats_are_for_the_fund_to_decide() -> None:
    assert [fields.seats(number) for number in (1, 2, 3)] == [1, 2, 3]
    with pytest.raises(fields.Unfit) as caught:
        fields.seats(4)
    said = TEXTS.explain(caught.value.text, caught.value.values)
    assert "最大 3 台です（超える場合は要相談）" in said.why


@pytest.mark.parametrize(
    "typed", ["taro@example.jp", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", " taro@example.jp\u00a0\u200b"]
)
def test_mail_addresses(typed: str) -> None:
    assert fields.mail_address(typed) == "taro@example.jp"


def test_a_short_name_may_be_none() -> None:
    assert fields.short_name(" \u3000") == "" and fields.short_name("略" * 20) == "略" * 20
    assert refused_by(fields.short_name, "略" * 21) == "short_name.length"


def test_kana_of_staff_may_be_none() -> None:
    assert fields.staff_kana("\u3000").text == "" and fields.staff_kana("ハラ ジロウ").text == "ハラ　ジロウ"
    assert refused_by(fields.staff_kana, "原") == "kana.signs"


def test_roles_are_of_the_fund_or_of_an_office() -> None:
    users = {role for role in Role if not role.of_fund and role is not Role.OFFICE_ADMIN}
    for role in Role:
        if role in users:
            assert fields.user_role(role) is role
        else:
            assert refused_by(fields.user_role, role) == "role.user"
        if role.of_fund:
            assert fields.staff_role(role) is role
        else:
            assert refused_by(fields.staff_role, role) == "role.staff"


def test_reasons() -> None:
    assert fields.reason(" 人事異動\n") == "人事異動"
    assert refused_by(fields.reason, "\u200b") == refused_by(fields.reason, "理" * 301) == "reason.length"


def named_in_code() -> set[str]:
    """Every text that this room refuses with, and those that are made of a field and what is wrong with it."""
    room = resources.files("appliance.vault.people")
    code = "\n".join(file.read_text("utf-8") for file in room.iterdir() if file.name.endswith(".py"))
    found = {one or f"{field}.{reason}" for field, reason, one in CALLS.findall(code)}
    names = {"name.length", "kana.length", "kana.signs", "kana.blank", "office_name.length", "short_name.length"}
    rules = {
        f"{field}.{reason}" for field in ("password", "zip_password") for reason in ("length", "signs", "kinds")
    }
    return found | names | rules | {"login.form", "login.staff_form", "reason.length"}


@pytest.mark.parametrize("key", sorted(named_in_code()))
def test_every_refusal_says_what_why_and_next_politely(key: str) -> None:
    said = TEXTS.explain(key)
    for sentence in (said.what, said.why, said.next):
        assert re.search(r"(ます|ません|です|でした|ました|ください|）)。$", sentence), sentence


def test_every_note_has_its_words() -> None:
    assert [note for note in Note if TEXTS.word("note", note) == note] == []
