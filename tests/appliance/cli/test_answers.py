# SPDX-License-Identifier: Apache-2.0
"""Where the answers of `renkei init` come from: flags before a file before a person before defaults."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli import init
from appliance.cli.answers import QUESTIONS, examples_in, settle
from appliance.cli.failure import Failure, NotUnderstood


def given(*words: str) -> argparse.Namespace:
    """The words as the command understands them."""
    parser = argparse.ArgumentParser(exit_on_error=False)
    init.arguments(parser)
    return parser.parse_args(words)


def told(folder: Path, text: str) -> str:
    """A file of answers."""
    file = folder / "answers.toml"
    file.write_text(text, "utf-8")
    return str(file)


class Person:
    """Answers by the beginning of a question, several times in order, else with nothing."""

    def __init__(self, **said: list[str]) -> None:
        self.asked: list[str] = []
        self._said: dict[str, Iterator[str]] = {key.replace("_", " "): iter(texts) for key, texts in said.items()}

    def __call__(self, prompt: str) -> str:
        self.asked.append(prompt)
        return next((next(texts, "") for begin, texts in self._said.items() if prompt.startswith(begin)), "")


def test_without_a_person_everything_has_a_default() -> None:
    found = given()
    settle(found)
    assert (found.fund_number, found.portal, found.port, found.staff) == (123456, "127.0.0.12", 443, "admin")
    assert examples_in(found) == ["--fund-name", "--fund-number", "--contact", "--staff-name", "--staff-mail"]


def test_a_flag_goes_before_the_file_and_that_before_the_default(tmp_path: Path) -> None:
    text = 'fund_name = "第二基金"\nfund_number = 654321\nport = 8443\nmetrics = ""\npublic_key = "k.pem"\n'
    found = given("--answers", told(tmp_path, text), "--fund-number", "777777")
    settle(found)
    assert (found.fund_name, found.fund_number, found.port, found.metrics) == ("第二基金", 777777, 8443, "")
    assert found.public_key == tmp_path / "k.pem" and found.staff == "admin"
    assert "--fund-name" not in examples_in(found)


def test_a_person_is_asked_what_no_flag_says() -> None:
    person, found = Person(name_of=["  第二基金 "], mail_server=["mail.example.jp"]), given("--portal", "10.0.0.10")
    settle(found, person)
    assert (
        found.fund_name == "第二基金" and found.portal == "10.0.0.10" and found.mail_sender == "renkei@example.jp"
    )
    # The portal was said by a flag, and of an engine that there is not nothing more is asked.
    assert len(person.asked) == len(QUESTIONS) - 3
    assert person.asked[0] == "name of the fund, as on every page [れんけい企業年金基金]: "
    assert not [one for one in person.asked if one.startswith("address of the portal")]


def test_who_has_no_mail_server_is_not_asked_for_more_of_it() -> None:
    person = Person()
    settle(given(), person)
    assert [one for one in person.asked if "mail server" in one] == [
        "mail server as HOST or HOST:PORT, nothing for later: "
    ]


@pytest.mark.parametrize(
    ("key", "question", "wrong", "right", "value", "said"),
    [
        ("fund_number", "number of", "12", "654321", 654321, "six or seven digits"),
        ("fund_number", "number of", "六", "654321", 654321, "six or seven digits"),
        ("portal", "address of the portal", "portal", "::1", "::1", "'portal' is no IP address"),
        (
            "console",
            "address of the console",
            "127.0.0.12",
            "::2",
            "::2",
            "the portal site has this address already",
        ),
        ("portal_name", "name that people type for the portal", "https://x", "P.jp", "p.jp", "without https://"),
        ("mail_server", "mail server", "mail:x", "mail:25", "mail:25", "is not host:port"),
        ("staff", "login", "a b", "yamada", "yamada", "the login of the fund's staff has 3 to 32"),
        ("staff_mail", "where letters", "nobody", "a@example.jp", "a@example.jp", "the form somebody@example.jp"),
        ("staff_name", "whose", "\x07", "山田 花子", "山田 花子", ""),
    ],
)
def test_each_answer_is_checked_at_once(
    capsys: pytest.CaptureFixture[str],
    key: str,
    question: str,
    wrong: str,
    right: str,
    value: object,
    said: str,
) -> None:
    person, found = Person(**{question.replace(" ", "_"): [wrong, right]}), given()
    settle(found, person)
    assert getattr(found, key) == value
    assert sum(one.startswith(question) for one in person.asked) == 2
    assert said in capsys.readouterr().err


def test_the_end_of_the_answers_is_the_end() -> None:
    def gone(prompt: str) -> str:
        raise EOFError

    with pytest.raises(Failure, match="nothing was made, begin again"):
        settle(given(), gone)


def test_who_breaks_off_hears_that_nothing_was_made(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(prompt: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        settle(given(), broken)
    assert "nothing was made, begin again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('fund_nam = "x"', "`fund_nam` is no answer; did you mean `fund_name`?"),
        ("fund_name = 3", "`fund_name` cannot be 3"),
        ('fund_number = "123456"', "`fund_number` cannot be '123456'"),
        ('portal = "portal"', "^portal: 'portal' is no IP address"),
        ('fund_name = " "', "^fund_name: write something"),
        ("fund_name", "not TOML"),
    ],
)
def test_a_file_that_cannot_be(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Failure, match=said):
        settle(given("--answers", told(tmp_path, text)))


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "answers").write_bytes(b"# \xff")
    with pytest.raises(Failure, match="not UTF-8 at byte 2"):
        settle(given("--answers", str(tmp_path / "answers")))


def test_an_unknown_key_was_not_understood(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood):
        settle(given("--answers", told(tmp_path, 'pasword = "x"')))
