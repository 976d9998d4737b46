# SPDX-License-Identifier: Apache-2.0
"""Asking the vault, running or not, and what a refusal says to an administrator."""

import re

import pytest

from appliance.cli.ask import AWAY, LOOKS, OF_TEXTS, admin_socket, ask, sentence
from appliance.cli.failure import Failure
from appliance.link.messages import MESSAGES, AdmitStaff, AskStatus, CutLink, ExportJournal, Status
from appliance.link.refusals import Refused, Why
from appliance.model.words import Role, Site
from tests.appliance.cli.command import Installation

CUT = CutLink(Site.PORTAL)


def test_the_running_vault_answers(running: Installation) -> None:
    assert admin_socket(running.settings).is_socket()
    assert isinstance(ask(running.config, AskStatus()), Status)


def test_a_vault_that_does_not_run(made: Installation) -> None:
    with pytest.raises(Failure, match="the vault does not answer"):
        ask(made.config, AskStatus())


def test_a_vault_that_does_not_run_answers_offline(made: Installation) -> None:
    found = ask(made.config, AskStatus(), is_offline=True)
    assert isinstance(found, Status) and found.journal_size > 0


def test_offline_is_refused_while_the_vault_runs(running: Installation) -> None:
    ran = running.renkei("journal", "verify", "--offline")
    assert ran.code == 1 and "in use by another vault: stop that one first" in ran.said


@pytest.mark.parametrize("is_offline", [False, True])
def test_a_refusal_is_a_sentence(running: Installation, made: Installation, is_offline: bool) -> None:
    where = made if is_offline else running
    with pytest.raises((Failure, ExceptionGroup)) as raised:
        ask(where.config, AdmitStaff("a b", "名", "a@example.jp", Role.FUND_DESK), is_offline=is_offline)
    error = raised.value.exceptions[0] if isinstance(raised.value, ExceptionGroup) else raised.value
    assert isinstance(error, Failure) and str(error) == OF_TEXTS["login.staff_form"]


def test_a_wrong_master_key_is_told(made: Installation) -> None:
    key = made.root / "credentials" / "master.key"
    key.chmod(0o600)
    key.write_bytes(b"x" * 32)
    ran = made.renkei("journal", "verify", "--offline")
    assert ran.code == 1 and ran.said.startswith("master.key: ")


def test_only_of_a_change_it_is_open_whether_it_was_done() -> None:
    late = Refused(Why.LATE)
    assert sentence(late, CUT) == "the vault did not answer in time; whether it was done, the journal tells"
    assert sentence(late, AskStatus()) == "the vault did not answer in time; come again in a moment"


def test_what_only_looks_is_known() -> None:
    ours = {row.shape: row.journal for row in MESSAGES if Site.ADMIN in row.sites}
    words = {"read", "exported", "verified"}
    looks = {shape for shape, kind in ours.items() if words & set(re.split("[._]", kind.value))}
    assert looks == LOOKS & ours.keys()
    assert {AskStatus, ExportJournal} < looks < ours.keys()


@pytest.mark.parametrize("why", Why)
def test_every_reason_has_words(why: Why) -> None:
    said = sentence(Refused(why, values={"file": "a.pdf"}), CUT)
    assert said == AWAY if why is Why.AWAY else len(said) > 20
    assert "\n" not in said


def test_an_unknown_refusal_says_all_it_knows() -> None:
    refused = Refused(Why.CONFLICT, "some.text", {"a": "1", "b": "2"})
    assert sentence(refused, CUT) == "the vault refused it: conflict (some.text) a: 1, b: 2"
