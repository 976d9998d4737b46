# SPDX-License-Identifier: Apache-2.0
"""`renkei staff`: the first ones, and those who have lost what they come in with."""

import re

from tests.appliance.cli.command import Installation, Ran

PASSWORD = r"first password  [A-HJ-NP-Za-km-z2-9]{12}   \(shown this once\)\n"


def add(running: Installation, login: str, *more: str, role: str = "fund_system") -> Ran:
    """`renkei staff add`."""
    words = ("--login", login, "--name", "林 三郎", "--mail", "h@fund.example.jp", "--role", role)
    return running.renkei("staff", "add", *words, *more)


def test_somebody_is_added(running: Installation) -> None:
    assert re.fullmatch(f"login           hayashi601\n{PASSWORD}", add(running, "hayashi601").out)
    assert add(running, "hayashi601").said == "this login is taken; choose another"
    assert set(add(running, "hayashi602", "--json").json) == {"login", "password"}


def test_the_list_shows_who_has_no_second_factor_yet(running: Installation) -> None:
    add(running, "hayashi611", role="fund_auditor")
    [line] = [line for line in running.renkei("staff", "list").out.splitlines() if line.startswith("hayashi611 ")]
    assert line.split()[:4] == ["hayashi611", "fund_auditor", "first", "open"] and "no second factor yet" in line
    [row] = [row for row in running.renkei("staff", "list", "--json").json if row["login"] == "hayashi611"]
    assert (row["role"], row["has_factor"], row["state"]) == ("fund_auditor", False, "first")


def test_a_loss_is_made_good_with_a_reason(running: Installation) -> None:
    first = add(running, "hayashi621", "--json").json["password"]
    ran = running.renkei("staff", "reset", "hayashi621", "--reason", "the telephone is lost")
    assert re.fullmatch(f"login           hayashi621\n{PASSWORD}", ran.out) and first not in ran.out
    assert "password.reset" in running.kinds()
    assert running.renkei("staff", "reset", "hayashi621").code == 2
    assert "say why" in running.renkei("staff", "reset", "hayashi621", "--reason", " ").said
    assert "`renkei staff list`" in running.renkei("staff", "reset", "nobody62", "--reason", "lost").said


def test_what_cannot_be_is_said(running: Installation) -> None:
    assert "letters, digits, dots" in add(running, "a b").said
    assert add(running, "hayashi631", role="office_admin").code == 2
    assert running.renkei("staff").code == 2
