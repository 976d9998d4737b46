# SPDX-License-Identifier: Apache-2.0
"""The sender while the server is away, after crashes, woken by the bell and held back by the rate."""

from collections.abc import Iterator
from typing import Any

import pytest

from appliance.contracts.notifier import Delivery, Outcome, OutLetter
from appliance.contracts.records import StoreError
from appliance.link.refusals import Refused
from appliance.model.time import MINUTE, SECOND
from appliance.model.words import MailOutcome
from appliance.vault.letters import LetterKind, sending
from tests.appliance.vault.letters.post_office import (
    TO,
    Hanging,
    Heard,
    PostOffice,
    at_work,
    numbered,
)
from tests.appliance.vault.world import World

# --- away ---------------------------------------------------------------------------------------------------------


async def test_while_the_server_is_away_no_letter_loses_a_try(post: PostOffice) -> None:
    post.set(at_once=2)
    post.mail.away = "connection refused"
    for number in range(20):
        await post.write(LetterKind.NOTICE_DELIVERED, numbered(number))
    await post.send()
    assert len(post.mail.tried) <= 2
    assert {row.tries for row in await post.rows()} == {0}
    assert (await post.state()).said == "connection refused"
    for _ in range(60):
        await post.send_after(MINUTE)
    assert {row.tries for row in await post.rows()} == {0}
    post.mail.away = ""
    assert len(await post.send_after(MINUTE)) == 20


async def test_a_server_that_is_away_is_asked_less_and_less_often(post: PostOffice) -> None:
    post.set(at_once=1)
    post.mail.away = "connection refused"
    await post.write(LetterKind.NOTICE_DELIVERED)
    asked = []
    for second in range(200):
        before = len(post.mail.tried)
        await post.send_after(SECOND if second else 0)
        if len(post.mail.tried) > before:
            asked.append(second)
    assert asked[:6] == [0, 1, 3, 7, 15, 31]
    assert asked[-1] - asked[-2] == 60
    assert post.world.core.post.away_since is not None
    post.mail.away = ""
    await post.send_after(MINUTE)
    assert post.world.core.post.away_since is None


# --- crashes ------------------------------------------------------------------------------------------------------


async def test_a_letter_that_was_sent_is_not_sent_again_while_the_store_is_broken(post: PostOffice) -> None:
    await post.write_code()

    async def break_store(letter: OutLetter) -> Delivery:
        post.world.store.fail_next(StoreError("broken"))
        return Delivery(Outcome.SENT, "taken")

    post.mail.answers[TO] = break_store
    with pytest.raises(ExceptionGroup) as caught:
        await post.send()
    assert caught.group_contains(Refused)
    assert len(await post.rows()) == 1
    await post.send()
    assert len(post.mail.tried) == 1
    assert (await post.rows(), (await post.state()).outcome) == ([], MailOutcome.SENT)


async def test_after_a_crash_the_repeat_is_the_same_letter(post: PostOffice) -> None:
    await post.write_code()

    async def crash(letter: OutLetter) -> Delivery:
        post.world.store.fail_next(StoreError("the process ends here"))
        return Delivery(Outcome.SENT, "taken")

    post.mail.answers[TO] = crash
    with pytest.raises(ExceptionGroup):
        await post.send()
    post.mail.answers.clear()
    post.sender = post.new_sender()
    await post.send()
    first, second = post.mail.tried
    assert first == second


async def test_a_sender_that_is_stopped_and_started_goes_on(post: PostOffice) -> None:
    post.set(at_once=1)
    hanging = Hanging()
    post.mail.answers[TO] = hanging
    for number in range(3):
        await post.write(LetterKind.NOTICE_DELIVERED, numbered(number))
    for _ in range(3):
        async with at_work(post.sender):
            hanging.somebody.clear()
            await hanging.somebody.wait()
    post.mail.answers.clear()
    assert len(await post.send()) == 3


async def test_a_full_store_keeps_no_letter_back(post: PostOffice) -> None:
    await post.write_code()
    post.world.core.room.records = 1.0
    assert len(await post.send()) == 1
    assert await post.rows() == []


# --- waking and pacing --------------------------------------------------------------------------------------------


@pytest.fixture
def never_polls(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only the bell wakes."""
    monkeypatch.setattr(sending, "POLL_SECONDS", 1_000_000.0)
    yield


@pytest.mark.usefixtures("never_polls")
async def test_a_commit_wakes_the_sender(post: PostOffice) -> None:
    heard = Heard()
    post.mail.answers[TO] = heard
    async with at_work(post.sender):
        for number in range(20):
            await post.write_code(numbered(number))
            await post.write(LetterKind.NOTICE_DELIVERED, numbered(number))
            for _ in range(2):
                await heard.letters.get()


async def test_without_a_bell_it_looks_by_itself(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due because time has passed rings no bell."""
    monkeypatch.setattr(sending, "POLL_SECONDS", 0.01)
    post.mail.refuse(TO, Outcome.LATER, "450")
    await post.write_code()
    await post.send()
    post.mail.answers[TO] = heard = Heard()
    async with at_work(post.new_sender()):
        post.world.clock.move(6 * MINUTE)
        await heard.letters.get()


async def test_the_rate_holds_for_ordinary_letters_and_spares_urgent_ones(post: PostOffice, world: World) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        world.clock.move(round(seconds * SECOND))

    post.set(per_minute=60)
    post.sender = post.new_sender(sleep=sleep)
    for number in range(4):
        await post.write(LetterKind.NOTICE_DELIVERED, numbered(number))
    await post.write_code()
    await post.send()
    assert len(post.mail.taken) == 5
    assert waited == [1.0] * 4


def test_the_settings_reach_the_sender(post: PostOffice) -> None:
    post.set(at_once=3)
    lanes: dict[bool, Any] = post.sender._lanes
    assert {lane._value for lane in lanes.values()} == {3}
