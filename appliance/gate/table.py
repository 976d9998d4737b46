# SPDX-License-Identifier: Apache-2.0
"""What is open in the kernel, as it was last read back, and all that changes it, one change after another."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence

from appliance.contracts.plugin import Clock
from appliance.gate.kernel import Kernel, KernelRefused, Opening, Place

_log = logging.getLogger(__name__)


class Table:
    """The kernel's table. trouble is why it cannot be relied upon now, "" when it stands as it should.

    stood: it did so at least once since the start.
    """

    def __init__(self, kernel: Kernel, clock: Clock) -> None:
        """Nothing is known before stand()."""
        self._kernel = kernel
        self._clock = clock
        self._lock = asyncio.Lock()
        self._held: dict[Place, tuple[Opening, float]] = {}
        self._owed: set[Place] = set()
        self.trouble = "it was not yet put in place"
        self.stood = False

    async def stand(self) -> None:
        """Read it back, and mend what is not as it should be; shut what is still to be shut (promises 6 and 12)."""
        async with self._lock:
            if not self.trouble:
                try:
                    await self._read()
                except KernelRefused as error:
                    self._complain(error)
            await self._mend()

    async def open(self, wanted: Sequence[Opening], still: Callable[[Opening], bool]) -> set[Place]:
        """Open those that still may be, at the very moment of doing it; what of them is open then, read back.

        Another place of the same session is shut with it.
        """
        async with self._lock:
            opening = {one.place: one for one in wanted if one.seconds > 0 and still(one)}
            try:
                await self._need()
                self._owed -= opening.keys()
                await self._kernel.change(list(opening.values()), self._other_places(opening.values()))
                await self._read()
            except KernelRefused as error:
                self._complain(error)
                return set()
            return {place for place, one in opening.items() if self.mark_at(place) == one.mark}

    async def shut(self, whose: Callable[[Place, str], bool]) -> list[Place]:
        """Shut the places of somebody, by place and mark, in one transaction; which they are.

        What the kernel refused is tried again (promise 12).
        """
        async with self._lock:
            if self.trouble:
                await self._mend()
            places = [place for place, (one, _) in self._held.items() if whose(place, one.mark)]
            try:
                await self._shut(places)
            except KernelRefused as error:
                self._complain(error)
                await self._mend()
            return places

    async def passes_none(self, places: Collection[Place]) -> bool:
        """Whether the kernel, asked now, holds none of these places; nobody knows while there is trouble."""
        wanted = frozenset(places)
        return await self.lets_none_of(lambda place, mark: place in wanted) if wanted else not self.trouble

    async def lets_none_of(self, whose: Callable[[Place, str], bool]) -> bool:
        """Whether the kernel, asked now, holds no place of somebody; nobody knows while there is trouble."""
        async with self._lock:
            try:
                await self._read()
            except KernelRefused as error:
                self._complain(error)
                return False
            return not any(whose(place, one.mark) for place, (one, _) in self._held.items())

    def mark_at(self, place: Place) -> str:
        """Of which session a place is, "" where it is shut."""
        return self._held[place][0].mark if self.seconds_at(place) > 0 else ""

    def seconds_at(self, place: Place, mark: str = "") -> float:
        """For how long a place is open, as it was last read; to the session of a mark, where one is given."""
        kept = self._held.get(place)
        if kept is None or (mark and kept[0].mark != mark):
            return 0.0
        return max(0.0, kept[1] - self._clock.monotonic())

    async def _mend(self) -> None:
        """Put the rules in place where they are not, and shut what is still to be shut."""
        try:
            await self._need()
            await self._shut(())
        except KernelRefused as error:
            self._complain(error)

    async def _need(self) -> None:
        """Nothing is opened before the rules stand."""
        if self.trouble:
            await self._kernel.prepare()
            await self._read()
            _log.info("the table stands; %d places are open in it", len(self._held))
            self.trouble, self.stood = "", True

    async def _shut(self, places: Collection[Place]) -> None:
        self._owed.update(places)
        if not self._owed:
            return
        await self._kernel.change([], list(self._owed))
        for place in self._owed:
            self._held.pop(place, None)
        self._owed.clear()

    async def _read(self) -> None:
        now = self._clock.monotonic()
        held = await self._kernel.held()
        self._held = {one.place: (one, now + one.seconds) for one in held}
        # Somebody else put these there, without an end (promise 5).
        self._owed.update(one.place for one in held if not one.seconds and not one.mark)

    def _other_places(self, opening: Collection[Opening]) -> list[Place]:
        """Where the sessions of these were open before."""
        wanted = {one.mark: one.place for one in opening}
        return [place for place, (one, _) in self._held.items() if wanted.get(one.mark, place) != place]

    def _complain(self, error: KernelRefused) -> None:
        if self.trouble != str(error):
            _log.error("the table in the kernel: %s", error)
        self.trouble = str(error)
