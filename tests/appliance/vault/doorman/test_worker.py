# SPDX-License-Identifier: Apache-2.0
"""A worker serves one file, and whatever happens to it, it says so."""

import socket

import pytest

from appliance.model.problems import Problem, Rule
from appliance.vault.doorman import worker
from appliance.vault.doorman.asked import Answer, Asked
from appliance.vault.doorman.frames import LENGTH, Broken, length_of, packed, received, unpacked
from appliance.vault.doorman.judge import Verdict, judge
from appliance.vault.doorman.worker import judged, serve, warm_up
from tests.appliance.vault.doorman.making import NAME, aes_zip, asked_of, small_pdf

PACKAGE = aes_zip({NAME: small_pdf()})


@pytest.fixture(autouse=True)
def free(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests keep their memory and files."""
    monkeypatch.setattr(worker, "confine", lambda memory, package, opened: None)


def test_it_takes_answers_and_hands_over() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(packed(asked_of(PACKAGE)) + PACKAGE)
        serve(theirs, 0)
        answer = unpacked(received(ours, length_of(received(ours, LENGTH.size))), Answer)
        assert [one.name for one in answer.documents] == [NAME] and answer.fault == ""
        assert received(ours, len(small_pdf())) == small_pdf()


@pytest.mark.parametrize(
    "sent", [b"", b"\1", packed(asked_of(PACKAGE)), packed(asked_of(PACKAGE)) + PACKAGE[:-1], b"\xff" * 9]
)
def test_one_whose_vault_is_gone_ends(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ours.sendall(sent)
        ours.close()
        with pytest.raises(Broken):
            serve(theirs, 0)


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("deep"), ValueError("the secret text")])
def test_one_that_cannot_cope_says_so_without_a_word_of_the_document(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(package: bytes, asked: object) -> None:
        raise error

    monkeypatch.setattr(worker, "judge", fails)
    answer = judged(PACKAGE, asked_of(PACKAGE)).answer
    assert answer.problems == (Problem(Rule.JUDGE),)
    assert answer.fault.startswith(f"{type(error).__name__} test_worker.py:")
    assert "secret" not in answer.fault


def test_warming_up_goes_all_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[Rule]] = []

    def watched(package: bytes, asked: Asked) -> Verdict:
        verdict = judge(package, asked)
        seen.append([problem.rule for problem in verdict.answer.problems])
        return verdict

    monkeypatch.setattr(worker, "judge", watched)
    warm_up()
    assert seen == [[Rule.PDF_NONE, Rule.XLSX_NONE]]
