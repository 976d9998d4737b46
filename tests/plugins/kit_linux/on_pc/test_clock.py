# SPDX-License-Identifier: Apache-2.0
"""Instants as files have them."""

import datetime as dt

from renkei_kit_linux.on_pc.clock import as_line, now


def test_an_instant_is_in_utc_and_to_the_second() -> None:
    assert as_line(dt.datetime(2026, 6, 9, 1, 0, 0, 999_999, dt.UTC)) == "2026-06-09T01:00:00Z"
    assert now().tzinfo is dt.UTC
