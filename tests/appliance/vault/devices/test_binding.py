# SPDX-License-Identifier: Apache-2.0
"""Whatever offices, PCs and the desk do, in any order: a seat has one PC at most, and it is the right one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from appliance.link import messages as m
from appliance.link.refusals import Refused
from appliance.model.devices import Ended, Finding, RequestState, SeatState
from appliance.model.things import Office
from appliance.vault.devices.standing import may_connect
from appliance.vault.records.device_tables import seats
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.world import World, opened

ACTS = some.lists(
    some.tuples(
        some.sampled_from(["ask", "approve", "approve_alone", "refuse", "revoke", "open", "give_auto"]),
        some.integers(0, 1),
        some.integers(1, 2),
        some.integers(1, 3),
    ),
    min_size=1,
    max_size=14,
)


async def act(scene: Scene, office: Office, what: str, number: int, pc: int) -> None:
    """One of them; what is not possible is refused."""
    desk = await scene.desk()
    if what in ("ask", "give_auto"):
        scene.set(auto_approve=what == "give_auto")
        await scene.ask(office, number, pc=f"pc-{pc}", key=f"key-{pc}-{office.number}")
    elif what in ("approve", "approve_alone", "refuse"):
        id = (await scene.seat(office, number)).request or "none"
        message = m.RefuseActivation(id, "理由") if what == "refuse" else m.ApproveActivation(id, tuple(Finding))
        if what == "approve":
            message = m.ApproveActivation(id, tuple(Finding), end_others=True)
        await desk.ask(message)
    elif what == "revoke":
        await desk.ask(m.RevokeSeat(office.id, number, Ended.LOST, "理由"))
    else:
        await desk.ask(m.OpenSeat(office.id, number))


async def check(scene: Scene, offices: list[Office]) -> None:
    """The invariants."""
    for office in offices:
        bonds = await scene.bonds(office)
        for number in (1, 2):
            seat = await scene.seat(office, number)
            held = [bond for bond in bonds if bond.seat == number and not bond.ended_at]
            standing = await scene.world.core.read(
                lambda snapshot, office=office, number=number: may_connect(snapshot, office.id, number)  # type: ignore[misc]
            )
            assert [bond.id for bond in held] == ([seat.bond] if seat.bond else [])
            assert standing == (held[0] if held else None)
            if seat.state is SeatState.ACTIVE:
                assert seat.bond
        waiting = [one for one in await scene.requests(office) if one.state is RequestState.WAITING]
        present = {(await scene.seat(office, number)).request for number in (1, 2)} - {""}
        assert {one.id for one in waiting} == present
        own = [bond.claim.fingerprint["machine"] for bond in bonds if not bond.ended_at]
        assert len(own) == len(set(own)), "one PC holds one seat of an office"


@given(ACTS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.filterwarnings("ignore::pytest.PytestWarning")
async def test_a_seat_has_one_pc(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int, int, int]]
) -> None:
    async with opened(World.new(tmp_path_factory.mktemp("vault") / "shreds")) as world:
        scene = Scene(world)
        offices = [await scene.office(1), await scene.office(2)]
        for what, whose, number, pc in acts:
            scene.world.clock.move(1_000)
            try:
                await act(scene, offices[whose], what, number, pc)
            except Refused:
                continue
            finally:
                await check(scene, offices)
        assert await world.core.read(lambda snapshot: len(seats.walk(snapshot))) == 4
