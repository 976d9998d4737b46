# SPDX-License-Identifier: Apache-2.0
"""Savers of one id wait for each other, those of others do not, and nothing is left behind."""

import asyncio

import pytest
from renkei_blobs_s3.turns import Turns


async def test_one_after_the_other_and_the_later_ones_know() -> None:
    turns, seen = Turns(), list[bool]()

    async def saver() -> None:
        async with turns.of("a") as turn:
            seen.append(turn.taken)
            await asyncio.sleep(0)
            turn.taken = True

    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(saver())
    assert seen == [False] + [True] * 19


async def test_other_ids_do_not_wait() -> None:
    turns = Turns()
    async with turns.of("a"), turns.of("b") as other:
        assert not other.taken


async def test_who_comes_when_all_are_gone_begins_anew() -> None:
    turns = Turns()
    async with turns.of("a") as turn:
        turn.taken = True
    async with turns.of("a") as turn:
        assert not turn.taken


async def test_failed_and_cancelled_savers_leave_the_turn() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="no"):
        async with turns.of("a"):
            raise ValueError("no")

    async def waiting() -> None:
        async with turns.of("a"):
            raise AssertionError("not reached")

    async with asyncio.TaskGroup() as tasks, turns.of("a"):
        task = tasks.create_task(waiting())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    async with turns.of("a") as turn:
        assert not turn.taken and turn.waiting == 1
