# SPDX-License-Identifier: Apache-2.0
"""Registration forms for tests: files as offices send them, and the fund's staff who take them in."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from appliance.link import messages as m
from appliance.model.registration import Field
from appliance.model.words import PasswordProfile, Site
from tests.appliance.model.test_registration import HEADINGS, RIGHT
from tests.appliance.vault.doorman.books import book_of
from tests.appliance.vault.doorman.making import PASSWORD, aes_zip
from tests.appliance.vault.world import Person, World

NAME = "電子連携管理者登録届({number:06d}).xlsx"
CHOSEN = "Ab3!Ab3!"


def name_of(number: int = 123) -> str:
    """What the file of an office is called."""
    return NAME.format(number=number)


def row_of(number: int = 123, **changed: object) -> tuple[object, ...]:
    """Row 2 of an office's form, with some of its fields changed."""
    row: dict[str, object] = dict(zip(Field, RIGHT, strict=True))
    row |= {"entered_on": dt.date(2024, 5, 26), "office_number": number, "seats": 2}
    return tuple((row | changed).values())


def form(number: int = 123, **changed: object) -> bytes:
    """A workbook as offices fill it in."""
    return book_of([HEADINGS, row_of(number, **changed)])


def rokin_form(number: int = 123, password: object = CHOSEN, **changed: object) -> bytes:
    """One with a first password that the office has chosen."""
    return book_of([(*HEADINGS, "初期パスワード"), (*row_of(number, **changed), password)])


def packed(number: int = 123, **changed: object) -> bytes:
    """The form in a ZIP under PASSWORD, as it comes by mail."""
    return aes_zip({name_of(number): form(number, **changed)})


async def streamed(content: bytes) -> AsyncIterator[bytes]:
    """In pieces, as they come over the link."""
    for start in range(0, len(content), 4_000):
        yield content[start : start + 4_000]


async def take_in(clerk: Person, content: bytes, name: str = "", password: str = PASSWORD) -> m.RegistrationTaken:
    """What comes of a file that a clerk drops."""
    message = m.TakeInRegistration(name or name_of(), len(content), password)
    taken: m.RegistrationTaken = await clerk.ask(message, stream=streamed(content))
    return taken


async def took(clerk: Person, number: int = 123, /, **changed: object) -> str:
    """The id of a registration that waits now."""
    taken = await take_in(clerk, form(number, **changed), name_of(number))
    assert taken.registration, taken
    return taken.registration


async def read(clerk: Person, registration: str) -> m.RegistrationRead:
    """All of one."""
    found: m.RegistrationRead = await clerk.ask(m.ReadRegistration(registration))
    return found


async def listed(clerk: Person, **how: Any) -> list[m.RegistrationRow]:
    """One page of the list."""
    return list((await clerk.ask(m.ListRegistrations(**how))).rows)


async def confirm(clerk: Person, *ids: str, more_seats: str = "") -> list[m.ConfirmedRow]:
    """What came of each."""
    return list((await clerk.ask(m.ConfirmRegistrations(ids, more_seats))).rows)


async def imported(
    world: World, content: bytes, name: str = "", password: str = PASSWORD, *, confirm: bool = True
) -> m.RegistrationImported:
    """What the administrator is told of a file."""
    message = m.ImportRegistration(name or name_of(), len(content), password, confirm)
    told: m.RegistrationImported = await world.ask(Site.ADMIN, message, stream=streamed(content))
    return told


def typed(**changed: str) -> Mapping[Field, str]:
    """What somebody types into the form of the public site."""
    return {name: changed.get(name, text) for name, text in zip(Field, RIGHT, strict=True)}


async def as_rokin(world: World) -> None:
    """Offices choose their first passwords themselves (R311b)."""
    door = replace(world.settings.door, password_profile=PasswordProfile.ROKIN)
    await _reopened(world, door=door)


async def with_web_form(world: World) -> None:
    """The public site offers the form."""
    await _reopened(world, registration=replace(world.settings.registration, web_form=True))


async def _reopened(world: World, **changed: Any) -> None:
    world.settings = replace(world.settings, **changed)
    await world.restart()
