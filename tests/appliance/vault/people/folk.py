# SPDX-License-Identifier: Apache-2.0
"""People who come as they do in life: by a contract, a first password, a registration."""

from dataclasses import replace
from typing import Any

from appliance.link import messages as m
from appliance.model.time import MINUTE
from appliance.model.words import Permission, Role, Site
from tests.appliance.vault.world import Person, World

OWN = "Sakura-2026"
ZIP = "zip-Password1"
CONTRACT = m.AddContract(
    1, "123456-0000001", "さくら商事", 3, "Sakura01", "佐倉 花子", "サクラ ハナコ", "hana@example.jp"
)


async def first_admin(world: World, **changes: Any) -> Person:
    """The admin of a new office, who has not come in yet."""
    message = replace(CONTRACT, **changes)
    added = await world.admin(message)
    number, login = message.contract_number, message.login
    world.contracts[added.office] = number
    return Person(world, Site.PORTAL, number, login, added.account, added.password, added.office)


async def registered_self(person: Person, password: str = OWN) -> Person:
    """Somebody who has come in for the first time registers."""
    kana = "" if person.site is Site.CONSOLE else "サクラ ハナコ"
    done = await person.ask(m.RegisterSelf("佐倉 花子", kana, password))
    person.token, person.password = done.token, password
    return person


async def admin_of(world: World, **changes: Any) -> Person:
    """The admin of a new office, registered and in."""
    person = await (await first_admin(world, **changes)).sign_in()
    await person.ask(m.RegisterOffice("さくら", ZIP))
    return await registered_self(person)


def new_user(login: str = "Tanaka02", **changes: Any) -> m.AddUser:
    """What the admin sends to add somebody."""
    message = m.AddUser(
        login, "田中 一郎", "タナカ イチロウ", "tanaka@example.jp", Role.OFFICE_STAFF, frozenset(Permission)
    )
    return replace(message, **changes)


async def first_user(admin: Person, login: str = "Tanaka02", **changes: Any) -> Person:
    """A user whom the admin has added, and who has not come in yet."""
    added = await admin.ask(new_user(login, **changes))
    return replace(admin, login=login, account=added.account, password=added.password, token="")


async def user_of(admin: Person, login: str = "Tanaka02", **changes: Any) -> Person:
    """A user whom the admin has added, registered and in."""
    user = await (await first_user(admin, login, **changes)).sign_in()
    return await registered_self(user)


async def first_staff(world: World, login: str, role: Role) -> Person:
    """One of the fund's staff, whom the administrator has added."""
    added = await world.admin(m.AdmitStaff(login, f"基金 {login}", f"{login}@fund.example.jp", role))
    return Person(world, Site.CONSOLE, "", login, added.account, added.password)


async def enter_console(person: Person) -> Person:
    """Somebody signs in at the console, and enrols the second factor if it is the first time."""
    arrived = await person.world.ask(Site.CONSOLE, m.ArriveStaff(person.login, person.password))
    done = await person.world.ask(Site.CONSOLE, m.GiveCode(arrived.arrival, await person.app_code()))
    person.token = done.token
    return person


async def staff_of(world: World, login: str, role: Role = Role.FUND_SYSTEM) -> Person:
    """One of the fund's staff, registered and in."""
    return await registered_self(await enter_console(await first_staff(world, login, role)))


def a_minute_later(world: World) -> None:
    """So that another code may be asked for (A31)."""
    world.clock.move(MINUTE)


async def suspended(world: World, office: str) -> None:
    """The desk lets an office not use the service."""
    desk = await world.staff("stopper", Role.FUND_DESK)
    await (await desk.sign_in()).ask(m.SuspendOffice(office, "代表者からのご依頼"))
