# SPDX-License-Identifier: Apache-2.0
"""How the kernel's table says of which session a place is."""

import pytest

from appliance.gate.kernel import MOST_MARK, mark_of, seat_of
from appliance.testing.memory_tunnel import memory_seat

SEAT = memory_seat(3).name


def test_a_mark_is_read_by_people() -> None:
    assert mark_of(SEAT, "SID-ABC-12") == f"{SEAT} SID-ABC-12"


@pytest.mark.parametrize("session", ["SID-1", "x" * 500, "接続", 'a"b', "line\nbreak", ""])
def test_a_mark_fits_the_kernel_and_names_the_seat(session: str) -> None:
    mark = mark_of(SEAT, session)
    assert len(mark) <= MOST_MARK and mark.isascii() and mark.isprintable() and '"' not in mark
    assert seat_of(mark) == SEAT


def test_marks_tell_sessions_apart() -> None:
    names = ["SID-1", "SID-2", "x" * 200, "x" * 201, "接続", "接続2"]
    assert len({mark_of(SEAT, name) for name in names}) == len(names)


@pytest.mark.parametrize("seat", ["a b", "席", "", "x" * 200])
def test_a_seat_that_is_none_gets_a_mark_of_its_own(seat: str) -> None:
    mark = mark_of(seat, "SID-1")
    assert len(mark) <= MOST_MARK and mark.isascii()
    assert mark != mark_of(SEAT, "SID-1")
