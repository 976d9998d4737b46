# SPDX-License-Identifier: Apache-2.0
"""A loop that comes back late is seen, by how much."""

import asyncio

import pytest

from appliance.metrics.loop_lag import EVERY_SECONDS, watch_loop
from appliance.metrics.registry import Metrics


class Loop:
    """Sleeps that take as long as they are told; after the last one there is no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *late: float) -> None:
        self._late = list(late)
        self._now = 100.0
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self._now)

    async def sleep(self, seconds: float) -> None:
        if not self._late:
            raise asyncio.CancelledError
        self._now += seconds + self._late.pop(0)


async def test_each_second_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics, loop = Metrics(process=False), Loop(monkeypatch, 0.0, 0.25, 3.0, -0.001)
    with pytest.raises(asyncio.CancelledError):
        await watch_loop(metrics, loop.sleep)
    monkeypatch.undo()

    def seen(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(f"renkei_loop_lag_seconds_{name}", labels)

    assert seen("count") == 4
    assert seen("sum") == pytest.approx(3.25), "one that came too early is not late"
    assert (seen("bucket", le="0.1"), seen("bucket", le="0.5"), seen("bucket", le="5.0")) == (2, 3, 4)
    assert EVERY_SECONDS < 30, "more often than the watchdog"
