# SPDX-License-Identifier: Apache-2.0
"""What is sent twice gets one answer."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from appliance.link.refusals import Refused, Why
from appliance.web import repeats
from appliance.web.repeats import Repeats
from appliance.web.vault_side import Answered
from tests.appliance.web.whole import Answered as Answer

FOREVER = 3600.0


@dataclass
class Vault:
    """Answers when it is let, and counts."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    refusal: Refused | None = None

    async def go_on(self) -> None:
        """Let it."""
        self.let.set()

    async def ask(self) -> Answered:
        """A new answer each time."""
        self.asked += 1
        number = self.asked
        await self.let.wait()
        if self.refusal is not None:
            raise self.refusal
        return Answer(number, None, 0, False)


def _once(kept: Repeats, vault: Vault, *sent: str, seconds: float = FOREVER) -> Any:
    return kept.once(sent, vault.ask, lambda answered: seconds)


async def test_the_second_waits_for_the_first_and_gets_its_answer() -> None:
    kept, vault = Repeats(), Vault()
    async with asyncio.TaskGroup() as group:
        both = [group.create_task(_once(kept, vault, "a", "b")) for _ in range(5)]
        await asyncio.sleep(0)
        vault.let.set()
    assert vault.asked == 1 and {task.result().reply for task in both} == {1}
    assert (await _once(kept, vault, "a", "b")).reply == 1


async def test_another_form_is_another_question() -> None:
    kept, vault = Repeats(), Vault()
    vault.let.set()
    sent = [("a", "b"), ("ab", ""), ("", "ab"), ("a", "b", ""), ("a", "\ud800"), ()]
    assert [(await _once(kept, vault, *one)).reply for one in sent] == [1, 2, 3, 4, 5, 6]


async def test_a_refusal_is_shared_with_who_waits_and_then_forgotten() -> None:
    kept, vault = Repeats(), Vault(refusal=Refused(Why.WRONG_SECRET))
    waiting = (_once(kept, vault, "a") for _ in range(3))
    *found, _ = await asyncio.gather(*waiting, vault.go_on(), return_exceptions=True)
    assert vault.asked == 1 and [type(one) for one in found] == [Refused] * 3
    with pytest.raises(Refused):
        await _once(kept, vault, "a")
    assert vault.asked == 2


async def test_who_gives_up_leaves_the_asking_to_who_waits() -> None:
    kept, vault = Repeats(), Vault()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(_once(kept, vault, "a"))
        await asyncio.sleep(0)
        second = group.create_task(_once(kept, vault, "a"))
        await asyncio.sleep(0)
        first.cancel()
        vault.let.set()
    assert first.cancelled() and second.result().reply == 2


async def test_who_waits_and_gives_up_disturbs_nobody() -> None:
    kept, vault = Repeats(), Vault()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(_once(kept, vault, "a"))
        await asyncio.sleep(0)
        second = group.create_task(_once(kept, vault, "a"))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(0)
        vault.let.set()
    assert second.cancelled() and first.result().reply == 1


async def test_a_fault_of_ours_is_kept_from_nobody() -> None:
    kept = Repeats()

    async def broken() -> Answered:
        raise RuntimeError("broken")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            await kept.once(("a",), broken, lambda answered: FOREVER)


async def test_an_answer_is_forgotten_after_its_time() -> None:
    kept, vault = Repeats(), Vault()
    vault.let.set()
    await _once(kept, vault, "a", seconds=0)
    later = asyncio.Event()
    asyncio.get_running_loop().call_later(0, later.set)  # timers ring in their order
    await later.wait()
    assert (await _once(kept, vault, "a")).reply == 2


async def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MAX_KEPT", 2)
    kept, vault = Repeats(), Vault()
    vault.let.set()
    for name in ("a", "b", "c", "c"):
        await _once(kept, vault, name)
    assert vault.asked == 4 and (await _once(kept, vault, "a")).reply == 1


async def test_nothing_that_was_typed_is_shown_in_logs() -> None:
    kept, vault = Repeats(), Vault()
    vault.let.set()
    await _once(kept, vault, "secret")
    assert repr(kept) == "Repeats()"
