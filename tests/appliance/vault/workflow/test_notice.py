# SPDX-License-Identifier: Apache-2.0
"""The machine of a notice: whatever is done in whatever order, what must be true stays true."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.model.things import Notice, Part, Upload
from appliance.model.words import NoticeState
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


def test_every_state_is_reached_by_an_edge() -> None:
    assert {edge.end for edge in EDGES} == set(NoticeState)
    assert {edge.command for edge in EDGES} == set(Command)


@given(some.lists(some.tuples(some.sampled_from(Command), some.sampled_from(["one", "two"])), max_size=12))
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
