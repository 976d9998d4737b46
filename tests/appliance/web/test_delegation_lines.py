# SPDX-License-Identifier: Apache-2.0
"""Delegations in words."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from appliance.link.messages import DelegationRow
from appliance.model.delegations import DelegationState
from appliance.model.time import DAY
from appliance.model.words import Permission, Role
from appliance.testing.clock import FakeClock
from appliance.web.delegation_lines import line, permission_words
from appliance.web.texts import Texts

HOUSE: Any = SimpleNamespace(texts=Texts.load())
NOW = FakeClock().now()
ROW = DelegationRow(
    "i",
    "a",
    "社労 士郎",
    "m",
    9,
    "士郎事務所",
    "o",
    2,
    "株式会社甲",
    Role.SHAROSHI,
    frozenset({Permission.UPLOAD, Permission.DOWNLOAD}),
    NOW,
    NOW + DAY,
    DelegationState.IN_FORCE,
    "届出",
)


def test_a_delegation_in_words() -> None:
    said = line(HOUSE, ROW)
    assert (said.person, said.managing, said.office) == ("社労 士郎", "0009 士郎事務所", "0002 株式会社甲")
    assert (said.permissions, said.state, said.is_open) == ("アップロード・ダウンロード", "有効", True)
    assert said.first.startswith("2026年6月9日") and said.last.startswith("2026年6月10日")


def test_what_is_over_and_who_is_gone() -> None:
    said = line(HOUSE, replace(ROW, state=DelegationState.OVER, is_person_gone=True))
    assert (said.person, said.state, said.is_open) == ("社労 士郎（削除された利用者）", "期間満了", False)
    assert line(HOUSE, replace(ROW, state=DelegationState.COMING)).is_open
    assert not line(HOUSE, replace(ROW, state=DelegationState.ENDED)).is_open


def test_permissions_stand_in_their_usual_order() -> None:
    assert permission_words(HOUSE, frozenset(reversed(Permission))).startswith("アップロード・取消・承認")
    assert permission_words(HOUSE, frozenset()) == ""
