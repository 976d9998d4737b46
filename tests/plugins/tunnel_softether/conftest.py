# SPDX-License-Identifier: Apache-2.0
"""The fake server with our engine in front of it, and the real one."""

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from renkei_tunnel_softether import Settings
from renkei_tunnel_softether.engine import SoftEther
from renkei_tunnel_softether.host import ServerKey, new_key
from renkei_tunnel_softether.rpc import Rpc

from appliance.contracts.plugin import Services
from appliance.testing.clock import FakeClock
from appliance.testing.services import fake_services
from tests.plugins.tunnel_softether.fake_links import FakeLinks
from tests.plugins.tunnel_softether.fake_softether import PASSWORD, FakeSoftEther, Served, served
from tests.plugins.tunnel_softether.real import World, world
from tests.servers.netns import need_lab


@pytest.fixture(scope="session")
def server_key() -> ServerKey:
    """Making one takes a moment."""
    return new_key(dt.datetime.now(dt.UTC))


@pytest.fixture
def fake() -> FakeSoftEther:
    """A server that was never prepared."""
    return FakeSoftEther()


@pytest.fixture
async def place(tmp_path: Path, fake: FakeSoftEther, server_key: ServerKey) -> AsyncIterator[Served]:
    """Where it listens."""
    async with served(tmp_path, fake, server_key) as made:
        yield made


@pytest.fixture
def clock() -> FakeClock:
    """Time, in the test's hand."""
    return FakeClock()


@pytest.fixture
def services(clock: FakeClock) -> Services:
    """With the password."""
    return fake_services(clock=clock, secrets={"softether.password": PASSWORD.encode()})


@pytest.fixture
def settings(place: Served) -> Settings:
    """With the fake's place."""
    return replace(Settings(), api=place.place, timeout_seconds=2.0)


@pytest.fixture
async def rpc(place: Served, settings: Settings, services: Services) -> AsyncIterator[Rpc]:
    """An open line to the fake."""
    line = Rpc(settings.url, settings.timeout_seconds, services)
    line.open(PASSWORD, place.key.certificate.public_bytes(Encoding.DER))
    yield line
    await line.close()


@pytest.fixture
def engine(settings: Settings, rpc: Rpc, services: Services) -> SoftEther:
    """Ours, in front of the fake; no interface is touched."""
    return SoftEther(settings, rpc, FakeLinks(settings), services.clock, "the certificate")


@pytest.fixture
def fund() -> Iterator[World]:
    """A real server, that was never prepared by us but for its configuration."""
    need_lab()
    with world() as made:
        yield made
