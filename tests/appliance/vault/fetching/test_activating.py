# SPDX-License-Identifier: Apache-2.0
"""確認コード come up with a ticket: what becomes of each, and that nothing of others is told."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import SeatState
from appliance.model.time import HOUR
from appliance.model.words import Role
from appliance.vault.issuing.sealed import letters_of
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.fetching.letters import Holder, holder_of

COMMAND = "c" * 20


def sending(*contents: bytes, command: str = COMMAND) -> m.SendCodes:
    return m.SendCodes(tuple(m.SentFile(f"確認コード({n}).txt", one) for n, one in enumerate(contents)), command)


async def test_a_clean_one_waits_for_the_fund_with_a_promised_day(inside: Holder, scene: Scene) -> None:
    sent: m.CodesSent = await inside.ask(sending(await scene.evidence(inside.office)))
    [outcome] = sent.outcomes
    assert (outcome.file_name, outcome.taken, outcome.seat) == ("確認コード(0).txt", m.Taken.WAITING, 1)
    assert outcome.short_code and outcome.promised_on == "2026-06-11"
    counter: m.Counter = await inside.ask(m.ReadCounter())
    assert (counter.seats[0].state, counter.seats[0].promised_on) == (SeatState.REQUESTED, "2026-06-11")


async def test_where_the_fund_has_switched_it_on_it_is_active_at_once(inside: Holder, scene: Scene) -> None:
    scene.set(auto_approve=True)
    sent: m.CodesSent = await inside.ask(sending(await scene.evidence(inside.office, 2)))
    assert sent.outcomes[0].taken is m.Taken.ACTIVE
    assert await scene.state(inside.office, 2) is SeatState.ACTIVE


async def test_each_file_has_its_own_outcome(inside: Holder, scene: Scene) -> None:
    good = await scene.evidence(inside.office)
    edited = good.replace(b"pc-1", b"pc-2")
    sent: m.CodesSent = await inside.ask(sending(b"nonsense", edited, good[:-4], good, b""))
    assert [(one.taken, one.why) for one in sent.outcomes] == [
        (m.Taken.UNUSABLE, "not_one"),
        (m.Taken.UNUSABLE, "edited"),
        (m.Taken.UNUSABLE, "cut"),
        (m.Taken.WAITING, ""),
        (m.Taken.UNUSABLE, "not_one"),
    ]


async def test_the_code_of_another_contract_tells_nothing_of_it(inside: Holder, scene: Scene) -> None:
    other = await holder_of(inside.world, number=2, login="Suzuki02")
    sent: m.CodesSent = await inside.ask(sending(await scene.evidence(other.office)))
    assert sent.outcomes[0] == m.TakenIn("確認コード(0).txt", m.Taken.CONTACT)
    assert await scene.state(other.office) is SeatState.READY
    assert await scene.state(inside.office) is SeatState.READY


async def test_the_same_twice_is_done_once(inside: Holder, scene: Scene) -> None:
    evidence = await scene.evidence(inside.office)
    first, again = await inside.ask(sending(evidence)), await inside.ask(sending(evidence))
    other = await inside.ask(sending(evidence, command="d" * 20))
    assert first == again == other
    assert len(await scene.requests(inside.office)) == 1


async def test_a_lot_and_nothing_are_refused(inside: Holder) -> None:
    assert (await inside.refused(Why.INVALID, sending())).text == "activate.none"
    many = await inside.refused(Why.TOO_LARGE, sending(*[b"x"] * (m.MOST_CODES + 1)))
    assert (many.text, many.values) == ("activate.too_many", {"most": "6"})


async def test_a_flood_of_codes_is_stopped_before_anybody_has_to_look_at_it(inside: Holder, scene: Scene) -> None:
    other = await holder_of(inside.world, number=2, login="Suzuki02")
    for number in range(30):
        foreign = await scene.evidence(other.office, key=f"key-{number}")
        await inside.ask(sending(foreign, command=f"command-{number:012}"))
    good = sending(await scene.evidence(inside.office), command="d" * 20)
    assert (await inside.refused(Why.CONFLICT, good)).text == "activate.too_often"
    inside.world.clock.move(HOUR)
    await inside.open()
    sent: m.CodesSent = await inside.ask(good)
    assert sent.outcomes[0].taken is m.Taken.WAITING


@pytest.mark.parametrize("size", [64 * 1024 + 1, 500_000])
async def test_an_oversized_one_is_no_code(inside: Holder, size: int) -> None:
    sent: m.CodesSent = await inside.ask(sending(b"x" * size))
    assert (sent.outcomes[0].taken, sent.outcomes[0].why) == (m.Taken.UNUSABLE, "too_long")


async def test_while_nobody_can_look_at_it_nothing_is_lost(inside: Holder, scene: Scene) -> None:
    evidence = await scene.evidence(inside.office)
    scene.binder.away = "restarting"
    away: m.CodesSent = await inside.ask(sending(evidence))
    assert away.outcomes[0].taken is m.Taken.AWAY
    scene.binder.away = ""
    later: m.CodesSent = await inside.ask(sending(evidence, command="d" * 20))
    assert later.outcomes[0].taken is m.Taken.WAITING


async def test_what_a_thief_has_sent_counts_no_more_once_there_is_another_letter(
    inside: Holder, scene: Scene
) -> None:
    for number in range(5):
        await inside.ask(sending(*[b"nonsense"] * 6, command=f"command-{number:012}"))
    good = sending(await scene.evidence(inside.office), command="d" * 20)
    assert (await inside.refused(Why.CONFLICT, good)).text == "activate.too_often"
    clerk = await (await inside.world.staff("clerk01", Role.FUND_CLERK)).sign_in()
    await clerk.ask(m.ReissueLetter(inside.office.id, True, False, "盗難"))
    letters = await inside.world.core.read(lambda snapshot: letters_of(snapshot, inside.office.id))
    inside.key = letters[0].download_key
    sent: m.CodesSent = await (await inside.open()).ask(good)
    assert sent.outcomes[0].taken is m.Taken.WAITING
