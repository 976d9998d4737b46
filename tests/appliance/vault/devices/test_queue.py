# SPDX-License-Identifier: Apache-2.0
"""The queue of the desk: the oldest first, late ones marked, pages, and what became of the rest (A6, SC19)."""

from appliance.link import messages as m
from appliance.model.devices import Finding, RequestState
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.model.time import DAY
from appliance.vault.devices.queue import late, waiting
from tests.appliance.vault.devices.scene import Scene


async def some(scene: Scene, count: int = 3) -> list[Office]:
    """Offices whose first seats wait, a second apart."""
    offices = [await scene.office(number + 1, seats=1) for number in range(count)]
    for number, office in enumerate(offices):
        scene.world.clock.move(1_000)
        await scene.ask(office, pc=f"pc-{number}", key=f"key-{number}")
    return offices


async def test_the_oldest_comes_first(scene: Scene) -> None:
    offices = await some(scene)
    page = await (await scene.desk()).ask(m.ListActivations())
    assert [row.office for row in page.rows] == [office.id for office in offices]
    assert (page.waiting, page.late, page.next) == (3, 0, "")
    row = page.rows[0]
    assert (row.office_name, row.contract_number, row.seat) == ("事業所1", "123456-0000001", 1)
    assert (row.promised_on, row.is_late, row.state) == ("2026-06-11", False, RequestState.WAITING)
    assert row.short_code and row.findings == () and row.decided_at == 0
    [entry] = await scene.world.journal(Kind.ACTIVATION_LIST_READ)
    assert entry.reason == "waiting"


async def test_pages_follow_one_another(scene: Scene) -> None:
    offices, desk = await some(scene, 5), await scene.desk()
    seen, after = [], ""
    for _ in range(3):
        page = await desk.ask(m.ListActivations(after=after, limit=2))
        seen += [row.office for row in page.rows]
        after = page.next
    assert seen == [office.id for office in offices] and after == ""
    assert (await desk.ask(m.ListActivations(after="nonsense"))).rows, "the first page"


async def test_what_was_promised_and_not_kept_is_late(scene: Scene) -> None:
    await some(scene, 2)
    core = scene.world.core
    for days, expected in ((1, 0), (1, 0), (1, 2)):
        scene.world.clock.move(days * DAY)
        assert await core.read(lambda snapshot: late(snapshot, scene.world.clock.now())) == expected
    page = await (await scene.desk()).ask(m.ListActivations())
    assert page.late == 2 and all(row.is_late for row in page.rows)


async def test_what_was_decided_is_no_more_in_the_queue(scene: Scene) -> None:
    one, other, third = await some(scene)
    desk = await scene.desk()
    await scene.approve(one)
    scene.world.clock.move(1_000)
    await desk.ask(m.RefuseActivation((await scene.request(other)).id, "理由"))
    page = await desk.ask(m.ListActivations())
    assert [row.office for row in page.rows] == [third.id]
    assert await scene.world.core.read(waiting) == 1
    page = await desk.ask(m.ListActivations(decided=True))
    assert [(row.office, row.state, row.decided_by) for row in page.rows] == [
        (other.id, RequestState.REFUSED, "基金desk"),
        (one.id, RequestState.APPROVED, "基金desk"),
    ]
    assert page.rows[0].reason == "理由"


async def test_what_has_to_be_spoken_about_waits_with_the_others(scene: Scene, sakura: Office) -> None:
    other = await scene.office(2)
    await scene.send(sakura, await scene.evidence(other))
    [row] = (await (await scene.desk()).ask(m.ListActivations())).rows
    assert (row.state, row.findings, row.contract_number) == (
        RequestState.CONTACT,
        (Finding.OTHER_CONTRACT,),
        sakura.contract_number,
    )


async def test_one_that_is_read_says_which_pcs_are_the_same(scene: Scene, sakura: Office) -> None:
    other = await scene.office(2)
    bond = await scene.activated(other)
    await scene.ask(sakura)
    row = await (await scene.desk()).ask(m.ReadActivation((await scene.request(sakura)).id))
    [same] = row.same
    assert (same.office, same.office_name, same.seat, same.bound_at) == (other.id, "事業所2", 1, bond.bound_at)
    assert same.is_active
