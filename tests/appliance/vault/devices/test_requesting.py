# SPDX-License-Identifier: Apache-2.0
"""A 確認コード comes in: what is taken, what waits, what is let in by itself (R64, R65, R75, A6, A36, A39, T22)."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from appliance.contracts.device import MAX_EVIDENCE, BinderAway, Evidence, Recognised, Unusable
from appliance.link.messages import Taken
from appliance.model.devices import Bond, Claim, Ended, Finding, Hint, RequestState, SeatState
from appliance.model.journal import Kind, Result
from appliance.model.things import Office
from appliance.model.time import JST, instant
from appliance.testing.clock import FakeClock
from appliance.testing.memory_device import MemoryBinder
from appliance.vault.letters import LetterKind
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.world import World, opened


async def test_it_waits_for_the_desk_with_a_promised_day(scene: Scene, sakura: Office) -> None:
    taken = await scene.ask(sakura)
    seat, request = await scene.seat(sakura), await scene.request(sakura)
    assert (taken.taken, taken.seat, taken.promised_on) == (Taken.WAITING, 1, "2026-06-11")
    assert taken.short_code == request.claim.short_code != ""
    assert taken.file_name == request.file_name == "確認コード(0).txt"
    assert (seat.state, seat.promised_on, seat.bond) == (SeatState.REQUESTED, "2026-06-11", "")
    assert (request.state, request.findings, request.office) == (RequestState.WAITING, (), sakura.id)
    [entry] = await scene.world.journal(Kind.ACTIVATION_ASKED)
    assert (entry.result, entry.office, entry.thing, entry.reason) == (Result.DONE, sakura.id, request.id, "seat 1")
    assert (entry.personal["file_name"], entry.sha256) == ("確認コード(0).txt", request.sha256.hex())


@pytest.mark.parametrize(("days", "promised"), [(1, "2026-01-05"), (2, "2026-01-06")])
async def test_the_answer_is_promised_by_business_days(tmp_path: Path, days: int, promised: str) -> None:
    """T22."""
    friday = FakeClock(instant(dt.datetime(2025, 12, 26, 15, tzinfo=JST)))
    async with opened(World.new(tmp_path / "shreds", friday)) as world:
        scene = Scene(world)
        scene.set(answer_days=days)
        assert (await scene.ask(await scene.office())).promised_on == promised


async def test_the_same_file_again_changes_nothing(scene: Scene, sakura: Office) -> None:
    content = await scene.evidence(sakura)
    first, again = await scene.send(sakura, content, content)
    before = await scene.world.rows()
    [later] = await scene.send(sakura, content)
    assert first.taken == again.taken == later.taken == Taken.WAITING
    assert later.promised_on == first.promised_on and later.short_code == first.short_code
    assert await scene.world.rows() == before
    assert len(await scene.requests(sakura)) == len(await scene.world.journal(Kind.ACTIVATION_ASKED)) == 1


async def test_one_file_sent_twice_at_once_is_one_request(scene: Scene, sakura: Office) -> None:
    content = await scene.evidence(sakura)
    both = await asyncio.gather(*(scene.send(sakura, content) for _ in range(4)))
    assert {one[0].taken for one in both} == {Taken.WAITING}
    assert len(await scene.requests(sakura)) == 1


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda content: b"", Unusable.NOT_ONE),
        (lambda content: "こんにちは".encode("cp932"), Unusable.NOT_ONE),
        (lambda content: content[:-3], Unusable.CUT),
        (lambda content: content.replace(b'"seat": 1', b'"seat": 2'), Unusable.EDITED),
        (lambda content: content + b" " * MAX_EVIDENCE, Unusable.TOO_LONG),
    ],
)
async def test_what_is_none_is_refused_by_its_fault(
    scene: Scene, sakura: Office, spoil: object, why: Unusable
) -> None:
    assert callable(spoil)
    [taken] = await scene.send(sakura, spoil(await scene.evidence(sakura)))
    assert (taken.taken, taken.why, taken.seat) == (Taken.UNUSABLE, why, 0)
    assert await scene.state(sakura) is SeatState.READY and not await scene.requests(sakura)
    [entry] = await scene.world.journal(Kind.ACTIVATION_ASKED)
    assert (entry.result, entry.reason) == (Result.REFUSED, f"unusable: {why}")


async def test_each_file_has_an_outcome_of_its_own(scene: Scene, sakura: Office) -> None:
    good = await scene.evidence(sakura, 2)
    found = await scene.send(sakura, b"nonsense", good, b"nonsense")
    assert [one.taken for one in found] == [Taken.UNUSABLE, Taken.WAITING, Taken.UNUSABLE]
    assert [one.file_name for one in found] == [f"確認コード({number}).txt" for number in range(3)]
    assert len({entry.salt for entry in await scene.world.journal(Kind.ACTIVATION_ASKED)}) == 3


async def test_a_code_of_another_contract_tells_nothing_and_waits_for_a_talk(scene: Scene, sakura: Office) -> None:
    other = await scene.office(2)
    [taken] = await scene.send(sakura, await scene.evidence(other))
    assert (taken.taken, taken.seat, taken.short_code, taken.promised_on) == (Taken.CONTACT, 0, "", "")
    assert await scene.state(sakura) is await scene.state(other) is SeatState.READY
    [request] = await scene.requests(sakura)
    assert (request.state, request.findings) == (RequestState.CONTACT, (Finding.OTHER_CONTRACT,))
    assert not await scene.requests(other)
    [again] = await scene.send(sakura, await scene.evidence(other))
    assert again == taken and len(await scene.requests(sakura)) == 1


@pytest.mark.parametrize("number", [3, 4, 99])
async def test_a_seat_that_the_office_has_not(scene: Scene, sakura: Office, number: int) -> None:
    [taken] = await scene.send(sakura, await scene.evidence(sakura, number, kit="x"))
    assert taken.taken is Taken.CONTACT
    assert (await scene.requests(sakura))[0].findings == (Finding.NO_SEAT,)


async def test_a_seat_that_takes_none_now(scene: Scene, sakura: Office) -> None:
    await scene.activated(sakura, 1)
    content = await scene.evidence(sakura, 1, key="key-2", pc="pc-2")
    await scene.override(sakura, 1)
    [taken] = await scene.send(sakura, content)
    assert (taken.taken, taken.seat) == (Taken.NOT_OPEN, 1)
    assert (await scene.world.journal(Kind.ACTIVATION_ASKED))[-1].reason == "seat 1 is overridden"


async def test_without_the_policy_nothing_clean_is_approved_by_itself(scene: Scene, sakura: Office) -> None:
    assert (await scene.ask(sakura)).taken is Taken.WAITING
    scene.set(auto_approve=True)
    assert (await scene.ask(sakura, 2, pc="pc-2", key="key-2")).taken is Taken.ACTIVE
    seat = await scene.seat(sakura, 2)
    assert (seat.state, seat.activated_at) == (SeatState.ACTIVE, scene.world.clock.now())
    [letter] = await scene.world.letters(scene.admins[sakura.id].account, LetterKind.ACTIVATION_DONE)
    assert letter.fields["seat"] == "2" and "追加" in letter.fields["next"]
    [entry] = await scene.world.journal(Kind.ACTIVATION_APPROVED)
    assert (entry.actor, entry.reason, entry.thing) == ("", "seat 2", seat.bond)


@pytest.mark.parametrize("hint", list(Hint))
async def test_a_hint_is_never_approved_by_itself(scene: Scene, sakura: Office, hint: Hint) -> None:
    scene.set(auto_approve=True)
    assert (await scene.ask(sakura, hints=[hint])).taken is Taken.WAITING
    assert (await scene.request(sakura)).findings == (Finding(hint.value),)


async def test_the_same_pc_at_another_seat_waits(scene: Scene, sakura: Office) -> None:
    bond = await scene.activated(sakura, 1)
    scene.set(auto_approve=True)
    assert (await scene.ask(sakura, 2, key="key-2")).taken is Taken.WAITING
    request = await scene.request(sakura, 2)
    assert (request.findings, request.same) == ((Finding.SAME_PC_SEAT,), (bond.id,))
    assert await scene.state(sakura, 1) is SeatState.ACTIVE


@pytest.mark.parametrize("made", [{"key": "key-2"}, {"pc": "pc-2"}, {"pc": ""}])
async def test_the_same_pc_at_another_office_waits(scene: Scene, sakura: Office, made: dict[str, Any]) -> None:
    """By its fingerprint, or by its key, whatever else it says."""
    other = await scene.office(2)
    await scene.activated(other)
    scene.set(auto_approve=True)
    assert (await scene.ask(sakura, **made)).taken is Taken.WAITING
    assert Finding.SAME_PC_OFFICE in (await scene.request(sakura)).findings
    assert await scene.state(other) is SeatState.ACTIVE


async def test_a_pc_without_traits_waits(scene: Scene, sakura: Office) -> None:
    scene.set(auto_approve=True)
    assert (await scene.ask(sakura, pc="")).taken is Taken.WAITING
    assert (await scene.request(sakura)).findings == (Finding.WORTHLESS,)


async def test_two_at_once_with_one_pc_are_not_both_let_in(scene: Scene, sakura: Office) -> None:
    scene.set(auto_approve=True)
    one, other = await scene.evidence(sakura, 1), await scene.evidence(sakura, 2, key="key-2")
    taken = await asyncio.gather(scene.send(sakura, one), scene.send(sakura, other))
    assert sorted(found[0].taken for found in taken) == [Taken.ACTIVE, Taken.WAITING]


@pytest.mark.parametrize("key", ["key-1", "key-2"])
async def test_the_same_pc_at_its_own_seat_is_let_in_again(scene: Scene, sakura: Office, key: str) -> None:
    """インストール確認 once more, or the kit installed anew (A36)."""
    first = await scene.activated(sakura)
    scene.world.clock.move(1_000)
    assert (await scene.ask(sakura, key=key)).taken is Taken.ACTIVE
    bonds, seat = await scene.bonds(sakura), await scene.seat(sakura)
    assert [bond.ended for bond in bonds] == [None, Ended.REINSTALLED]
    assert bonds[0].id == seat.bond != first.id and seat.activated_at == first.bound_at


async def test_what_the_desk_let_pass_once_does_not_stop_a_reinstallation(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura, hints=[Hint.VIRTUAL_MACHINE])
    await scene.approve(sakura)
    assert (await scene.ask(sakura, key="key-2", hints=[Hint.VIRTUAL_MACHINE])).taken is Taken.ACTIVE
    taken = await scene.ask(sakura, key="key-3", hints=[Hint.VIRTUAL_MACHINE, Hint.OTHER_VPN])
    assert taken.taken is Taken.WAITING
    assert (await scene.request(sakura)).findings == (Finding.OTHER_VPN,)


async def test_one_kit_on_two_pcs(scene: Scene, sakura: Office) -> None:
    """Before the first is approved, and after (R75)."""
    scene.set(auto_approve=True)
    first = await scene.evidence(sakura, hints=[Hint.OTHER_VPN])
    await scene.send(sakura, first)
    assert (await scene.ask(sakura, pc="pc-2", key="key-2")).taken is Taken.WAITING
    assert (await scene.request(sakura)).findings == (Finding.TWO_PCS,)
    assert [one.state for one in await scene.requests(sakura)].count(RequestState.SUPERSEDED) == 1
    assert (await scene.send(sakura, first))[0].taken is Taken.USED
    await scene.approve(sakura)
    assert (await scene.ask(sakura, pc="pc-3", key="key-3")).taken is Taken.WAITING
    assert (await scene.request(sakura)).findings == (Finding.CHANGED,)
    assert (await scene.seat(sakura)).bond, "the PC that holds it goes on meanwhile"


async def test_an_old_kit_is_known(scene: Scene, sakura: Office) -> None:
    scene.set(auto_approve=True)
    old = (await scene.seat(sakura)).kit
    await scene.activated(sakura)
    await scene.revoke(sakura, Ended.REPLACED)
    await scene.open(sakura.id, 1)
    assert (await scene.ask(sakura, kit=old, key="key-2", pc="pc-2")).taken is Taken.WAITING
    assert (await scene.request(sakura)).findings == (Finding.OLD_KIT,)


async def test_a_code_that_was_used_is_not_taken_again(scene: Scene, sakura: Office) -> None:
    content = await scene.evidence(sakura)
    scene.set(auto_approve=True)
    assert [(await scene.send(sakura, content))[0].taken for _ in range(2)] == [Taken.ACTIVE, Taken.ACTIVE]
    await scene.revoke(sakura, Ended.LOST)
    await scene.open(sakura.id, 1)
    assert (await scene.send(sakura, content))[0].taken is Taken.USED
    assert await scene.state(sakura) is SeatState.READY


async def test_the_key_of_a_lost_pc_is_known_wherever_it_comes_back(scene: Scene, sakura: Office) -> None:
    await scene.activated(sakura)
    await scene.revoke(sakura, Ended.LOST)
    scene.set(auto_approve=True)
    assert (await scene.ask(sakura, 2, pc="pc-2")).taken is Taken.WAITING
    assert (await scene.request(sakura, 2)).findings == (Finding.REPORTED_LOST,)


class Odd(MemoryBinder):
    """A binder that fails in one of its methods."""

    async def recognise(self, claim: Claim, bonds: Sequence[Bond]) -> Recognised:
        """Not to be counted on."""
        raise BinderAway("gone")

    async def examine(self, evidence: Evidence) -> Claim:
        """As ever."""
        return await MemoryBinder().examine(evidence)


@pytest.mark.parametrize("binder", [None, MemoryBinder(), Odd()])
async def test_while_nobody_can_look_at_it_nothing_is_said_of_it(
    scene: Scene, sakura: Office, binder: MemoryBinder | None
) -> None:
    scene.world.plugins.given["device"] = []
    if binder is not None:
        binder.away = "gone"
        scene.world.plugins.add("device", binder, "device_code")
    content = await scene.evidence(sakura)
    [taken] = await scene.send(sakura, content)
    assert (taken.taken, taken.why) == (Taken.AWAY, "")
    assert await scene.state(sakura) is SeatState.READY
    scene.world.plugins.given["device"] = []
    scene.world.plugins.add("device", MemoryBinder(), "device_code")
    assert (await scene.send(sakura, content))[0].taken is Taken.WAITING
