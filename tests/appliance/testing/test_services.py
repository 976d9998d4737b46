# SPDX-License-Identifier: Apache-2.0
"""The services of a plugin in its tests."""

import pytest

from appliance.contracts.plugin import PluginError
from appliance.testing.clock import FakeClock
from appliance.testing.services import FakeMetrics, FakeRecords, fake_services


async def test_records_are_kept_in_order() -> None:
    records = fake_services().records
    for key in "cab":
        await records.put(key, key.encode())
    await records.delete("absent")
    await records.delete("a")
    assert await records.get("a") is None
    assert await records.get("b") == b"b"
    assert await records.scan() == [("b", b"b"), ("c", b"c")]
    assert await records.scan(after="b") == [("c", b"c")]
    assert await records.scan(limit=1) == [("b", b"b")]


async def test_records_are_found_by_prefix_either_way() -> None:
    records = fake_services().records
    for key in ("a", "b/1", "b/2", "b/3", "c"):
        await records.put(key, b"")

    async def found(*args: object, **how: object) -> list[str]:
        return [key for key, _ in await records.scan(*args, prefix="b/", **how)]  # type: ignore[arg-type]

    assert await found() == ["b/1", "b/2", "b/3"]
    assert await found("b/1", 1) == ["b/2"]
    assert await found(newest=True) == ["b/3", "b/2", "b/1"]
    assert await found("b/3", newest=True) == ["b/2", "b/1"]


async def test_records_of_two_plugins_are_apart() -> None:
    await fake_services().records.put("k", b"v")
    assert FakeRecords().kept == {}


def test_figures_can_be_looked_at() -> None:
    metrics = FakeMetrics()
    metrics.count("a")
    metrics.count("a", 2)
    metrics.gauge("b", 5)
    assert (metrics.counted, metrics.gauges) == ({"a": 3}, {"b": 5})


async def test_answers_and_secrets_are_those_of_the_test() -> None:
    clock = FakeClock()
    services = fake_services(clock=clock, answers=lambda message: ("re", message), secrets={"key": b"x"})
    assert services.clock is clock
    assert await services.ask("hello") == ("re", "hello")
    assert services.credential("key") == b"x"
    assert await services.in_thread(max, 1, 2) == 2


async def test_what_the_test_did_not_give_is_missed_loudly() -> None:
    with pytest.raises(PluginError, match="nobody answers str"):
        await fake_services().ask("hello")
    with pytest.raises(PluginError, match="credential key is missing"):
        fake_services().credential("key")
