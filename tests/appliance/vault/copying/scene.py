# SPDX-License-Identifier: Apache-2.0
"""A fund with notices in stores in memory, and empty stores to which it is to be moved."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.contracts.blobs import BlobStore
from appliance.contracts.records import RecordStore
from appliance.testing.clock import FakeRandom
from appliance.testing.memory_blobs import MemoryBlobs
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.copying.course import Copy, Stores
from appliance.vault.copying.marks import END
from appliance.vault.copying.progress import Counts, Told
from appliance.vault.core import Core
from tests.appliance.vault.world import CONTENT, World, opened, stream_of
from tests.pdf import pdf

NOTICES = 7
ORPHAN = "b" * 26


class Looked:
    """A vault that does not run, over the stores of a world."""

    def __init__(self, world: World) -> None:
        """Nothing is put together yet."""
        self._world = world

    @property
    def core(self) -> Core:
        """The parts."""
        return self._world.core

    async def look(self) -> Core:
        """Put the parts together."""
        await self._world.open()
        self._world.core.passwords.close()
        return self._world.core

    async def catch_up(self) -> None:
        """The clock of tests stands where it was set."""


@dataclass
class Scene:
    """Source and target. what was told is kept; breaking is called with each, and may raise."""

    source: World
    target: World
    told: list[Told] = field(default_factory=list)
    breaking: Callable[[Told], None] = lambda told: None
    shares_blobs: bool = False
    place: str = "there"

    def tell(self, told: Told) -> None:
        """Keep it, and break off if the test wants that."""
        self.told.append(told)
        self.breaking(told)

    async def copy(self, records: RecordStore | None = None, blobs: BlobStore | None = None) -> Counts:
        """Move the fund; the target's stores may be others."""
        source = Stores(Looked(self.source), self.source.store, self.source.blobs)
        target = Stores(Looked(self.target), records or self.target.store, blobs or self.target.blobs)
        return await Copy(source, target, "new.toml", self.place, self.shares_blobs, self.tell).run()

    async def documents(self) -> list[str]:
        """The blobs of all notices in the source, in their order."""
        found = await rows(self.source.store)
        return sorted(key.split(b"\0")[2].decode() for key in found if key.startswith(b"i/notice\0blob\0"))


async def rows(records: MemoryRecords) -> dict[bytes, bytes]:
    """All rows of a store, the room's own included."""
    found: dict[bytes, bytes] = {}
    start = b"\0"
    while page := await records.read(lambda view, start=start: view.scan(start, END)):  # type: ignore[misc]
        found.update(page)
        start = page[-1][0] + b"\0"
    return found


async def saved(blobs: MemoryBlobs) -> dict[str, bytes]:
    """All blobs."""
    ids = [info.id for info in await blobs.ids()]
    return {id: b"".join([piece async for piece in blobs.open(id)]) for id in ids}


@asynccontextmanager
async def prepared(folder: Path, seed: str = "world") -> AsyncIterator[Scene]:
    """A fund with notices, an upload on its way and a blob that nobody names; it has stopped."""
    world = World.new(folder / "shreds")
    world.random = FakeRandom(seed)
    async with opened(world) as source:
        office, clerk = await source.office(1), await source.clerk()
        for number in range(NOTICES):
            await clerk.deliver(office, pdf(number, 400))
        await clerk.upload(office, CONTENT + b"on its way")
        await source.blobs.save(ORPHAN, stream_of(b"nobody's"))
        await source.core.checkpoints.sign_if_grown()
        target = World.new(folder / "shreds", source.clock)
        yield Scene(source, target)
