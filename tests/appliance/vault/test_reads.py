# SPDX-License-Identifier: Apache-2.0
"""Which lists were read lately: forgetting costs one entry more, never one less."""

import pytest

from appliance.vault.reads import EVERY, MAX_KEPT, Reads

NOW = 1_780_966_800_000


@pytest.fixture
def reads() -> Reads:
    made = Reads()
    made.remember(b"visit", "menu", "1", NOW)
    return made


@pytest.mark.parametrize(("later", "is_new"), [(0, False), (EVERY - 1, False), (EVERY, True), (-1, True)])
def test_ten_minutes_exactly(reads: Reads, later: int, is_new: bool) -> None:
    assert reads.is_new(b"visit", "menu", "1", NOW + later) is is_new


@pytest.mark.parametrize("page", [(b"other", "menu", "1"), (b"visit", "list", "1"), (b"visit", "menu", "2")])
def test_another_reader_kind_or_page_is_new(reads: Reads, page: tuple[bytes, str, str]) -> None:
    assert reads.is_new(*page, NOW)


def test_asking_remembers_nothing(reads: Reads) -> None:
    assert reads.is_new(b"other", "menu", "1", NOW)
    assert reads.is_new(b"other", "menu", "1", NOW)


def test_the_ten_minutes_begin_with_the_entry(reads: Reads) -> None:
    reads.remember(b"visit", "menu", "1", NOW + EVERY)
    assert not reads.is_new(b"visit", "menu", "1", NOW + 2 * EVERY - 1)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.vault.reads.MAX_KEPT", 3)
    reads = Reads()
    for page in ("1", "2", "3", "1", "4"):
        reads.remember(b"visit", "menu", page, NOW)
    assert [reads.is_new(b"visit", "menu", page, NOW) for page in "1234"] == [False, True, False, False]
    assert MAX_KEPT > 10_000
