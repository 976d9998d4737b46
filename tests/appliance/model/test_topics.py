# SPDX-License-Identifier: Apache-2.0
"""Every kind of entry is found under exactly one topic."""

from collections import Counter

import pytest

from appliance.model.journal import Kind
from appliance.model.topics import KINDS, Topic, kinds_of


def test_every_kind_stands_in_exactly_one_topic() -> None:
    placed = Counter(kind for kinds in KINDS.values() for kind in kinds)
    assert placed == Counter(Kind), "place a new kind in appliance/model/topics.py"


def test_every_topic_has_kinds() -> None:
    assert list(KINDS) == list(Topic)
    assert all(KINDS.values())


def test_what_is_only_looked_at_is_no_act_of_the_exchange() -> None:
    assert all(kind.value.endswith("read") for kind in KINDS[Topic.READING])
    others = KINDS.keys() - {Topic.READING}
    assert not any(kind.value.endswith("read") for topic in others for kind in KINDS[topic])


def test_by_name() -> None:
    assert kinds_of("") == frozenset(Kind)
    assert kinds_of("exchange") == KINDS[Topic.EXCHANGE]
    with pytest.raises(ValueError):
        kinds_of("exchange ")
