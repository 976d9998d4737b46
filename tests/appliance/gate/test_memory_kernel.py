# SPDX-License-Identifier: Apache-2.0
"""The kernel in memory keeps the same times as the real one."""

import pytest

from appliance.gate.kernel import KernelRefused, Opening, Place
from appliance.gate.memory_kernel import MemoryKernel
from appliance.testing.clock import FakeClock

ONE, TWO = Place("rk-a", "10.0.0.2"), Place("rk-a", "10.0.0.3")


async def test_what_is_open_ends_by_itself() -> None:
    clock = FakeClock()
    kernel = MemoryKernel(clock)
    await kernel.change([Opening(ONE, 60, "one"), Opening(TWO, 90, "two")], [])
    clock.move(60_000)
    assert await kernel.held() == [Opening(TWO, 30, "two")]
    assert (kernel.passes(ONE), kernel.passes(TWO), kernel.passes(Place("rk-b", TWO.address))) == (
        False,
        True,
        False,
    )


async def test_shutting_comes_before_opening() -> None:
    kernel = MemoryKernel(FakeClock())
    await kernel.change([Opening(ONE, 60, "one")], [ONE, TWO])
    assert await kernel.held() == [Opening(ONE, 60, "one")]


async def test_it_can_refuse() -> None:
    kernel = MemoryKernel(FakeClock())
    kernel.refuses = "no permission"
    for call in (kernel.prepare(), kernel.held(), kernel.change([Opening(ONE, 60, "one")], [])):
        with pytest.raises(KernelRefused, match="no permission"):
            await call
    assert not kernel.passes(ONE)
