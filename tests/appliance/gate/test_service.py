# SPDX-License-Identifier: Apache-2.0
"""The gate reports at once and again and again, to the vault and to nobody else."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from appliance.gate import service as service_module
from appliance.gate.service import GateService
from appliance.link.client import LinkClient
from appliance.link.dialling import TlsTarget, UnixTarget
from appliance.link.messages import (
    GATE_MESSAGES,
    GateMessage,
    GateReport,
    Nothing,
    OpenMenu,
    WatchSessions,
)
from appliance.link.refusals import Refused, Why
from appliance.link.streams import frames
from appliance.link.tls import client_context, server_context
from appliance.model.words import Tier
from tests.appliance.link.authority import Authority
from tests.appliance.link.both_ends import NOW


@pytest.fixture
async def gate() -> AsyncIterator[GateService]:
    """A gate in a hurry."""
    made = GateService(now=lambda: NOW, report_seconds=0.001)
    yield made
    await made.close()


def watcher(path: Path) -> LinkClient:
    """A vault that dials the gate."""
    return LinkClient(UnixTarget(path), table=GATE_MESSAGES)


async def reports(client: LinkClient, count: int) -> list[GateReport]:
    """The first reports of a new watch."""
    got: list[GateReport] = []
    async with client.fetch(WatchSessions()) as fetched:
        assert fetched.answered.reply == Nothing()
        assert fetched.answered.now == NOW
        async for packed in frames(fetched.chunks()):
            got.append(msgspec.msgpack.decode(packed, type=GateReport))
            if len(got) == count:
                break
    return got


async def test_without_an_engine_nothing_lives(gate: GateService, tmp_path: Path) -> None:
    path = await gate.listen_unix(tmp_path)
    client = watcher(path)
    assert gate.live() == ()
    assert await reports(client, 3) == [GateReport((), ())] * 3
    await client.close()


async def test_the_socket_is_the_vaults(gate: GateService, tmp_path: Path) -> None:
    path = await gate.listen_unix(tmp_path)
    assert path == tmp_path / "gate" / "vault.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


async def test_the_socket_may_belong_to_a_group(gate: GateService, tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        await gate.listen_unix(tmp_path, group="renkei-nobody")


async def test_the_first_report_does_not_wait(tmp_path: Path) -> None:
    gate = GateService(now=lambda: NOW, report_seconds=1_000_000.0)
    client = watcher(await gate.listen_unix(tmp_path))
    assert len(await reports(client, 1)) == 1
    await client.close()
    await gate.close()


async def test_stopping_ends_the_reports_cleanly_and_at_once(tmp_path: Path) -> None:
    gate = GateService(now=lambda: NOW, report_seconds=1_000_000.0)
    client = watcher(await gate.listen_unix(tmp_path))
    async with client.fetch(WatchSessions()) as fetched:
        stream = fetched.chunks()
        await anext(stream)
        await gate.close(drain=60.0)
        assert [piece async for piece in stream] == []
    await client.close()


async def test_there_is_no_other_message(gate: GateService, tmp_path: Path) -> None:
    path = await gate.listen_unix(tmp_path)
    table = (GateMessage(OpenMenu, Nothing),)
    client = LinkClient(UnixTarget(path), table=table)
    with pytest.raises(Refused) as refused:
        await client.ask(OpenMenu())
    assert refused.value.why is Why.INVALID
    await client.close()


async def test_watches_are_few(gate: GateService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await gate.listen_unix(tmp_path)
    client = watcher(path)
    held, release, refused = 0, asyncio.Event(), []

    async def hold() -> None:
        nonlocal held
        async with client.fetch(WatchSessions()):
            held += 1
            await release.wait()

    async with asyncio.TaskGroup() as group:
        for _ in range(service_module.WATCHES):
            group.create_task(hold())
        while held < service_module.WATCHES:  # noqa: ASYNC110 - any of them may be the last
            await asyncio.sleep(0)
        with pytest.raises(Refused) as busy:
            await reports(client, 1)
        refused.append(busy.value.why)
        release.set()
    assert refused == [Why.BUSY]
    await client.close()


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ("renkei://tier/vault", None),
        ("renkei://tier/gate", Why.NOT_HERE),
        ("renkei://site/portal", Why.NOT_HERE),
        ("renkei://site/admin", Why.NOT_HERE),
    ],
)
async def test_on_two_hosts_only_the_vault_may_watch(
    gate: GateService, tmp_path: Path, shown: str, why: Why | None
) -> None:
    authority = Authority(tmp_path)
    own, dialler = authority.issue("renkei://tier/gate"), authority.issue(shown)
    address = await gate.listen_tls("127.0.0.1", 0, server_context(authority.certificate, own.certificate, own.key))
    context = client_context(authority.certificate, dialler.certificate, dialler.key)
    client = LinkClient(TlsTarget(*address, context, Tier.GATE), table=GATE_MESSAGES)
    if why is None:
        assert await reports(client, 2) == [GateReport((), ())] * 2
    else:
        with pytest.raises(Refused) as refused:
            await reports(client, 1)
        assert refused.value.why is why
    await client.close()
