# SPDX-License-Identifier: Apache-2.0
"""What all parts of the blob suite save and read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.testing.blobs_making import MIB, BlobsMaking, cut, pattern, pieces, whole
from appliance.testing.clock import FakeClock
from appliance.testing.memory_blobs import MemoryBlobs

ONE = "a" * 26


async def test_pieces_come_one_by_one_and_let_others_go_on() -> None:
    seen: list[bytes] = []

    async def take() -> None:
        async for piece in pieces(b"1", b"", b"2"):
            seen.append(piece)

    async with asyncio.TaskGroup() as group:
        group.create_task(take())
        await asyncio.sleep(0)
        assert seen == [b"1"]
    assert seen == [b"1", b"", b"2"]


async def test_a_cut_source_gives_its_pieces_first() -> None:
    seen: list[bytes] = []
    with pytest.raises(ConnectionResetError):
        async for piece in cut(b"1", b"2"):
            seen.append(piece)
    assert seen == [b"1", b"2"]


@pytest.mark.parametrize("piece", [b"", b"x" * (MIB + 1)], ids=["empty", "too large"])
async def test_pieces_of_a_wrong_size_are_noticed(piece: bytes) -> None:
    class Odd(MemoryBlobs):
        async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
            yield piece

    with pytest.raises(AssertionError):
        await whole(Odd(FakeClock()), ONE)


def test_a_pattern_is_the_same_again_and_different_everywhere() -> None:
    one = pattern(MIB)
    assert one == pattern(MIB) != pattern(MIB, "other")
    assert len({one[at : at + 16] for at in range(0, MIB, 1024)}) == 1024


async def test_a_suite_without_a_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError):
        BlobsMaking().opened(tmp_path)
