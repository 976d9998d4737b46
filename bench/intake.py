# SPDX-License-Identifier: Apache-2.0
"""500 registrations, from ZIPs to letters in one PDF: taken in, confirmed and printed, over the link."""

import asyncio
import itertools
from collections.abc import Sequence

from appliance.link.messages import ConfirmRegistrations, PrintLetters, RegistrationTaken, TakeInRegistration
from appliance.model.words import Site
from bench.measure import Row, Spread, Stopwatch
from bench.stores import Pair
from bench.tiers import Guest, Tiers, command_id, running
from tests.appliance.vault.doorman.making import PASSWORD
from tests.appliance.vault.intake.forms import packed

FORMS = 500
# As many as the page of the console sends at once, and as many as it confirms with one message.
AT_ONCE, GROUP = 4, 50
ROUNDS = 3
numbers = itertools.count(1_000)


def zips() -> list[bytes]:
    """Forms of offices that nobody has seen yet."""
    return [packed(next(numbers)) for _ in range(FORMS)]


async def taken_in(guest: Guest, contents: Sequence[bytes]) -> list[str]:
    """The registrations that come of them."""
    waiting, found = iter(contents), list[str]()

    async def one_after_another() -> None:
        for content in waiting:
            message = TakeInRegistration("form.zip", len(content), PASSWORD)
            taken: RegistrationTaken = await guest.ask(message, content)
            if taken.faults or not taken.registration:
                raise RuntimeError(f"a right form was not taken in: {taken}")
            found.append(taken.registration)

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    return found


async def confirmed(guest: Guest, ids: Sequence[str]) -> None:
    """All of them are contracts."""
    for start in range(0, len(ids), GROUP):
        message = ConfirmRegistrations(tuple(ids[start : start + GROUP]), "", command_id())
        rows = (await guest.ask(message)).rows
        if not all(row.office for row in rows):
            raise RuntimeError(f"a right form was not confirmed: {rows}")


async def printed(guest: Guest) -> int:
    """The letters of all that wait, as one PDF; its size."""
    async with guest.link.fetch(PrintLetters(), token=guest.token, form=guest.form, timeout=60) as fetched:
        return sum([len(piece) async for piece in fetched.chunks()])


async def one_round(guest: Guest) -> tuple[float, float, float]:
    """Seconds for taking in, confirming and printing."""
    contents = await asyncio.to_thread(zips)
    watch = Stopwatch()
    ids = await taken_in(guest, contents)
    first = watch.seconds
    await confirmed(guest, ids)
    second = watch.seconds
    await printed(guest)
    return first, second - first, watch.seconds - second


async def taken(tiers: Tiers) -> list[Row]:
    """The rows. Letters of earlier rounds wait no longer than the oldest 500 are printed."""
    link = tiers.link(Site.CONSOLE)
    rounds = [await one_round(tiers.guest(Site.CONSOLE, link)) for _ in range(ROUNDS)]
    await link.close()
    steps = ("taken in", "confirmed", "printed")
    rows = [
        Row(f"500 registrations: {step}", "s", Spread(seconds), "–", digits=1)
        for step, seconds in zip(steps, zip(*rounds, strict=True), strict=True)
    ]
    whole = Spread(tuple(map(sum, rounds)))
    return [*rows, Row("500 registrations, from ZIPs to letters in one PDF", "s", whole, "≤ 15 s", digits=1)]


async def rows(pair: Pair) -> list[Row]:
    """On a fresh installation."""
    async with running(pair) as tiers:
        return await taken(tiers)
