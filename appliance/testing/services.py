# SPDX-License-Identifier: Apache-2.0
"""The services of a plugin, for its tests: a clock and chance in the test's hand, and nothing real behind them."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from appliance.contracts.plugin import PluginError, Services
from appliance.testing.clock import FakeClock, FakeRandom

T = TypeVar("T")


class FakeRecords:
    """A plugin's own space, in a dictionary."""

    def __init__(self) -> None:
        """Empty."""
        self.kept: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        """The value kept under key, or None."""
        return self.kept.get(key)

    async def put(self, key: str, value: bytes) -> None:
        """Keep value under key."""
        self.kept[key] = value

    async def delete(self, key: str) -> None:
        """Forget key."""
        self.kept.pop(key, None)

    async def scan(
        self, after: str = "", limit: int = 1000, *, prefix: str = "", newest: bool = False
    ) -> list[tuple[str, bytes]]:
        """As contracts.plugin.Records says."""
        pairs = sorted((pair for pair in self.kept.items() if pair[0].startswith(prefix)), reverse=newest)
        return [pair for pair in pairs if not after or (pair[0] < after if newest else pair[0] > after)][:limit]


class FakeMetrics:
    """Counters and gauges, in dictionaries."""

    def __init__(self) -> None:
        """None yet."""
        self.counted: dict[str, float] = {}
        self.gauges: dict[str, float] = {}

    def count(self, name: str, amount: float = 1) -> None:
        """Add amount to the counter name."""
        self.counted[name] = self.counted.get(name, 0) + amount

    def gauge(self, name: str, value: float) -> None:
        """Set the gauge name to value."""
        self.gauges[name] = value


def fake_services(
    *,
    clock: FakeClock | None = None,
    answers: Callable[[object], Any] | None = None,
    secrets: Mapping[str, bytes] | None = None,
) -> Services:
    """Services for one plugin. answers makes the reply to each message it asks; secrets are its credentials."""

    async def ask(message: object) -> Any:
        if answers is None:
            raise PluginError(
                f"nobody answers {type(message).__name__} in this test; give fake_services(answers=…)"
            )
        return answers(message)

    return Services(
        clock=clock or FakeClock(),
        random=FakeRandom(),
        log=logging.getLogger("renkei.plugin.test"),
        metrics=FakeMetrics(),
        records=FakeRecords(),
        ask=ask,
        credential=lambda name: _secret(secrets or {}, name),
        in_thread=_at_once,
    )


def _secret(secrets: Mapping[str, bytes], name: str) -> bytes:
    if name not in secrets:
        raise PluginError(f"the credential {name} is missing; give fake_services(secrets=…)")
    return secrets[name]


async def _at_once(function: Callable[..., T], *args: Any) -> T:
    """In a test, the loop may wait for a short function."""
    return function(*args)
