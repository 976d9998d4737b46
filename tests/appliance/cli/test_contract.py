# SPDX-License-Identifier: Apache-2.0
"""`renkei contract add`: what is printed once, and what is said when it cannot be."""

import re

import pytest

from tests.appliance.cli.command import Installation, Ran

WORDS = {
    "number": "501",
    "contract": "123456-0000501",
    "name": "株式会社つばき",
    "seats": "3",
    "login": "tsubaki501",
    "name-of-admin": "椿 三郎",
    "kana": "ツバキ サブロウ",
    "mail": "tsubaki@example.jp",
}


def contract(running: Installation, *more: str, **changes: str) -> Ran:
    """`renkei contract add`."""
    given = {**WORDS, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return running.renkei(
        "contract", "add", *(word for name in given for word in (f"--{name}", given[name])), *more
    )


def test_the_first_password_is_shown_once(running: Installation) -> None:
    ran = contract(running)
    assert ran.code == 0
    lines = [r"contract        123456-0000501", r"login           tsubaki501"]
    lines += [r"first password  [A-HJ-NP-Za-km-z2-9]{12}   \(shown this once\)", ""]
    assert re.fullmatch("\n".join(lines), ran.out)
    assert "contract.added" in running.kinds()
    assert contract(running).said == "this contract number belongs to another office"


def test_programs_read_it(running: Installation) -> None:
    made = contract(running, "--json", number="502", contract="123456-0000502").json
    assert set(made) == {"office", "account", "contract", "login", "password"} and made["login"] == "tsubaki501"
    assert made["contract"] == "123456-0000502"


def test_without_a_number_it_is_the_next_one_of_the_fund(running: Installation) -> None:
    made = [contract(running, "--json", number=number, contract="").json["contract"] for number in ("601", "602")]
    assert [int(one.removeprefix("123456-")) for one in made] == [int(made[0][7:]), int(made[0][7:]) + 1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": "0"}, "a number from 1 to 999999"),
        ({"number": "501", "contract": "123456-0000503"}, "this number belongs to another office"),
        ({"contract": "1234560000503"}, "has the form 123456-0000001"),
        ({"seats": "4"}, "1 to 3 seats; more of them are for the fund"),
        ({"login": "short"}, "8 to 15 letters and digits"),
        ({"login": "ｔｓｕｂａｋｉ５０１"}, "half-width"),
        ({"name": ""}, "the name of an office has"),
        ({"name_of_admin": " "}, "the name of a person has"),
        ({"kana": "ツバキサブロウ"}, "one blank, between family name"),
        ({"kana": "椿 三郎"}, "only kana"),
        ({"mail": "tsubaki"}, "the form somebody@example.jp"),
    ],
)
def test_what_cannot_be_is_said(running: Installation, changes: dict[str, str], said: str) -> None:
    assert contract(running, number="501", contract="123456-0000501").code in (0, 1)
    given = {"number": "503", "contract": "123456-0000503", **changes}
    ran = contract(running, **given)
    assert ran.code == 1 and said in ran.said


def test_words_that_are_missing(running: Installation) -> None:
    assert running.renkei("contract", "add", "--number", "504").code == 2
    assert running.renkei("contract").code == 2
    assert contract(running, number="many").code == 2
