# SPDX-License-Identifier: Apache-2.0
"""The engine's client: put in once, hashed and scanned, exchanged only on purpose, and journaled each time."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.config.office_settings import Exchange, ScannerNeed
from appliance.contracts.kit import KitNotBuilt, KitPlatform
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.words import Site
from appliance.testing.memory_kit import MemoryKits
from appliance.testing.memory_scanner import INFECTED, LOCKED, MemoryScanner
from appliance.vault.kits.clients import MAX_CLIENT, client_of, folder_of
from tests.appliance.vault.world import World

CLIENT = b"MZ" + b"the client of the engine " * 4000
OTHER = b"MZ another client"
BUILDER = "kit_windows"


class Wanting(MemoryKits):
    """Kits that hold a client; broken, it does not even say for what PCs it is."""

    async def platform(self) -> KitPlatform:
        if self.broken:
            raise KitNotBuilt(self.broken)
        return replace(await super().platform(), wants_client=True)


@pytest.fixture
def kits(world: World, tmp_path: Path) -> Wanting:
    """One builder that wants a client, one that does not, and a folder for what is kept."""
    world.core.settings = replace(world.core.settings, state=str(tmp_path / "state"))
    (tmp_path / "state" / "vault").mkdir(parents=True)
    made = Wanting()
    world.plugins.add("kit", made, BUILDER)
    world.plugins.add("kit", MemoryKits(), "kit_memory")
    return made


def message(content: bytes = CLIENT, **changed: Any) -> m.AddKitClient:
    made = m.AddKitClient(BUILDER, "vpnclient.exe", len(content), hashlib.sha256(content).hexdigest())
    return replace(made, **changed)


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 7000):
        yield content[start : start + 7000]


async def put(world: World, content: bytes = CLIENT, **changed: Any) -> m.KitClient:
    reply = await world.answer(Site.ADMIN, message(content, **changed), stream=pieces(content))
    kept: m.KitClient = reply.message
    return kept


async def refused(world: World, why: Why, content: bytes = CLIENT, **changed: Any) -> str:
    said = await world.refused(why, Site.ADMIN, message(content, **changed), stream=pieces(content))
    assert not list(folder_of(world.core).glob("arriving.*"))
    return said.text


@pytest.mark.usefixtures("kits")
async def test_it_is_kept_and_found_by_its_hash(world: World) -> None:
    assert await client_of(world.core, BUILDER) is None
    kept = await put(world)
    assert (kept.builder, kept.file_name, kept.size, kept.scanned) == (BUILDER, "vpnclient.exe", len(CLIENT), "")
    client = await client_of(world.core, BUILDER)
    assert client is not None and client.sha256 == hashlib.sha256(CLIENT).digest()
    assert client.file.read_bytes() == CLIENT and client.file.stat().st_mode & 0o777 == 0o400
    last = await world.last()
    assert (last.kind, last.thing, last.actor) == (Kind.KIT_CLIENT_ADDED, BUILDER, "admin")
    assert last.sha256 == kept.sha256 and last.reason == "vpnclient.exe; no scanner has seen it"


@pytest.mark.usefixtures("kits")
async def test_the_list_says_who_waits_for_one(world: World) -> None:
    assert await world.admin(m.ListKitClients()) == m.KitClientList((), (BUILDER,))
    kept = await put(world)
    assert await world.admin(m.ListKitClients()) == m.KitClientList((kept,))
    assert (await world.last()).kind is Kind.STATUS_READ


async def test_a_builder_that_is_broken_is_left_out(world: World, kits: Wanting) -> None:
    kits.broken = "no compiler"
    assert await world.admin(m.ListKitClients()) == m.KitClientList(())


@pytest.mark.usefixtures("kits")
async def test_another_file_is_taken_only_on_purpose(world: World) -> None:
    first = await put(world)
    assert await refused(world, Why.CONFLICT, OTHER) == "kit_client.other"
    client = await client_of(world.core, BUILDER)
    assert client is not None and client.sha256.hex() == first.sha256
    second = await put(world, OTHER, replace=True)
    assert [path.name for path in folder_of(world.core).iterdir()] == [second.sha256]


@pytest.mark.usefixtures("kits")
async def test_the_same_file_again_is_no_exchange(world: World) -> None:
    await put(world)
    client = await client_of(world.core, BUILDER)
    assert client is not None
    client.file.chmod(0o600)
    client.file.write_bytes(b"somebody changed it")
    await put(world)
    assert client.file.read_bytes() == CLIENT


@pytest.mark.usefixtures("kits")
@pytest.mark.parametrize(
    ("why", "changed", "text"),
    [
        (Why.INVALID, {"builder": "kit_memory"}, "kit_client.builder"),
        (Why.INVALID, {"builder": "nobody"}, "kit_client.builder"),
        (Why.INVALID, {"file_name": ""}, "kit_client.file_name"),
        (Why.INVALID, {"file_name": "a\nb.exe"}, "kit_client.file_name"),
        (Why.INVALID, {"file_name": "x" * 101}, "kit_client.file_name"),
        (Why.TOO_LARGE, {"size": 0}, "kit_client.size"),
        (Why.TOO_LARGE, {"size": MAX_CLIENT + 1}, "kit_client.size"),
        (Why.TOO_LARGE, {"size": len(CLIENT) - 1}, "kit_client.size"),
        (Why.INVALID, {"size": len(CLIENT) + 1}, "kit_client.cut"),
        (Why.INVALID, {"sha256": "ab" * 32}, "kit_client.cut"),
        (Why.INVALID, {"sha256": "AB" * 32}, "kit_client.sha256"),
        (Why.INVALID, {"sha256": "../../../etc/passwd"}, "kit_client.sha256"),
    ],
)
async def test_what_is_not_what_was_announced_is_not_kept(
    world: World, why: Why, changed: dict[str, Any], text: str
) -> None:
    assert await refused(world, why, **changed) == text
    assert await client_of(world.core, BUILDER) is None
    last = await world.last()
    assert (last.kind, last.result) == (Kind.KIT_CLIENT_ADDED, Result.REFUSED)


# --- scanned ------------------------------------------------------------------------------------------------------


@pytest.fixture
def scanner(world: World, kits: Wanting) -> MemoryScanner:
    """One scanner."""
    made = MemoryScanner()
    world.plugins.add("scanner", made, "scan_memory")
    return made


@pytest.mark.usefixtures("scanner")
async def test_who_called_it_clean_is_told(world: World) -> None:
    kept = await put(world)
    assert kept.scanned == "memory 1.0, signatures 2026-06-08"
    assert (await world.last()).reason == f"vpnclient.exe; clean: {kept.scanned}"


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize(
    ("mark", "text"), [(INFECTED, "kit_client.infected"), (LOCKED, "kit_client.not_scannable")]
)
async def test_what_a_scanner_does_not_like_is_in_no_kit(world: World, mark: bytes, text: str) -> None:
    assert await refused(world, Why.CONFLICT, CLIENT + mark) == text
    assert await client_of(world.core, BUILDER) is None
    assert list(folder_of(world.core).iterdir()) == []


async def test_while_a_scanner_is_away_nothing_is_taken(world: World, scanner: MemoryScanner) -> None:
    await put(world)
    scanner.away = "restarting"
    assert await refused(world, Why.CONFLICT, OTHER, replace=True) == "kit_client.unscanned"
    client = await client_of(world.core, BUILDER)
    assert client is not None and client.file.read_bytes() == CLIENT


@pytest.mark.usefixtures("kits")
async def test_where_scanning_is_required_nothing_goes_unseen(world: World) -> None:
    world.core.settings = replace(world.core.settings, exchange=Exchange(scanner=ScannerNeed.REQUIRED))
    assert await refused(world, Why.CONFLICT) == "kit_client.unscanned"


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [m.AddKitClient, m.ListKitClients])
def test_no_site_may(shape: type) -> None:
    assert m.BY_SHAPE[shape].sites == {Site.ADMIN}
