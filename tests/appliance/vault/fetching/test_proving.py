# SPDX-License-Identifier: Apache-2.0
"""A contract number and a download password, right and wrong, and what is said of each."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.time import HOUR, MINUTE, in_japan
from appliance.model.words import LockState, Site
from appliance.vault.issuing.download_keys import give_download_key
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import accounts, admin_of
from tests.appliance.vault.fetching.letters import WRONG_KEY, Holder, holder_of, refusal
from tests.appliance.vault.world import World

NOBODY = "123456-0099999"
Said = tuple[Why, str, dict[str, str]]


async def said(holder: Holder, password: str = "", number: str = "", source: str = "192.0.2.1") -> Said:
    refused = await holder.wrong(password, number=number, source=source)
    return refused.why, refused.text, dict(refused.values)


def until_midnight(holder: Holder) -> int:
    """Milliseconds to the first instant of the next month in Japan."""
    now = in_japan(holder.world.clock.now())
    first = (now.replace(day=1) + dt.timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int((first - now).total_seconds() * 1000)


@pytest.mark.parametrize(
    "change",
    [
        lambda number, password: (number.replace("-", "－"), password),
        lambda number, password: (number.replace("-", "‐"), password),
        lambda number, password: (f"{number} ", f" {password[:6]} {password[6:]}　"),
        lambda number, password: (
            "".join(chr(ord(one) + 0xFEE0) for one in number),
            "".join(chr(ord(one) + 0xFEE0) for one in password),
        ),
    ],
)
async def test_what_people_type_is_understood(holder: Holder, change: object) -> None:
    number, password = change(holder.office.contract_number, holder.month + holder.key)  # type: ignore[operator]
    assert (await holder.world.ask(Site.PUBLIC, m.OpenCounter(number, password))).token


async def test_the_month_turns_with_the_second_in_japan(holder: Holder) -> None:
    world, before = holder.world, holder.month
    world.clock.move(until_midnight(holder) - 1000)
    assert in_japan(world.clock.now()).strftime("%H:%M:%S") == "23:59:59" and holder.month == before
    assert (await said(holder, f"{next_month(holder)}{holder.key}"))[1] == "counter.next_month"
    await holder.open()
    world.clock.move(1000)
    assert holder.month != before
    why, text, values = await said(holder, before + holder.key)
    assert (why, text, values["left"]) == (Why.WRONG_SECRET, "counter.last_month", "5")
    await holder.open()


def next_month(holder: Holder) -> str:
    first = dt.datetime.strptime(holder.month, "%Y%m").replace(tzinfo=dt.UTC)
    return f"{first + dt.timedelta(days=32):%Y%m}"


@pytest.mark.parametrize("month", ["199901", "ABCDEF", "202613"])
async def test_another_month_is_named_only_to_who_has_the_key(holder: Holder, month: str) -> None:
    assert (await said(holder, month + holder.key))[1] == "counter.other_month"
    assert (await said(holder, month + WRONG_KEY))[1] == "counter.wrong"


@pytest.mark.parametrize(
    ("password", "length"), [("202606abcdefg", 13), ("202606abcdefghi", 15), ("", 0), ("x" * 5000, 64)]
)
async def test_a_password_of_another_length_is_named_before_anything_is_looked_up(
    holder: Holder, password: str, length: int
) -> None:
    for number in (holder.office.contract_number, NOBODY):
        refused = await refusal(holder.world, m.OpenCounter(number, password))
        assert (refused.why, refused.text) == (Why.INVALID, "counter.length")
        assert refused.values == {"field": "password", "length": "14"}
    assert (await holder.lock()).failures == 0


@pytest.mark.parametrize("number", ["9162370000021", "916237", "", "x" * 5000, "123456-00000010000"])
async def test_a_number_without_its_form_is_named_before_anything_is_looked_up(world: World, number: str) -> None:
    refused = await refusal(world, m.OpenCounter(number, "202606abcdefgh"))
    assert (refused.why, refused.text, refused.values["field"]) == (
        Why.INVALID,
        "counter.number",
        "contract_number",
    )
    assert len(world.core.unknowns.locks) == 0


async def test_six_wrong_ones_lock_for_an_hour_and_three_locks_block(holder: Holder) -> None:
    world = holder.world
    for lock in range(3):
        left = [(await said(holder))[2].get("left") for _ in range(5)]
        assert left == ["5", "4", "3", "2", "1"]
        why, text, _ = await said(holder)
        assert (why, text) == (Why.LOCKED, "counter.blocked" if lock == 2 else "counter.locked")
        assert (await said(holder, holder.month + holder.key))[0] is Why.LOCKED, "also the right one"
        world.clock.move(HOUR - 1)
        assert (await said(holder, holder.month + holder.key))[0] is Why.LOCKED
        world.clock.move(1)
    world.clock.move(100 * HOUR)
    assert (await said(holder, holder.month + holder.key))[1] == "counter.blocked"
    assert (await holder.lock()).state is LockState.BLOCKED


async def test_a_right_one_gives_everything_back(holder: Holder) -> None:
    for _ in range(6):
        await said(holder)
    holder.world.clock.move(HOUR)
    await holder.open()
    assert await holder.lock() == replace(await holder.lock(), failures=0, locks=0, locked_until=0)


# w: a wrong key; s: one with a sign that no key has; o: a wrong key with last month; h: an hour later.
@pytest.mark.parametrize("script", ["wwwwwww", "wsowws", "wwwwwwhwwwwwwhwwwwwwhw", "sssssshss", "oooooohw"])
async def test_a_number_that_nobody_has_is_answered_alike(holder: Holder, script: str) -> None:
    world = holder.world

    async def told(number: str, first: int) -> list[Said]:
        heard = []
        for count, letter in enumerate(script):
            typed = {"w": holder.month + WRONG_KEY, "s": holder.month + "abcdefg0", "o": f"199901{WRONG_KEY}"}
            if letter == "h":
                world.clock.move(HOUR)
            else:
                heard.append(await said(holder, typed[letter], number, f"198.51.{first}.{count}"))
        return heard

    begun = world.clock.now()
    known = await told(holder.office.contract_number, 1)
    world.clock.move(begun + 24 * HOUR - world.clock.now())
    nobody = await told(NOBODY, 2)
    assert known == nobody


async def test_the_costs_are_alike_too(holder: Holder) -> None:
    world = holder.world
    await said(holder, number=NOBODY)

    async def durable(number: str) -> int:
        before = world.core.writer.tally.batches
        await said(holder, number=number)
        return world.core.writer.tally.batches - before

    assert await durable(holder.office.contract_number) == await durable(NOBODY)
    assert len(world.pauses) >= 3 and all(pause > 0 for pause in world.pauses), "answers come at the beat"


@pytest.mark.parametrize("sign", "0Oo1lI")
async def test_a_sign_that_no_key_has_is_worth_a_hint(holder: Holder, sign: str) -> None:
    assert (await said(holder, f"{holder.month}abcdefg{sign}"))[1] == "counter.unused_signs"


async def test_an_imported_key_has_its_own_length_and_signs_and_nobody_learns_whose_it_is(holder: Holder) -> None:
    world = holder.world
    old = await holder_of(world, number=2, login="Suzuki02", download_key="XdiV10l")
    await old.open()
    for number in (holder.office.contract_number, old.office.contract_number, NOBODY):
        for short in ("XdiV1Ol", "abcdefg0"):
            assert (await said(old, old.month + short, number))[1] == "counter.unused_signs_or_other"
        assert (await said(old, "202606abcdefghi", number))[1] == "counter.length_or_other"


async def test_a_source_may_try_so_often_and_no_oftener(holder: Holder) -> None:
    world = holder.world
    for number in range(30):
        await said(holder, number=f"123456-{number:07}", source="192.0.2.66")
    for password in (holder.month + WRONG_KEY, holder.month + holder.key):
        why, text, values = await said(holder, password, source="192.0.2.66")
        assert (why, text, values) == (Why.NOT_ALLOWED, "counter.too_often", {})
    assert (await holder.lock()).failures <= 1
    assert (await holder.open()).token, "from elsewhere all is as ever"
    world.clock.move(MINUTE)
    await holder.open(source="192.0.2.66")


async def test_two_hundred_numbers_from_one_source_lock_nobody_out(holder: Holder) -> None:
    world, heard = holder.world, list[Why]()
    for number in range(200):
        world.clock.move(3 * 1000)
        heard.append((await said(holder, number=f"123456-{number + 100:07}", source="192.0.2.66"))[0])
    assert heard[:50] == [Why.WRONG_SECRET] * 50
    assert set(heard[50:]) == {Why.NOT_ALLOWED}, "a source fails at fifty names an hour, and not at one more"


async def test_ten_thousand_guesses_from_everywhere_get_eighteen_looks(holder: Holder) -> None:
    """Locked, nothing is looked at: the right password among them opens nothing."""
    world = holder.world
    for number in range(300):
        source = f"203.0.{number // 250}.{number % 250}"
        assert (await said(holder, source=source))[0] in (Why.WRONG_SECRET, Why.LOCKED)
    entries = await world.journal(Kind.COUNTER_OPENED)
    assert sum(entry.reason == "wrong download password" for entry in entries) == 6
    assert (await said(holder, holder.month + holder.key, source="203.0.113.1"))[0] is Why.LOCKED


async def test_the_journal_and_the_admin_are_told(holder: Holder) -> None:
    world = holder.world
    for _ in range(7):
        await said(holder)
    wrong = (await world.journal(Kind.COUNTER_OPENED))[0]
    assert (wrong.result, wrong.office, wrong.actor) == (Result.REFUSED, holder.office.id, "counter")
    [locked] = await world.journal(Kind.COUNTER_LOCKED)
    assert locked.office == holder.office.id
    admin = await world.core.read(lambda snapshot: admin_of(snapshot, holder.office.id))
    assert admin is not None
    [letter] = await world.letters(admin.id, LetterKind.COUNTER_LOCKED)
    assert letter.not_after == (await holder.lock()).locked_until
    for _ in range(2):
        world.clock.move(HOUR)
        for _ in range(6):
            await said(holder)
    assert len(await world.letters(admin.id, LetterKind.COUNTER_BLOCKED)) == 1
    assert len(await world.journal(Kind.COUNTER_BLOCKED)) == 1


async def test_without_an_admin_a_lock_is_a_lock_all_the_same(holder: Holder) -> None:
    world = holder.world

    def remove(txn: object) -> None:
        admin = admin_of(txn, holder.office.id)  # type: ignore[arg-type]
        assert admin is not None
        accounts.delete(txn, admin.id)  # type: ignore[arg-type]

    await world.core.commit(remove)
    for _ in range(6):
        await said(holder)
    assert (await holder.lock()).state is LockState.LOCKED


async def test_a_new_key_while_the_old_one_is_looked_at_opens_nothing(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, core = holder.world, holder.world.core
    commit, reissued = core.commit, list[bool]()

    async def commit_and_reissue(work: Any, **how: Any) -> Any:
        done = await commit(work, **how)
        if not reissued:
            reissued.append(True)
            await commit(
                lambda txn: give_download_key(core, txn, holder.office.id, "freshKey", core.clock.now()),
                vital=True,
            )
        return done

    monkeypatch.setattr(core, "commit", commit_and_reissue)
    assert (await refusal(world, holder.typing())).why is Why.WRONG_SECRET
    monkeypatch.undo()
    assert (await holder.lock()).failures == 0, "the new one has a budget of its own"
