# SPDX-License-Identifier: Apache-2.0
"""The gate is told which PCs may connect: all of them whenever it is new, and then what changes.

1. All are told, in pages, after each connection to the gate, and again if that did not come through.
2. What changes costs what changes: the seats of an office of which the journal says something.
3. Nobody is told twice at once who may connect; who may not is told at once, beside that, and once more behind it:
   no bar is lost to an older page that comes after it.
4. Whoever came out of hours stays out at the engines until the next opening. It is no part of the records: after a
   restart of the vault they are judged anew. So does who has come too often, for its pause (pauses.py).
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from appliance.link.messages import GATE_PAGE, AdmitSeats, AdmittedSeat, BarSeats, GateDone, TellSeats
from appliance.link.refusals import Refused
from appliance.model.devices import Bond, Seat, SeatState
from appliance.model.time import SECOND
from appliance.model.tunnels import Cause
from appliance.vault.core import Core
from appliance.vault.records.device_tables import seats
from appliance.vault.records.row_keys import end_of
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.tunnels.seats import address_of, admitted_bond, as_admitted, given_address, kept_out

Place = tuple[str, int]
STANDING = (SeatState.ACTIVE, SeatState.REQUESTED)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What the gate was told of a seat: the name, and by which bond."""

    name: str
    bond: str


@dataclass(slots=True)
class Change:
    """What is other with the seats of an office: who may come now, and who may not, and why."""

    admit: list[Place] = field(default_factory=list)
    bar: dict[str, Cause] = field(default_factory=dict)


class Teller:
    """known is what the gate was told, by seat; out are the offices of those who stay out, by name (promise 4)."""

    def __init__(self, core: Core) -> None:
        """Nothing was told."""
        self._core = core
        self.known: dict[Place, Known] = {}
        self.out: dict[str, str] = {}
        self.is_behind = True
        self._turn = asyncio.Lock()
        self._under_way = 0
        self._nothing_under_way = asyncio.Event()
        self._nothing_under_way.set()
        self._barred: dict[str, Cause] = {}
        self._compared: set[str] = set()

    # --- what is other --------------------------------------------------------------------------------------------

    def compare(self, snapshot: Snapshot, office: str) -> Change:
        """The seats of an office beside what the gate was told of them."""
        self._compared.add(office)
        change, start = Change(), seats.key(office)
        for seat in seats.walk(snapshot, start, end_of(start)):
            self._compare_one(snapshot, (office, seat.number), change)
        return change

    def _compare_one(self, snapshot: Snapshot, place: Place, change: Change) -> None:
        before, bond = self.known.get(place), admitted_bond(snapshot, *place)
        name = bond.claim.kit if bond is not None else ""
        if before is not None and before.name != name:
            change.bar[before.name] = kept_out(snapshot, *place) or Cause.SEAT
        if bond is not None and not self._stays_out(name) and before != Known(name, bond.id):
            change.admit.append(place)

    def _stays_out(self, name: str) -> bool:
        """Promise 4."""
        return name in self.out or self._core.tunnels.pauses.is_out(name)

    # --- telling --------------------------------------------------------------------------------------------------

    async def tell_all(self) -> None:
        """Promise 1. Raises Refused."""
        async with self._taking_turns():
            self.known, first = {}, True
            last: tuple[AdmittedSeat, ...] = ()
            async for page in self._pages():
                if last:
                    await self._core.gate.tell(TellSeats(last, first=first, last=False))
                    first = False
                last = page
            await self._core.gate.tell(TellSeats(last, first=first, last=True))
            self.is_behind = False

    async def admit(self, places: Sequence[Place]) -> None:
        """The PCs of these seats may connect from now on, as far as they still may (promise 2). Raises Refused.

        Not before a bar of before was told: it may be of the same seats.
        """
        await self._nothing_under_way.wait()
        async with self._taking_turns():
            for start in range(0, len(places), GATE_PAGE):
                if page := await self._as_told(await self._bonds_of(places[start : start + GATE_PAGE])):
                    await self._core.gate.tell(AdmitSeats(page))

    def bar(self, who: Mapping[str, str], cause: Cause) -> list[Coroutine[Any, Any, None]]:
        """These may not, from now on: what is to be awaited, at once, for the gate to know (promise 3).

        who are their names, with the office of each.
        """
        for name, office in who.items():
            self._barred[name] = cause
            if cause is Cause.CLOSED:
                self.out[name] = office
        self.forget(who)
        names = sorted(who)
        pages = [names[at : at + GATE_PAGE] for at in range(0, len(names), GATE_PAGE)]
        self._under_way += len(pages)
        if pages:
            self._nothing_under_way.clear()
        return [self._tell_one(page, cause) for page in pages]

    def forget(self, names: Collection[str]) -> None:
        """The gate was told that these may not: what it was told before is of no worth."""
        if names:
            self.known = {place: known for place, known in self.known.items() if known.name not in names}

    def let_in(self) -> set[str]:
        """The hours have come for those who stayed out; their offices, to be looked at again."""
        offices, self.out = set(self.out.values()), {}
        return offices

    def begin_anew(self) -> None:
        """Nothing that was under way goes on; all are to be told."""
        self._under_way, self.is_behind = 0, True
        self._nothing_under_way.set()

    @asynccontextmanager
    async def _taking_turns(self) -> AsyncIterator[None]:
        """One telling at a time. What happened beside it is looked at again, and said again (promise 3)."""
        async with self._turn:
            self._barred, self._compared = {}, set()
            try:
                yield
            except Refused:
                self.is_behind = True
                raise
            finally:
                self._core.tunnels.look_at(self._compared)
            again: dict[Cause, list[str]] = defaultdict(list)
            for name, cause in self._barred.items():
                again[cause].append(name)
            for cause, names in again.items():
                await self._tell_bar(names, cause)

    async def _tell_one(self, names: list[str], cause: Cause) -> None:
        try:
            await self._tell_bar(names, cause)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._nothing_under_way.set()

    async def _tell_bar(self, names: list[str], cause: Cause) -> None:
        try:
            answer: GateDone = await self._core.gate.tell(BarSeats(tuple(names), cause))
            if answer.under_way:
                left = [(one.engine, one.session) for one in answer.left]
                self._core.tunnels.wait_for(left, self._core.clock.monotonic())
        except Refused as refused:
            self.is_behind = True
            _log.warning("the gate was not told who may not connect: %s; it will be told all again", refused)

    # --- which ----------------------------------------------------------------------------------------------------

    async def _pages(self) -> AsyncIterator[tuple[AdmittedSeat, ...]]:
        """All that may connect, some at a time: what changes meanwhile is noted, and looked at afterwards."""
        for state in STANDING:
            behind: Seat | None = None
            while found := await self._some(state, behind):
                behind = found[-1]
                if page := await self._as_told(await self._bonds_of([(one.office, one.number) for one in found])):
                    yield page

    async def _some(self, state: SeatState, behind: Seat | None) -> list[Seat]:
        return await self._core.read(
            lambda snapshot: seats.scan(snapshot, "state", (state.value,), behind=behind, limit=GATE_PAGE)
        )

    async def _bonds_of(self, places: Sequence[Place]) -> list[tuple[Place, Bond]]:
        def work(snapshot: Snapshot) -> list[tuple[Place, Bond]]:
            found = [(place, admitted_bond(snapshot, *place)) for place in places]
            return [(place, bond) for place, bond in found if bond is not None]

        return await self._core.read(work)

    async def _as_told(self, chosen: Sequence[tuple[Place, Bond]]) -> tuple[AdmittedSeat, ...]:
        """As the gate is told them; those whose certificate has ended are not, nor those who stay out."""
        addresses, now = await self._addresses(chosen), self._core.clock.now()
        told: list[AdmittedSeat] = []
        for place, bond in chosen:
            seat = as_admitted(bond, addresses.get(place, ""))
            if self._stays_out(seat.name) or 0 < seat.not_after * SECOND <= now:
                continue
            self.known[place] = Known(seat.name, bond.id)
            told.append(seat)
        return tuple(told)

    async def _addresses(self, chosen: Sequence[tuple[Place, Bond]]) -> dict[Place, str]:
        """The address of each that has a key of an engine that hands out none; given where there was none yet."""
        network = self._core.settings.tunnels.addresses

        def given(snapshot: Snapshot) -> dict[Place, str]:
            return {place: given_address(snapshot, *place, network) for place, _ in chosen}

        addresses = await self._core.read(given)
        bare = [place for place, bond in chosen if bond.claim.wireguard_key and not addresses[place]]
        if bare:
            addresses |= await self._core.commit(lambda txn: _give(txn, bare, network), vital=True)
        return addresses


def _give(txn: Transaction, bare: Sequence[Place], network: str) -> dict[Place, str]:
    found = {}
    for place in bare:
        try:
            found[place] = address_of(txn, *place, network)
        except Refused:
            _log.error("there is no address left in %s for a PC; widen `[tunnels] addresses` for new ones", network)
            break
    return found
