# SPDX-License-Identifier: Apache-2.0
"""`renkei check` says what is wrong with the fund's own texts, and who carries letters."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.cli.letter_check import unprintable_fund, unusable_letters, waiting_letters
from appliance.config.settings import Demo, Fund, Letters, Settings
from appliance.host.catalogue import Row, State
from tests.appliance.cli.command import Installation

ROWS = [
    Row(name, "", "vault", ("notifier",), State.CONFIGURED) for name in ("mail_smtp", "mail_other", "mail_idle")
]


def said(letters: Letters, *plugins: str) -> list[str]:
    return unusable_letters(replace(Settings(), letters=letters, plugins={name: {} for name in plugins}), ROWS)


def test_every_wrong_line_is_told_by_the_command(made: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "one_time_code.txt").write_text("件名: x\n\n{cod}\n{code} {until}\n{fund}{contact}\n", "utf-8")
    made.replace("[plugins.policy_permissions]", f'[letters]\ntemplates = "{folder}"\n[plugins.policy_permissions]')
    ran = made.renkei("check")
    path = folder / "one_time_code.txt"
    assert ran.code == 1
    assert ran.out.splitlines()[:2] == [
        f"letters.templates: {path}: line 3: there is no placeholder {{cod}} in this letter; did you mean `code`?",
        f"letters.templates: {path}: line 3: the body begins with the line that holds {{code}}",
    ]


@pytest.mark.parametrize(
    ("letters", "plugins"),
    [(Letters(), ()), (Letters(), ("mail_smtp",)), (Letters(mail="mail_other"), ("mail_smtp", "mail_other"))],
)
def test_all_is_well(letters: Letters, plugins: tuple[str, ...]) -> None:
    assert said(letters, *plugins) == []


def test_a_name_that_is_none_is_told() -> None:
    assert said(Letters(mail="mail_smpt"), "mail_smtp") == [
        "letters.mail names `mail_smpt`, which is no configured notifier; there is mail_smtp"
    ]
    assert said(Letters(mail="mail_idle")) == [
        "letters.mail names `mail_idle`, which is no configured notifier; there is none"
    ]


def test_two_of_which_none_is_named_are_told() -> None:
    (sentence,) = said(Letters(), "mail_smtp", "mail_other")
    assert sentence == "letters.mail: several plugins could carry mail (mail_other, mail_smtp); name one"


def test_letters_that_nobody_carries_are_a_warning(made: Installation) -> None:
    no_mail = Settings(plugins={"records_lmdb": {}})
    (sentence,) = waiting_letters(no_mail, ROWS)
    assert sentence.startswith("letters: there is no notifier") and "add [plugins.mail_smtp]" in sentence
    assert waiting_letters(replace(no_mail, plugins={"mail_other": {}}), ROWS) == []
    assert waiting_letters(replace(no_mail, demo=Demo(enabled=True)), ROWS) == []


def test_a_fund_whose_name_is_not_in_the_fonts_is_told(made: Installation) -> None:
    fund = Fund(name="\U0003106c\ue000基金", contact="𠮷野 電話 1")
    assert unprintable_fund(replace(Settings(), fund=fund)) == ["fund.name: 〓 stands on paper for U+3106C, U+E000"]
    assert unprintable_fund(Settings()) == []
    made.replace('contact = "', 'contact = "\U0003106c')
    ran = made.renkei("check")
    assert (ran.code, "warning: fund.contact: 〓 stands on paper for U+3106C" in ran.out) == (0, True), ran.out
