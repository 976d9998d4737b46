# SPDX-License-Identifier: Apache-2.0
"""The line to the server: what it answers is believed, and nothing else is."""

import datetime as dt
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from renkei_tunnel_softether.host import ServerKey, new_key
from renkei_tunnel_softether.rpc import Rpc, Said
from renkei_tunnel_softether.settings import Settings

from appliance.contracts.plugin import Services
from appliance.contracts.tunnel import EngineAway
from appliance.testing.services import FakeMetrics
from tests.plugins.tunnel_softether.fake_softether import PASSWORD, FakeSoftEther, Served, served

NOW = dt.datetime.now(dt.UTC)


async def test_a_call_has_its_result(rpc: Rpc) -> None:
    assert (await rpc("GetServerInfo"))["ServerVersionString_str"] == "Version 5.01 Build 9674"


async def test_fields_are_handed_on(rpc: Rpc, fake: FakeSoftEther) -> None:
    await rpc("CreateHub", HubName_str="X", Online_bool=True)
    assert fake.fields == [("CreateHub", {"HubName_str": "X", "Online_bool": True})]


async def test_one_connection_serves_all_calls(rpc: Rpc, place: Served) -> None:
    for _ in range(5):
        await rpc("GetServerInfo")
    assert len(place.connections) == rpc.connections == 1


async def test_an_error_of_the_server_has_its_number(rpc: Rpc) -> None:
    with pytest.raises(Said, match="SoftEther refuses EnumUser: Error code 8") as told:
        await rpc("EnumUser", HubName_str="NONE")
    assert told.value.code == 8


async def test_a_refusal_says_what_to_look_at(rpc: Rpc, place: Served) -> None:
    place.refuses = True
    with pytest.raises(EngineAway, match=r"not its password, or `adminip.txt`"):
        await rpc("GetServerInfo")


async def test_a_server_that_hangs_is_left(rpc: Rpc, fake: FakeSoftEther) -> None:
    fake.hangs = {"GetServerInfo"}
    with pytest.raises(EngineAway, match=r"did not answer GetServerInfo within 0\.05 s"):
        await rpc("GetServerInfo", 0.05)
    fake.hangs = set()
    assert await rpc("GetServerInfo")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (200, "<html>"),
        (200, "[]"),
        (200, "{}"),
        (200, '{"result": 1}'),
        (200, '{"error": "no"}'),
        (200, '{"error": {"code": "29"}}'),
        (500, "{}"),
        (302, ""),
        (200, ""),
    ],
)
async def test_nonsense_is_no_answer(rpc: Rpc, fake: FakeSoftEther, status: int, text: str) -> None:
    fake.broken["GetServerInfo"] = (status, text)
    with pytest.raises(EngineAway, match="SoftEther answers GetServerInfo") as told:
        await rpc("GetServerInfo")
    assert not isinstance(told.value, Said)


async def test_an_answer_without_end_is_cut(rpc: Rpc, fake: FakeSoftEther, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renkei_tunnel_softether.rpc.MOST_BYTES", 1000)
    fake.broken["GetServerInfo"] = (200, "x" * 100_000)
    with pytest.raises(EngineAway, match="without end"):
        await rpc("GetServerInfo")


async def test_nobody_but_the_holder_of_the_key_gets_the_password(
    tmp_path: Path, fake: FakeSoftEther, place: Served, settings: Settings, services: Services
) -> None:
    line = Rpc(settings.url, 2, services)
    line.open(PASSWORD, new_key(NOW).certificate.public_bytes(Encoding.DER))
    with pytest.raises(EngineAway, match="is not our SoftEther: its certificate is another one"):
        await line("GetServerInfo")
    await line.close()
    assert (place.connections, fake.asked) == (set(), [])


@pytest.fixture
async def nobody(services: Services, server_key: ServerKey) -> AsyncIterator[Rpc]:
    """A line to a port at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        line = Rpc(f"https://127.0.0.1:{bound.getsockname()[1]}/api/", 2, services)
        line.open(PASSWORD, server_key.certificate.public_bytes(Encoding.DER))
        yield line
        await line.close()


async def test_nobody_there_is_said(nobody: Rpc) -> None:
    with pytest.raises(EngineAway, match=r"SoftEther at https://127\.0\.0\.1:\d+/api/ is not there"):
        await nobody("GetServerInfo")


async def test_a_server_that_came_back_is_asked_over_a_new_connection(
    tmp_path: Path, server_key: ServerKey, services: Services
) -> None:
    async with served(tmp_path, FakeSoftEther(), server_key) as first:
        line = Rpc(f"https://{first.place}/api/", 2, services)
        line.open(PASSWORD, server_key.certificate.public_bytes(Encoding.DER))
        await line("GetServerInfo")
        assert line.connections == 1
    with pytest.raises(EngineAway, match="not there"):
        await line("GetServerInfo")
    async with served(tmp_path, FakeSoftEther(), server_key, port=int(first.place.rpartition(":")[2])):
        await line("GetServerInfo")
    assert line.connections == 2
    await line.close()


async def test_a_line_that_is_not_open_asks_nobody(services: Services) -> None:
    line = Rpc("https://127.0.0.1:1/api/", 2, services)
    with pytest.raises(EngineAway, match="not open"):
        await line("GetServerInfo")
    await line.close()


async def test_calls_and_errors_are_counted(rpc: Rpc, services: Services) -> None:
    await rpc("GetServerInfo")
    with pytest.raises(Said):
        await rpc("EnumUser", HubName_str="NONE")
    metrics = services.metrics
    assert isinstance(metrics, FakeMetrics)
    assert (metrics.counted["calls_total"], metrics.counted["call_errors_total"]) == (2, 1)


async def test_what_was_not_called_yet_is_counted_with_zero(rpc: Rpc, services: Services) -> None:
    assert isinstance(services.metrics, FakeMetrics)
    wanted = ("calls_total", "call_errors_total", "call_seconds_total")
    assert {name: services.metrics.counted.get(name) for name in wanted} == dict.fromkeys(wanted, 0)
