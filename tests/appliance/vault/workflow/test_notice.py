# SPDX-License-Identifier: Apache-2.0
"""The machine of a notice: whatever is done in whatever order, what must be true stays true."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.model.things import Notice, Part, Upload
from appliance.model.words import NoticeState, ScanState
from appliance.vault.workflow.machine import NotPossible
from appliance.vault.workflow.notice import EDGES, Command, Facts, step

NOW = 1_780_966_800_000
PARTS = (Part("b" * 26, 8, bytes(32)), Part("c" * 26, 5, bytes(32)))
UPLOAD = Upload("a" * 26, "clerk", "office", "納入.pdf", 13, "2034-07", b"wrapped", PARTS, NOW - 1)
FACTS = Facts("clerk", NOW, UPLOAD, "payment", "2026-05", b"h" * 32)


def test_a_complete_upload_becomes_a_notice() -> None:
    notice = step(None, Command.DELIVER, FACTS)
    assert (notice.id, notice.office, notice.file_name, notice.size) == (UPLOAD.id, "office", "納入.pdf", 13)
    assert (notice.parts, notice.wrapped_key, notice.purge_month) == (PARTS, b"wrapped", "2034-07")
    assert (notice.type, notice.period, notice.sha256) == ("payment", "2026-05", b"h" * 32)
    assert (notice.state, notice.delivered_at, notice.delivered_by) == (NoticeState.DELIVERED, NOW, "clerk")
    assert (notice.received_at, notice.received_by, notice.downloads) == (0, "", 0)


@pytest.mark.parametrize(
    "upload", [None, replace(UPLOAD, parts=()), replace(UPLOAD, parts=PARTS[:1]), replace(UPLOAD, size=12)]
)
def test_nothing_less_or_more_is_delivered(upload: Upload | None) -> None:
    with pytest.raises(NotPossible, match="complete"):
        step(None, Command.DELIVER, replace(FACTS, upload=upload))


def test_what_is_not_there_cannot_be_received() -> None:
    with pytest.raises(NotPossible):
        step(None, Command.RECEIVE, FACTS)


def test_a_notice_is_not_delivered_again() -> None:
    notice = step(None, Command.DELIVER, FACTS)
    for each in (notice, step(notice, Command.RECEIVE, Facts("user", NOW))):
        with pytest.raises(NotPossible):
            step(each, Command.DELIVER, FACTS)


def test_a_delivery_may_bring_a_key_and_what_the_scanners_said() -> None:
    facts = replace(FACTS, purge_month="2036-07", wrapped_key=b"anew", scan=ScanState.CLEAN, engine="clamav")
    notice = step(None, Command.DELIVER, facts)
    assert (notice.purge_month, notice.wrapped_key) == ("2036-07", b"anew")
    assert (notice.scan, notice.engine) == (ScanState.CLEAN, "clamav")


def test_a_copy_is_the_same_document_for_another_office() -> None:
    first = step(None, Command.DELIVER, replace(FACTS, scan=ScanState.CLEAN, engine="clamav"))
    facts = Facts("releaser", NOW + 1, original=first, id="d" * 26, office="second", wrapped_key=b"shared")
    copy = step(None, Command.COPY, facts)
    assert (copy.id, copy.office, copy.wrapped_key) == ("d" * 26, "second", b"shared")
    assert (copy.delivered_by, copy.delivered_at, copy.state) == ("releaser", NOW + 1, NoticeState.DELIVERED)
    same = replace(first, id=copy.id, office="second", wrapped_key=b"shared", content=first.id)
    assert copy == replace(same, delivered_by="releaser", delivered_at=NOW + 1)
    assert step(None, Command.COPY, replace(facts, original=copy, id="e" * 26)).sealed_as == first.id


def test_what_was_taken_back_is_not_copied() -> None:
    gone = step(step(None, Command.DELIVER, FACTS), Command.CANCEL, Facts("clerk", NOW, reason="誤配信"))
    for original in (gone, None):
        with pytest.raises(NotPossible):
            step(None, Command.COPY, Facts("clerk", NOW, original=original, id="d" * 26, office="second"))


def test_what_nobody_opened_is_taken_back() -> None:
    notice = step(None, Command.DELIVER, FACTS)
    gone = step(notice, Command.CANCEL, Facts("releaser", NOW + 5, reason="誤配信"))
    assert (gone.state, gone.parts, gone.wrapped_key) == (NoticeState.CANCELLED, (), b"")
    assert (gone.cancelled_at, gone.cancelled_by, gone.reason) == (NOW + 5, "releaser", "誤配信")
    for command in Command:
        with pytest.raises(NotPossible):
            step(gone, command, replace(FACTS, reason="again"))


def test_what_was_opened_stays() -> None:
    notice = step(None, Command.DELIVER, FACTS)
    received = step(notice, Command.RECEIVE, Facts("user", NOW))
    for one, facts in (
        (notice, Facts("clerk", NOW, opened=True, reason="誤配信")),
        (notice, Facts("clerk", NOW)),
        (received, Facts("clerk", NOW, reason="誤配信")),
    ):
        with pytest.raises(NotPossible):
            step(one, Command.CANCEL, facts)


def test_every_state_is_reached_by_an_edge() -> None:
    assert {edge.end for edge in EDGES} == set(NoticeState)
    assert {edge.command for edge in EDGES} == set(Command)


@given(
    some.lists(
        some.tuples(some.sampled_from([Command.DELIVER, Command.RECEIVE]), some.sampled_from(["one", "two"])),
        max_size=12,
    )
)
def test_whatever_happens_what_must_be_true_stays_true(steps: list[tuple[Command, str]]) -> None:
    notice: Notice | None = None
    received: list[tuple[int, str]] = []
    for number, (command, actor) in enumerate(steps):
        facts = replace(FACTS, actor=actor, now=NOW + number)
        try:
            after = step(notice, command, facts)
        except NotPossible:
            assert (notice is None) is (command is Command.RECEIVE)
            continue
        if command is Command.RECEIVE:
            received.append((facts.now, actor))
        check(after, notice, received)
        notice = after


def check(after: Notice, before: Notice | None, received: list[tuple[int, str]]) -> None:
    assert (after.state is NoticeState.RECEIVED) is bool(received)
    assert after.downloads == len(received)
    assert (after.received_at, after.received_by) == (received[0] if received else (0, ""))
    if before is not None:
        same = replace(
            after,
            state=before.state,
            downloads=before.downloads,
            received_at=before.received_at,
            received_by=before.received_by,
        )
        assert same == before
