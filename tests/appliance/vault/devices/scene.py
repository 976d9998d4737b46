# SPDX-License-Identifier: Apache-2.0
"""Offices with open seats, PCs that send 確認コード for them, and the desk that decides."""

from dataclasses import dataclass, field, replace
from typing import Any

from appliance.contracts.device import SeatToBind
from appliance.link.envelope import Asserted, Call
from appliance.link.messages import BY_SHAPE, ApproveActivation, RequestCode, RevokeSeats, SentFile, TakenIn
from appliance.model.devices import ActivationRequest, Bond, Ended, Finding, Seat, SeatState
from appliance.model.things import Office
from appliance.model.words import Role, Site
from appliance.testing.memory_device import MemoryBinder, memory_evidence
from appliance.vault.caller import Caller
from appliance.vault.devices.binding import override
from appliance.vault.devices.opening import open_seat
from appliance.vault.devices.requesting import take_in
from appliance.vault.records.device_tables import activation_requests, bonds, seats
from appliance.vault.records.tables import offices
from tests.appliance.vault.world import SOURCE, Person, World


def stranger_at(world: World, site: Site = Site.PUBLIC, actor: str = "") -> Caller:
    """Somebody at the counter, whose contract number and password the caller of take_in() has looked at."""
    call = Call(site, BY_SHAPE[RequestCode], object(), "request", asserted=Asserted(SOURCE))
    return Caller(call, world.core.clock.now(), world.random.bytes(32), actor=actor)


@dataclass
class Scene:
    """A vault with a binder."""

    world: World
    binder: MemoryBinder = field(default_factory=MemoryBinder)
    admins: dict[str, Person] = field(default_factory=dict)
    staff: Person | None = None

    def __post_init__(self) -> None:
        """The binder that the settings name."""
        self.world.plugins.add("device", self.binder, "device_code")

    def set(self, **devices: Any) -> None:
        """Other settings of [devices]."""
        core = self.world.core
        core.settings = replace(core.settings, devices=replace(core.settings.devices, **devices))

    async def office(self, number: int = 1, seats: int = 2) -> Office:
        """An office with an admin and so many open seats."""
        core, id = self.world.core, await self.world.office(number)
        self.admins[id] = await self.world.user(id)
        for one in range(1, seats + 1):
            await self.open(id, one)
        found = await core.read(lambda snapshot: offices.get(snapshot, id))
        assert found is not None
        office = replace(found, seats=seats or 3)
        await core.commit(lambda txn: offices.put(txn, office))
        return office

    async def desk(self) -> Person:
        """Somebody of the desk (窓口), signed in."""
        if self.staff is None:
            self.staff = await (await self.world.staff("desk", Role.FUND_DESK)).sign_in()
        return self.staff

    async def admin(self, office: Office) -> Person:
        """The admin of an office, signed in."""
        return await self.admins[office.id].sign_in()

    async def open(self, office: str, number: int) -> Seat:
        """Open a seat (again)."""
        core, caller = self.world.core, stranger_at(self.world, Site.ADMIN, "admin")
        return await core.commit(lambda txn: open_seat(txn, caller, office, number))

    async def seat(self, office: Office, number: int = 1) -> Seat:
        """A seat as it is."""
        found = await self.world.core.read(lambda snapshot: seats.get(snapshot, office.id, number))
        assert found is not None
        return found

    async def state(self, office: Office, number: int = 1) -> SeatState:
        """Its state."""
        return (await self.seat(office, number)).state

    async def evidence(self, office: Office, number: int = 1, *, kit: str = "", **made: Any) -> bytes:
        """The file that a PC makes with the present kit of a seat."""
        kit = kit or (await self.seat(office, number)).kit
        seat = SeatToBind(office.contract_number, number, kit, self.world.clock.now())
        return memory_evidence(seat, **made)

    async def send(self, office: Office, *contents: bytes) -> list[TakenIn]:
        """Files come in for an office."""
        files = [SentFile(f"確認コード({number}).txt", content) for number, content in enumerate(contents)]
        return list(await take_in(self.world.core, stranger_at(self.world), office, files))

    async def ask(self, office: Office, number: int = 1, **made: Any) -> TakenIn:
        """The PC of a seat sends what it made."""
        [taken] = await self.send(office, await self.evidence(office, number, **made))
        return taken

    async def request(self, office: Office, number: int = 1) -> ActivationRequest:
        """What waits for a seat."""
        id = (await self.seat(office, number)).request
        found = await self.world.core.read(lambda snapshot: activation_requests.get(snapshot, id))
        assert found is not None
        return found

    async def waiting(self, office: str) -> str:
        """Open the first seat of an office for a PC that asks for it; the id of its request, which waits."""
        found = await self.world.core.read(lambda snapshot: offices.get(snapshot, office))
        assert found is not None
        await self.open(office, 1)
        await self.ask(found)
        return (await self.request(found)).id

    async def requests(self, office: Office) -> list[ActivationRequest]:
        """All requests of an office, the latest first."""
        return await self.world.core.read(
            lambda snapshot: activation_requests.scan(snapshot, "office", (office.id,))
        )

    async def bonds(self, office: Office) -> list[Bond]:
        """All bonds of an office, the latest first."""
        return await self.world.core.read(lambda snapshot: bonds.scan(snapshot, "office", (office.id,)))

    async def activated(self, office: Office, number: int = 1, **made: Any) -> Bond:
        """A PC that was clean, and approved by itself; the bond that it got."""
        before = self.world.core.settings.devices.auto_approve
        self.set(auto_approve=True)
        taken = await self.ask(office, number, **made)
        self.set(auto_approve=before)
        assert taken.taken == "active", taken
        seat = await self.seat(office, number)
        return next(bond for bond in await self.bonds(office) if bond.id == seat.bond)

    async def approve(self, office: Office, number: int = 1, **how: Any) -> None:
        """The desk lets in what waits, having seen everything."""
        desk = await self.desk()
        request = await self.request(office, number)
        await desk.ask(ApproveActivation(request.id, tuple(Finding), **how))

    async def revoke(self, office: Office, why: Ended, number: int = 1) -> None:
        """The fund ends a seat."""
        await self.world.admin(RevokeSeats(office.contract_number, why, "届け出による", (number,)))

    async def override(self, office: Office, number: int = 1) -> None:
        """Its PC is set up as another office's."""
        [bond] = [one for one in await self.bonds(office) if one.seat == number and not one.ended_at]
        await self.world.core.commit(lambda txn: override(txn, stranger_at(self.world), [bond]))
