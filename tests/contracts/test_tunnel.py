# SPDX-License-Identifier: Apache-2.0
"""The contract of VPN engines, kept by the fake; and the suite notices who does not keep it."""

import inspect
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from appliance.contracts.tunnel import EngineSession, Prepared, TunnelEngine, TunnelSeat
from appliance.model.tunnels import Cause
from appliance.testing.memory_tunnel import MemoryEngine, memory_seat
from appliance.testing.tunnel_suite import TunnelSuite
from tests.contracts.breaking import notices


class TestMemory(TunnelSuite):
    async def make_engine(self) -> TunnelEngine:
        return MemoryEngine()

    def seat(self, number: int, key: str = "") -> TunnelSeat:
        return memory_seat(number, key)

    async def connect(self, engine: TunnelEngine, seat: TunnelSeat) -> bool:
        return bool(cast(MemoryEngine, engine).connect(seat))

    async def vanish(self, engine: TunnelEngine, seat: TunnelSeat) -> None:
        for session in await engine.live():
            if session.seat == seat.name:
                cast(MemoryEngine, engine).vanish(session.session)


# --- engines that are broken on purpose ---------------------------------------------------------------------------


class Elsewhere(MemoryEngine):
    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        return replace(await super().prepare(seats), interface="eth0")


class Silent(MemoryEngine):
    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        return replace(await super().prepare(seats), client={})


class Restless(MemoryEngine):
    """Cuts everybody whenever it is prepared."""

    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        self.restart()
        return await super().prepare(seats)


class ShowsHelpers(MemoryEngine):
    async def live(self) -> Sequence[EngineSession]:
        return [*await super().live(), EngineSession("Local Bridge", "", "", "", 0)]


class Hospitable(MemoryEngine):
    """Lets everybody in."""

    def connect(self, seat: TunnelSeat, **more: Any) -> str:
        self.seats[seat.name] = seat
        return super().connect(seat, **more)


class ByName(MemoryEngine):
    """Believes what a PC calls itself."""

    def connect(self, seat: TunnelSeat, **more: Any) -> str:
        return super().connect(self.seats.get(seat.name, seat), **more)


class NeverAdmits(MemoryEngine):
    async def admit(self, seat: TunnelSeat) -> None:
        """No."""


class AlwaysCuts(MemoryEngine):
    async def admit(self, seat: TunnelSeat) -> None:
        self.seats[seat.name] = replace(seat, certificate=b"before")
        await super().admit(seat)


class NeverCuts(MemoryEngine):
    async def admit(self, seat: TunnelSeat) -> None:
        self.seats[seat.name] = seat


class Keeps(MemoryEngine):
    """Adds what it is prepared for, and removes nothing."""

    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        return await super().prepare([*self.seats.values(), *seats])


class NeverBars(MemoryEngine):
    async def bar(self, seat: str, cause: Cause) -> None:
        """No."""


class BarsOnce(MemoryEngine):
    async def bar(self, seat: str, cause: Cause) -> None:
        del self.seats[seat]


class BarsForEver(MemoryEngine):
    async def bar(self, seat: str, cause: Cause) -> None:
        await super().bar(seat, cause)
        self.away_for = seat

    async def admit(self, seat: TunnelSeat) -> None:
        if seat.name != getattr(self, "away_for", ""):
            await super().admit(seat)


class NeverCloses(MemoryEngine):
    async def close(self, session: str, cause: Cause) -> None:
        """No."""


class ClosesAll(MemoryEngine):
    async def close(self, session: str, cause: Cause) -> None:
        for one in await self.live():
            await super().close(one.session, cause)


class ClosesKnown(MemoryEngine):
    async def close(self, session: str, cause: Cause) -> None:
        assert session in {one.session for one in await self.live()}
        await super().close(session, cause)


class NeverNotices(MemoryEngine):
    def vanish(self, session: str) -> None:
        """The PC is switched off, and the engine does not look."""


class OneName(MemoryEngine):
    def connect(self, seat: TunnelSeat, **more: Any) -> str:
        self._count = 0
        return super().connect(seat, **more)


class NotAwaited(MemoryEngine):
    def bar(self, seat: str, cause: Cause) -> Any:
        return super().bar(seat, cause)


async def failures(make: type[MemoryEngine]) -> set[str]:
    """Which tests of the suite an engine fails."""

    class Suite(TestMemory):
        async def make_engine(self) -> TunnelEngine:
            return make()

    @asynccontextmanager
    async def nothing(folder: Path) -> AsyncIterator[Any]:
        yield None

    tests = inspect.getmembers(Suite(), inspect.iscoroutinefunction)
    names = [(name, test) for name, test in tests if name.startswith("test_")]
    return {name.removeprefix("test_") for name, test in names if await notices(test, nothing, Path())}


@pytest.mark.parametrize(
    ("make", "noticed"),
    [
        (Elsewhere, "a_ready_engine_says_where_sessions_arrive"),
        (Silent, "what_a_pc_needs_to_know_is_a_few_words"),
        (Restless, "preparing_again_changes_nothing"),
        (ShowsHelpers, "nobody_is_connected_at_first"),
        (Hospitable, "who_is_not_admitted_does_not"),
        (Hospitable, "another_key_is_another_pc"),
        (Hospitable, "a_barred_seat_does_not_connect"),
        (ByName, "another_key_is_another_pc"),
        (ByName, "another_pc_of_a_seat_takes_its_place"),
        (NeverAdmits, "a_seat_is_admitted_later"),
        (NeverAdmits, "a_barred_seat_may_be_admitted_again"),
        (AlwaysCuts, "admitting_again_cuts_nobody"),
        (NeverCuts, "another_pc_of_a_seat_takes_its_place"),
        (Keeps, "preparing_without_a_seat_removes_and_cuts_it"),
        (NeverBars, "a_barred_seat_does_not_connect"),
        (NeverBars, "after_bar_and_close_it_is_gone_and_stays_away"),
        (BarsOnce, "a_barred_seat_does_not_connect"),
        (BarsForEver, "a_barred_seat_may_be_admitted_again"),
        (NeverCloses, "after_bar_and_close_it_is_gone_and_stays_away"),
        (NeverCloses, "closing_ends_this_session_and_no_other"),
        (ClosesAll, "closing_ends_this_session_and_no_other"),
        (ClosesKnown, "closing_what_is_not_there_is_no_error"),
        (NeverNotices, "who_vanishes_is_gone_in_the_end"),
        (OneName, "who_comes_back_is_another_session"),
        (NotAwaited, "its_methods_may_be_awaited"),
    ],
)
async def test_the_suite_notices(make: type[MemoryEngine], noticed: str) -> None:
    assert noticed in await failures(make)


async def test_the_suite_is_content_with_the_fake() -> None:
    assert await failures(MemoryEngine) == set()
