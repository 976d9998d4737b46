# SPDX-License-Identifier: Apache-2.0
"""Whatever somebody outside tries, in whichever order: a name that nobody has answers as one that there is."""

import dataclasses

import pytest

from appliance.config.settings import Door
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.things import FactorState
from appliance.model.time import DAY, HOUR, MINUTE
from appliance.model.words import AccountState, Site, Step
from appliance.vault.door.factors import SIGN_IN, enrolled, factor_of
from appliance.vault.door.seeking import office_user
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import factors
from tests.appliance.vault.world import Person, World

Said = tuple[Why, str, dict[str, str]]
# w: a wrong code; r: a code is asked for; m and h: a minute or an hour later.
SCRIPTS = (
    "wrw",
    "rwwwmrw",
    "wwwwwwrwwwwwwrw",
    "wwwwwrwwwwwmrw",
    "rwwhrw",
    "rwwhw",
    "wwwwwhw",
    "wwwwwrhwrw",
    "rmrmrmrmrmrwwwwwwmrw",
)


async def said_to(world: World, person: Person, script: str) -> list[Said]:
    """What is said of each wrong code. Each step comes from a source of its own, so that none is limited."""
    said, arrival = [], ""
    for number, letter in enumerate(script):
        world.clock.move({"m": MINUTE, "h": HOUR}.get(letter, 0))
        if letter == "r":
            asking = m.RequestCode(person.contract, person.login)
            await world.ask(Site.PUBLIC, asking, source=f"198.51.100.{number}")
        if letter == "w":
            arrival = (await person.arrive()).arrival
            with pytest.raises(Refused) as caught:
                await world.ask(Site.PORTAL, m.GiveCode(arrival, "0"), source=f"203.0.113.{number}")
            said.append((caught.value.why, caught.value.text, dict(caught.value.values)))
    return said


@pytest.fixture
async def people(world: World, office: str, user: Person) -> dict[str, Person]:
    """Somebody as usual, somebody blocked, somebody suspended: of all of them a code is due."""
    found = {"as usual": user, "blocked": await world.locked(office, "Blocked01", locks=3)}
    found["suspended"] = await world.user(office, "Suspended1")
    await world.set_state(found["suspended"], AccountState.SUSPENDED)
    world.clock.move(100 * DAY)
    return found


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("whose", ["as usual", "blocked", "suspended"])
async def test_the_tries_that_are_left_tell_nothing(
    world: World, people: dict[str, Person], whose: str, script: str
) -> None:
    begun = world.clock.now()
    known = await said_to(world, people[whose], script)
    world.clock.move(begun + DAY - world.clock.now())
    nobody = await said_to(world, await world.nobody(people["as usual"], Step.CODE), script)
    assert [one[:2] for one in known] == [one[:2] for one in nobody]
    assert [one[2].get("left") for one in known] == [one[2].get("left") for one in nobody]


async def test_who_is_blocked_or_suspended_gets_no_letter_all_the_same(
    world: World, people: dict[str, Person]
) -> None:
    for person in people.values():
        await said_to(world, person, "r")
    written = {why: await world.letters(one.account, LetterKind.ONE_TIME_CODE) for why, one in people.items()}
    assert {why: len(letters) for why, letters in written.items()} == {"as usual": 1, "blocked": 0, "suspended": 0}


async def test_five_wrong_codes_tell_not_who_has_an_app(world: World, people: dict[str, Person]) -> None:
    offer_app(world)
    user, now = people["as usual"], world.clock.now()
    state = (await enrolled(world.core, "otp_totp", user.account, user.login, now)).state
    row = FactorState(user.account, "otp_totp", SIGN_IN, state, enrolled_at=now, proven_at=now)
    await world.core.commit(lambda txn: factors.put(txn, row))
    expected = [text for _, text, _ in await said_to(world, user, "wwwwwwrw")]
    assert expected[-3:] == ["door.code_rests"] * 3
    others = []
    for number in range(60):
        nobody = dataclasses.replace(user, login=f"Nobody{number:02}", account="")
        if (await nobody.arrive()).step is Step.CODE:
            others.append([text for _, text, _ in await said_to(world, nobody, "wwwwwwrw")])
    assert 5 <= others.count(expected) <= len(others) - 5


async def test_a_stranger_always_seems_to_have_the_same_factor(world: World, user: Person) -> None:
    offer_app(world)
    who = [(await office_user(world.core, user.contract, f"Nobody{number:02}")).who for number in range(40)]
    first = [await factor_of(world.core, one) for one in who]
    await world.restart()
    offer_app(world)
    assert [await factor_of(world.core, one) for one in who] == first
    assert set(first) == {"otp_email", "otp_totp"}


def offer_app(world: World) -> None:
    """The fund lets offices have an app."""
    world.core.settings = dataclasses.replace(world.settings, door=Door(app_factor="otp_totp"))
