# SPDX-License-Identifier: Apache-2.0
"""A change to our table is heard, and no other; test_kernel_real.py has a kernel that tells of it."""

import socket

import pytest

from appliance.gate import harm as harm_module
from appliance.gate.harm import Harm

RULE_IS_GONE, ELEMENT_IS_GONE = (10 << 8) | 8, (10 << 8) | 14


@pytest.mark.parametrize(
    ("kind", "table", "times"),
    [
        (RULE_IS_GONE, b"renkei\0", 1),
        (RULE_IS_GONE, b"filter\0", 0),
        (RULE_IS_GONE, b"", 0),
        (ELEMENT_IS_GONE, b"renkei\0", 0),
        (4 << 8, b"renkei\0", 0),
    ],
)
def test_a_change_of_rules_in_our_table_is_one(kind: int, table: bytes, times: int) -> None:
    changed: list[int] = []
    Harm(lambda: changed.append(1))._heard(kind, {1: table})
    assert len(changed) == times


def test_who_says_no_table_is_passed_over() -> None:
    changed: list[int] = []
    Harm(lambda: changed.append(1))._heard(RULE_IS_GONE, {})
    assert changed == []


async def test_without_the_kernels_leave_it_is_seen_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> socket.socket:
        raise PermissionError("not permitted")

    monkeypatch.setattr(harm_module, "_bound", refused)
    harm = Harm(lambda: None)
    assert not harm.listen()
    harm.close()
