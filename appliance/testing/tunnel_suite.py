# SPDX-License-Identifier: Apache-2.0
"""What every VPN engine must do: inherit TunnelSuite in a test file and say how yours is made, and how PCs connect.

class TestMine(TunnelSuite):
    async def make_engine(self):
        return MyPlugin(Settings(), fake_services()).register_tunnel()[0]

    def seat(self, number, key=""):
        return TunnelSeat(name_of(number), certificate_of(number, key))

    async def connect(self, engine, seat):
        return await a_pc_with_the_key_of(seat).connects()

    async def vanish(self, engine, seat):
        await the_pc_of(seat).is_switched_off()
"""

import asyncio
import inspect
import ipaddress
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from appliance.contracts.tunnel import (
    INTERFACE_LENGTH,
    INTERFACE_PREFIX,
    NO_INTERFACE,
    EngineSession,
    TunnelEngine,
    TunnelSeat,
)
from appliance.model.tunnels import Cause


class TunnelSuite(ABC):
    """A VPN engine. Seats are numbered by the suite; another key is another PC of the same seat."""

    # How often the suite looks, pause seconds apart, until what it waits for can be seen.
    looks = 1
    pause = 0.0

    @abstractmethod
    async def make_engine(self) -> TunnelEngine:
        """An engine that can be prepared, without any session."""

    @abstractmethod
    def seat(self, number: int, key: str = "") -> TunnelSeat:
        """The seat of this number, the same each time."""

    @abstractmethod
    async def connect(self, engine: TunnelEngine, seat: TunnelSeat) -> bool:
        """A PC with the key of this seat tries to connect, as this seat: whether it got in."""

    @abstractmethod
    async def vanish(self, engine: TunnelEngine, seat: TunnelSeat) -> None:
        """The PC of this seat is switched off, without a word."""

    async def ready(self, *numbers: int) -> TunnelEngine:
        """An engine that is prepared for the seats of these numbers."""
        engine = await self.make_engine()
        await engine.prepare([self.seat(number) for number in numbers])
        return engine

    async def seats_live(self, engine: TunnelEngine, wanted: Sequence[TunnelSeat] | None = None) -> list[str]:
        """The seats of all sessions, once they are those that are wanted, or after the last look."""
        names = None if wanted is None else sorted(seat.name for seat in wanted)
        found = sorted(session.seat for session in await engine.live())
        for _ in range(self.looks):
            if names is None or found == names:
                break
            await asyncio.sleep(self.pause)
            found = sorted(session.seat for session in await engine.live())
        return found

    async def session_of(self, engine: TunnelEngine, seat: TunnelSeat) -> EngineSession:
        """The one session of a seat."""
        await self.seats_live(engine, [seat])
        [found] = [session for session in await engine.live() if session.seat == seat.name]
        return found

    # --- ready ----------------------------------------------------------------------------------------------------

    async def test_a_ready_engine_says_where_sessions_arrive(self) -> None:
        """By a name that the kernel's table shuts, and that the kernel takes."""
        engine = await self.make_engine()
        prepared = await engine.prepare([])
        named = prepared.interface.startswith(INTERFACE_PREFIX) and len(prepared.interface) <= INTERFACE_LENGTH
        assert named or prepared.interface == NO_INTERFACE

    async def test_what_a_pc_needs_to_know_is_a_few_words(self) -> None:
        """They stand in kits."""
        engine = await self.make_engine()
        client = dict((await engine.prepare([])).client)
        assert all(isinstance(part, str) for pair in client.items() for part in pair)
        assert 0 < sum(map(len, client.values())) < 8192

    async def test_preparing_again_changes_nothing(self) -> None:
        """Also not for who is connected."""
        engine = await self.make_engine()
        seats = [self.seat(1), self.seat(2)]
        first = await engine.prepare(seats)
        assert await self.connect(engine, seats[0])
        before = await self.session_of(engine, seats[0])
        assert await engine.prepare(seats) == first
        assert (await self.session_of(engine, seats[0])).session == before.session

    async def test_nobody_is_connected_at_first(self) -> None:
        """Our own helpers are no sessions."""
        assert list(await (await self.ready(1)).live()) == []

    # --- who gets in ----------------------------------------------------------------------------------------------

    async def test_an_admitted_seat_connects(self) -> None:
        """And is seen as what it is."""
        engine = await self.ready(1, 2)
        assert await self.connect(engine, self.seat(1))
        session = await self.session_of(engine, self.seat(1))
        assert session.session and session.seconds >= 0
        assert session.bytes_in >= 0 and session.bytes_out >= 0
        assert not session.address or ipaddress.IPv4Address(session.address)

    async def test_who_is_not_admitted_does_not(self) -> None:
        """A stranger's seat."""
        engine = await self.ready(1)
        assert not await self.connect(engine, self.seat(2))
        assert await self.seats_live(engine, []) == []

    async def test_another_key_is_another_pc(self) -> None:
        """Whatever it calls itself."""
        engine = await self.ready(1)
        assert not await self.connect(engine, self.seat(1, "other"))
        assert await self.seats_live(engine, []) == []

    async def test_a_seat_is_admitted_later(self) -> None:
        """Without preparing all again; and twice is once."""
        engine = await self.ready(1)
        await engine.admit(self.seat(2))
        await engine.admit(self.seat(2))
        assert await self.connect(engine, self.seat(2))
        assert await self.seats_live(engine, [self.seat(2)]) == [self.seat(2).name]

    async def test_admitting_again_cuts_nobody(self) -> None:
        """The same PC."""
        engine = await self.ready(1)
        assert await self.connect(engine, self.seat(1))
        before = await self.session_of(engine, self.seat(1))
        await engine.admit(self.seat(1))
        assert (await self.session_of(engine, self.seat(1))).session == before.session

    async def test_another_pc_of_a_seat_takes_its_place(self) -> None:
        """The old one is cut, and does not come back."""
        engine = await self.ready(1)
        assert await self.connect(engine, self.seat(1))
        before = await self.session_of(engine, self.seat(1))
        await engine.admit(self.seat(1, "new"))
        assert before.session not in {session.session for session in await engine.live()}
        assert not await self.connect(engine, self.seat(1))
        assert await self.connect(engine, self.seat(1, "new"))

    async def test_preparing_without_a_seat_removes_and_cuts_it(self) -> None:
        """What else could connect is none of ours."""
        engine = await self.ready(1, 2)
        assert await self.connect(engine, self.seat(1)) and await self.connect(engine, self.seat(2))
        await engine.prepare([self.seat(2)])
        assert await self.seats_live(engine, [self.seat(2)]) == [self.seat(2).name]
        assert not await self.connect(engine, self.seat(1))

    # --- who stays out --------------------------------------------------------------------------------------------

    async def test_a_barred_seat_does_not_connect(self) -> None:
        """The others do. One that nobody knows may be barred, and one that is barred."""
        engine = await self.ready(1, 2)
        for _ in range(2):
            await engine.bar(self.seat(1).name, Cause.SEAT)
        await engine.bar(self.seat(9).name, Cause.STRANGER)
        assert not await self.connect(engine, self.seat(1))
        assert await self.connect(engine, self.seat(2))

    async def test_after_bar_and_close_it_is_gone_and_stays_away(self) -> None:
        """An automatic reconnect cannot win (L1)."""
        engine = await self.ready(1)
        assert await self.connect(engine, self.seat(1))
        session = await self.session_of(engine, self.seat(1))
        await engine.bar(self.seat(1).name, Cause.BLOCKED)
        await engine.close(session.session, Cause.BLOCKED)
        assert list(await engine.live()) == []
        assert not await self.connect(engine, self.seat(1))
        assert await self.seats_live(engine, []) == []

    async def test_a_barred_seat_may_be_admitted_again(self) -> None:
        """As after a block that was lifted."""
        engine = await self.ready(1)
        await engine.bar(self.seat(1).name, Cause.BLOCKED)
        await engine.admit(self.seat(1))
        assert await self.connect(engine, self.seat(1))

    # --- who goes -------------------------------------------------------------------------------------------------

    async def test_closing_ends_this_session_and_no_other(self) -> None:
        """Gone on return; a second time is no error."""
        engine = await self.ready(1, 2)
        assert await self.connect(engine, self.seat(1)) and await self.connect(engine, self.seat(2))
        await self.seats_live(engine, [self.seat(1), self.seat(2)])
        [first] = [session for session in await engine.live() if session.seat == self.seat(1).name]
        for _ in range(2):
            await engine.close(first.session, Cause.DESK)
        assert [session.seat for session in await engine.live()] == [self.seat(2).name]

    async def test_closing_what_is_not_there_is_no_error(self) -> None:
        """It may have gone by itself."""
        engine = await self.ready(1)
        await engine.close("no such session", Cause.LIMIT)

    async def test_who_vanishes_is_gone_in_the_end(self) -> None:
        """The engine notices by itself."""
        engine = await self.ready(1)
        assert await self.connect(engine, self.seat(1))
        await self.session_of(engine, self.seat(1))
        await self.vanish(engine, self.seat(1))
        assert await self.seats_live(engine, []) == []

    async def test_who_comes_back_is_another_session(self) -> None:
        """By another name, or it would go on with the time of the one before."""
        engine = await self.ready(1)
        assert await self.connect(engine, self.seat(1))
        before = await self.session_of(engine, self.seat(1))
        await engine.close(before.session, Cause.SIGNED_OUT)
        assert await self.connect(engine, self.seat(1))
        assert (await self.session_of(engine, self.seat(1))).session != before.session

    # --- form -----------------------------------------------------------------------------------------------------

    async def test_its_methods_may_be_awaited(self) -> None:
        """As the host demands."""
        engine: Any = await self.make_engine()
        methods = (engine.prepare, engine.admit, engine.bar, engine.live, engine.close)
        assert all(map(inspect.iscoroutinefunction, methods))
