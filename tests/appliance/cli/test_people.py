# SPDX-License-Identifier: Apache-2.0
"""Offices, accounts, links, figures and the demo's clock, by the running vault."""

import re

import pytest

from tests.appliance.cli.command import Installation, Ran

JST = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d JST\n")


def office(running: Installation, number: int, contract: str, name: str = "株式会社さくら") -> Ran:
    """`renkei office add`."""
    return running.renkei("office", "add", "--number", number, "--contract", contract, "--name", name)


def account(running: Installation, login: str, role: str, *more: str) -> Ran:
    """`renkei account add`."""
    words = ("--login", login, "--name", "佐倉 花子", "--mail", f"{login}@example.jp", "--role", role)
    return running.renkei("account", "add", *words, *more)


def test_an_office_is_added_once(running: Installation) -> None:
    first = office(running, 11, "123456-0000011")
    assert first.code == 0 and re.fullmatch(r"[a-z2-7]{26}\n", first.out)
    assert office(running, 11, "123456-0000011").out == first.out
    assert office(running, 11, "１２３４５６ー０００００１１").out == first.out


def test_an_office_that_is_taken_or_impossible(running: Installation) -> None:
    assert office(running, 12, "123456-0000012").code == 0
    assert "belongs to another office" in office(running, 12, "123456-0000013").said
    assert "belongs to another office" in office(running, 13, "123456-0000012").said
    assert "a number from 1 to 999999" in office(running, 1_000_000, "123456-0000014").said
    assert "a contract number such as" in office(running, 14, "abc").said
    assert "1 to 100 letters" in office(running, 14, "123456-0000014", "").said


def test_the_password_of_an_account_is_shown(running: Installation) -> None:
    assert office(running, 21, "123456-0000021").code == 0
    user = account(running, "sakura021", "office_admin", "--contract", "123456-0000021")
    assert re.fullmatch(r"login     sakura021\npassword  \S{12}   \(shown this once\)\n", user.out)
    staff = account(running, "desk021", "fund_desk", "--json")
    assert staff.json["login"] == "desk021" and set(staff.json) == {"account", "login", "password"}


def test_an_account_that_is_taken_or_impossible(running: Installation) -> None:
    assert account(running, "clerk031", "fund_clerk").code == 0
    assert account(running, "clerk031", "fund_clerk").said == "this login is taken; choose another"
    assert "accounts without a contract number, all others" in account(running, "sakura031", "office_admin").said
    assert "letters, digits, dots" in account(running, "a b", "fund_clerk").said
    ran = account(running, "sakura031", "office_admin", "--contract", "123456-9999999")
    assert "no office has this contract number" in ran.said
    assert account(running, "clerk032", "fund_king").code == 2


def test_the_links_of_a_site_are_cut(running: Installation) -> None:
    assert running.renkei("link", "cut", "portal").out == "0 visits ended\n"
    assert "link.cut" in running.kinds()


def test_figures(running: Installation) -> None:
    figures = running.renkei("status", "--json").json
    assert figures["journal_size"] > 0 and figures["gate_connected"] is False
    lines = running.renkei("status").out.splitlines()
    assert [line.split()[0] for line in lines] == list(figures)
    assert lines[1].startswith("now ") and lines[1].endswith(" JST")


def test_the_clock_of_a_demo_goes_forward(running: Installation) -> None:
    before = running.renkei("status", "--json").json["now"]
    assert JST.fullmatch(running.renkei("demo", "clock", "+2h").out)
    assert running.renkei("status", "--json").json["now"] >= before + 2 * 3_600_000


@pytest.mark.parametrize("step", ["60m", "+60", "-60m", "+1.5h", "+60 m", "+1w", "+1234567s", "", "+６０m"])
def test_a_step_that_is_none(running: Installation, step: str) -> None:
    assert running.renkei("demo", "clock", step).code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("link", "cut", "portal"),
        ("demo", "clock", "+1m"),
        ("office", "add", "--number", "1", "--contract", "123456-0000001", "--name", "x"),
        ("journal", "verify"),
        ("journal", "export", "never-written"),
        ("plugin", "block", "policy_permissions"),
    ],
)
def test_without_a_vault_there_is_one_sentence(sown: Installation, words: tuple[str, ...]) -> None:
    ran = sown.renkei(*words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said == "the vault does not answer: is it running, and may you open its admin socket?"
