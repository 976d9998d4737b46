# SPDX-License-Identifier: Apache-2.0
"""`renkei check`: one line a problem, and an exit code that a script can use."""

import datetime as dt

import pytest

from appliance.cli import checking
from appliance.model.time import Instant, instant
from tests.appliance.cli.command import Installation


def noon(day: str) -> Instant:
    """Noon in Japan."""
    return instant(dt.datetime.fromisoformat(f"{day}T12:00:00+09:00"))


def test_all_is_well(sown: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "now", lambda: noon("2026-06-09"))
    ran = sown.renkei("check")
    assert (ran.code, ran.out, ran.err) == (0, f"{sown.config}: ok\n", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('address = "127.0.0.12"', 'address = "127.0.0.11"', "sites.portal.port and sites.public.port both want"),
        ('[vault]\nmetrics = ""', '[vault]\nmetrics = "nowhere"', "vault.metrics: 'nowhere' is not host:port"),
        ("portal.pem", "missing.pem", "sites.portal.certificate: there is no file"),
        ("[plugins.policy_permissions]", "", "vault.rights names `policy_permissions`, but there is no table"),
        (
            "[plugins.records_lmdb]",
            "[plugins.records_lmbd]",
            "it is configured and not installed; did you mean `records_lmdb`?",
        ),
        ("[plugins.records_lmdb]", "[plugins.records_lmdb]\nsize = 1", "unknown key `size`"),
        ('address = "127.0.0.12"', 'address = "portal"', "sites.portal.address: 'portal' is no IP address"),
        ("/certificates/portal.pem", "/config.toml", "config.toml and the secret tls-portal.key have to be PEM"),
        ("portal.pem", "console.pem", "sites.portal.certificate: the secret tls-portal.key is not the key of"),
        ("[plugins.policy_permissions]", "[plugins.policy_permissions]\noptional = true", "cannot be left out"),
        (
            "[plugins.records_lmdb]",
            '[grants]\npolicy_permissions = ["notice.lst"]\n[plugins.records_lmdb]',
            "grants.policy_permissions: `notice.lst` is no action; did you mean `notice.list`?",
        ),
    ],
)
def test_one_problem(made: Installation, old: str, new: str, said: str) -> None:
    made.replace(old, new)
    ran = made.renkei("check")
    assert ran.code == 1 and ran.err == ""
    assert said in ran.out
    assert ran.out.splitlines()[-1].endswith(" 1 problem")


@pytest.mark.parametrize(("today", "days"), [("2027-11-01", None), ("2027-11-02", 59), ("2027-12-31", 0)])
def test_a_calendar_that_ends_soon_is_a_warning_and_no_problem(
    sown: Installation, today: str, days: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "now", lambda: noon(today))
    *warnings, last = sown.renkei("check").out.splitlines()
    assert last.endswith(": ok")
    told = [f"warning: calendar: the table of holidays ends in {days} days"] * (days is not None)
    assert [text.partition(", with")[0] for text in warnings] == told


def test_a_table_of_holidays_that_is_none_is_a_problem(made: Installation) -> None:
    made.replace("[demo]", '[calendar]\nholidays = "/nowhere/syukujitsu.csv"\n[demo]')
    ran = made.renkei("check")
    assert ran.code == 1
    assert ran.out.startswith("calendar.holidays: /nowhere/syukujitsu.csv cannot be read")


def test_several_problems(made: Installation) -> None:
    (made.root / "credentials" / "master.key").unlink()
    (made.root / "credentials" / "pepper.key").chmod(0o444)
    ran = made.renkei("check")
    assert "master.key: this credential is missing" in ran.out
    assert "pepper.key: others may read it" in ran.out
    assert (ran.code, ran.out.splitlines()[-1]) == (1, f"{made.config}: 2 problems")


def test_two_stores_of_a_kind(made: Installation) -> None:
    made.replace("[plugins.policy_hours]", "[plugins.records_postgres]\n[plugins.policy_hours]")
    ran = made.renkei("check")
    said = "[plugins.records_lmdb] and [plugins.records_postgres] are each a record store; keep one of them"
    assert ran.code == 1 and ran.out.startswith(said)


def test_without_a_table_of_a_store(made: Installation) -> None:
    text = made.config.read_text("utf-8")
    made.config.write_text(text.partition("[plugins.records_lmdb]")[0] + "[plugins.policy_permissions]\n", "utf-8")
    ran = made.renkei("check")
    assert ran.out.splitlines()[:2] == [
        "plugins: there is no record store; add the table of a records plugin",
        "plugins: there is no blob store; add the table of a blobs plugin",
    ]
    assert ran.code == 1


def test_two_plugins_of_one_name_are_told_once(made: Installation) -> None:
    file = made.root / "plugins.d" / "policy_permissions.py"
    file.write_text("nothing that runs (")
    file.chmod(0o644)
    ran = made.renkei("check")
    [told, count] = ran.out.splitlines()
    assert told.startswith("[plugins.policy_permissions]: there are two plugins `policy_permissions`: ")
    assert str(file) in told and count.endswith(": 1 problem")


def test_a_blocked_rights_policy_is_a_problem(made: Installation) -> None:
    (made.root / "state" / "blocked").write_text("policy_permissions\n")
    ran = made.renkei("check")
    assert ran.code == 1
    assert "[plugins.policy_permissions]: it is blocked, and nothing runs without it" in ran.out


def test_it_changes_nothing(made: Installation) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.root.rglob("*")}
    assert made.renkei("check").code == 0
    assert {path: path.stat().st_mtime_ns for path in made.root.rglob("*")} == before
