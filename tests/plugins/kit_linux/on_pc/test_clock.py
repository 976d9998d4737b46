# SPDX-License-Identifier: Apache-2.0
"""Instants as files have them, and waiting for something that may come."""

import datetime as dt

from renkei_kit_linux.on_pc.clock import as_line, fresh_id, now, pause, seconds, until


def test_a_moment_is_one_line_in_utc() -> None:
    assert as_line(dt.datetime(2026, 6, 9, 15, 7, 59, 999_999, dt.UTC)) == "2026-06-09T15:07:59Z"
    assert now().tzinfo is dt.UTC


def test_what_is_so_already_is_not_waited_for() -> None:
    assert until(lambda: True, 0)


def test_what_comes_later_is_seen_and_what_never_comes_is_not_waited_for_longer() -> None:
    asked = iter([False, False, True])
    assert until(lambda: next(asked), 60, 0)
    assert not until(lambda: False, 0.01, 0.001)


def test_a_fresh_name_is_another_one() -> None:
    assert fresh_id() != fresh_id() and len(fresh_id()) == 16


def test_seconds_only_grow() -> None:
    before = seconds()
    pause(0)
    assert seconds() >= before
