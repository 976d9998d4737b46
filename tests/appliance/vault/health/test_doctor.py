# SPDX-License-Identifier: Apache-2.0
"""One diagnosis serves all who ask within half a minute, and one that failed serves nobody."""

import asyncio

import pytest

from appliance.link.messages import Diagnosis
from appliance.testing.clock import FakeClock
from appliance.vault.health.doctor import KEPT_SECONDS, Doctor


class Looks:
    """Looks, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> Diagnosis:
        self.count += 1
        await asyncio.sleep(0)
        return Diagnosis("0", self.count, ())


async def test_many_at_once_share_one_look() -> None:
    doctor, clock, look = Doctor(), FakeClock(), Looks()
    found = await asyncio.gather(*(doctor.ask(clock, look) for _ in range(5)))
    assert look.count == 1 and {one.at for one in found} == {1}


async def test_after_a_while_it_looks_again() -> None:
    doctor, clock, look = Doctor(), FakeClock(), Looks()
    for milliseconds, count in ((0, 1), (int(KEPT_SECONDS * 1000) - 1, 1), (1, 2), (1, 2)):
        clock.move(milliseconds)
        assert (await doctor.ask(clock, look)).at == count


async def test_a_look_that_failed_is_not_kept() -> None:
    doctor, clock, look = Doctor(), FakeClock(), Looks()

    async def fails() -> Diagnosis:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await doctor.ask(clock, fails)
    assert (await doctor.ask(clock, look)).at == 1
