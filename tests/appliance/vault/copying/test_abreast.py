# SPDX-License-Identifier: Apache-2.0
"""Four at a time, everything once, and the first error alone."""

import asyncio

import pytest

from appliance.vault.copying.abreast import ABREAST, each


async def test_everything_once_and_never_more_than_four() -> None:
    done: list[int] = []
    running, most = 0, 0

    async def work(item: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        done.append(item)

    await each(range(50), work)
    assert sorted(done) == list(range(50)) and most == ABREAST


async def test_the_first_error_ends_it_and_comes_out_as_it_is() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        await asyncio.sleep(0)
        if item == 3:
            raise KeyError(item)
        done.append(item)

    with pytest.raises(KeyError, match="3"):
        await each(range(50), work)
    assert len(done) < 10


async def test_nothing_to_do() -> None:
    async def work(item: int) -> None:
        raise AssertionError(item)

    await each([], work)
