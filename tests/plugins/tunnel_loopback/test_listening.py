# SPDX-License-Identifier: Apache-2.0
"""Kits of the demo connect by HTTP, each from an address of its own."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from renkei_tunnel_loopback.engine import LoopbackEngine, proof_of
from renkei_tunnel_loopback.listening import Listener

from appliance.testing.clock import FakeClock
from appliance.testing.memory_tunnel import memory_seat

ONE, TWO = memory_seat(1), memory_seat(2)


@pytest.fixture
async def engine() -> AsyncIterator[LoopbackEngine]:
    """It listens, and knows one seat."""
    made = LoopbackEngine(FakeClock())
    listener = Listener(made)
    await listener.open(0)
    await made.prepare([ONE])
    yield made
    await listener.close()
    await listener.close()
    assert made.url == ""


async def said(engine: LoopbackEngine, word: str, source: str = "127.8.0.1", **form: str) -> int:
    """How it answers a kit that comes from an address."""
    connector = aiohttp.TCPConnector(local_addr=(source, 0))
    async with (
        aiohttp.ClientSession(connector=connector) as client,
        client.post(f"{engine.url}{word}", data=form) as answer,
    ):
        return answer.status


async def test_a_kit_connects_asks_and_hangs_up(engine: LoopbackEngine) -> None:
    assert await said(engine, "connected", seat=ONE.name) == 403
    assert await said(engine, "connect", seat=ONE.name) == 204
    assert [one.address for one in await engine.live()] == ["127.8.0.1"]
    assert await said(engine, "connected", seat=ONE.name) == 204
    assert await said(engine, "disconnect", seat=ONE.name) == 204
    assert await engine.live() == []


@pytest.mark.parametrize("form", [{"seat": TWO.name}, {"seat": ""}, {}, {"seat": ONE.name, "certificate": "00"}])
async def test_who_may_not_is_refused(engine: LoopbackEngine, form: dict[str, str]) -> None:
    assert await said(engine, "connect", **form) == 403
    assert await engine.live() == []


async def test_a_kit_may_show_its_certificate(engine: LoopbackEngine) -> None:
    assert await said(engine, "connect", seat=ONE.name, certificate=proof_of(ONE)) == 204


async def test_there_is_nothing_else(engine: LoopbackEngine) -> None:
    assert await said(engine, "anything", seat=ONE.name) == 404
    assert await said(engine, "connect", seat="x" * 10_000) == 413
