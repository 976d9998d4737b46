# SPDX-License-Identifier: Apache-2.0
"""The bell of the outbox: nobody sleeps through it."""

import asyncio

from appliance.vault.letters.post import Post

LONG = 1_000_000.0


async def test_a_ring_wakes_everybody_who_listens() -> None:
    post = Post()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(post.listen(post.rings, LONG))
        await asyncio.sleep(0)
        post.ring()


async def test_a_ring_before_listening_is_not_lost() -> None:
    post = Post()
    heard = post.rings
    post.ring()
    async with asyncio.timeout(20):
        await post.listen(heard, LONG)


async def test_without_a_ring_it_ends_by_itself_and_leaves_nothing() -> None:
    post = Post()
    await post.listen(0, 0.001)
    assert post.rings == 0 and not post._listening


async def test_somebody_who_goes_away_is_not_remembered() -> None:
    post = Post()
    task = asyncio.get_running_loop().create_task(post.listen(0, LONG))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not post._listening
