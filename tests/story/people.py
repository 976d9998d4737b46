# SPDX-License-Identifier: Apache-2.0
"""The first half of the story: people come in by the door, register, are locked out and let in again."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from tests.story.lines import Lines
from tests.story.page import Page
from tests.story.stage import Login, Person, Stage, need
from tests.story.visitor import Answer, Visitor

OFFICE, OTHER = "株式会社さくら商事", "みどり工業株式会社"
FOUNDERS = {
    OFFICE: Person(123, "123456-0000001", "sakura001", "佐倉　花子", "サクラ　ハナコ"),
    OTHER: Person(456, "123456-0000002", "midori001", "緑川　一郎", "ミドリカワ　イチロウ"),
}
SHAROSHI = Person(0, "123456-0000001", "sharoshi01", "社労　士子", "シャロウ　シコ")
CLERK = Person(0, "", "gyoumu", "業務 太郎", "ギョウム　タロウ")
DESK = Person(0, "", "madoguchi", "窓口 直子", "マドグチ　ナオコ")
REASON = "電話で本人を確認した"
BUDGET = 6

Done = Callable[[str], None]


class Joining(Protocol):
    """What onboarding.Onboarding does: an office joins, and its PCs become active."""

    async def office_joins(self) -> Login:
        """What its admin types at the first sign-in."""

    async def its_pc_is_set_up(self) -> None:
        """That of an office that the administrator has entered."""

    async def second_pc(self, admin: Visitor) -> None:
        """After which the admin can add a user."""

    async def pc_is_given_up(self, admin: Visitor) -> None:
        """The first one."""

    async def pc_is_replaced(self) -> None:
        """By another one."""


class People:
    """Plays its steps on a stage; done is told of each."""

    def __init__(self, stage: Stage, done: Done) -> None:
        """The stage is served, nobody has come yet."""
        self.stage = stage
        self.done = done
        self.lines = Lines(stage, done)

    async def play(self, joining: "Joining", of_other: "Joining", desk: Visitor) -> None:
        """All of them; desk is signed in. Raises StoryFailed at the first that does not hold.

        of_other is for the other office, which is entered by the administrator.
        """
        first = await joining.office_joins()
        other_first = await self.contract(OTHER, FOUNDERS[OTHER])
        self.done(f"another office has joined, entered by the administrator: {OTHER}")
        if self.lines.are_needed:
            await of_other.its_pc_is_set_up()
        async with self.at("portal", "first") as admin, self.at("portal", "fourth") as other:
            await self.admin_comes_in(admin, FOUNDERS[OFFICE], first)
            await self.office_registers(admin, OFFICE)
            await self.other_comes_too(other, other_first)
            await joining.second_pc(admin)
            password = await self.admin_adds_sharoshi(admin)
            await self.sharoshi_comes_in(admin, password)
            await self.pc_is_replaced(joining, admin)
        await self.six_wrong_ones()
        await self.desk_lets_in(desk)

    @asynccontextmanager
    async def at(self, site: str, pc: str = "") -> AsyncIterator[Visitor]:
        """Somebody at a site, and at a PC."""
        async with self.stage.visitor(site, pc) as visitor:
            yield visitor

    async def contract(self, name: str, person: Person) -> Login:
        """What the fund prints for the admin of a new office."""
        office = ("--number", str(person.number), "--contract", person.contract, "--name", name, "--seats", "3")
        admin = ("--login", person.user, "--name-of-admin", person.name, "--kana", person.kana)
        added = await self.stage.renkei("contract", "add", *office, *admin, "--mail", person.mail, "--json")
        return Login(person.contract, person.user, json.loads(added)["password"])

    # --- the admin ------------------------------------------------------------------------------------------------

    async def code_for(self, person: Person) -> str:
        """What comes by mail to somebody who asks at the public site, before the VPN."""
        async with self.at("public") as public:
            form = (await public.get("/onetime/")).page.form("/onetime/")
            sent = await public.send(form, {"contract_number": person.contract, "user_id": person.user})
            nobody = await public.send(form, {"contract_number": person.contract, "user_id": "nobody0001"})
        need("発行受付" in sent.page.text, "the request for a one-time password was not taken")
        need(sent.page.text == nobody.page.text, "the answer tells whether there is such a user")
        mail = await self.stage.mailbox.next(person.mail)
        return mail.text.partition("\n")[0].removeprefix("ワンタイムパスワード: ")

    async def admin_comes_in(self, admin: Visitor, person: Person, login: Login) -> None:
        """Number and id, code, first password."""
        code = await self.code_for(person)
        self.done(f"{person.name} asks for a one-time password at /onetime/; the mail comes before the VPN begins")
        await self.lines.connects("first", f"PC 1 of {OFFICE}")
        answer = await self.comes_in(admin, login, code)
        need(answer.path == "/register", "the first sign-in does not lead to the registration")
        self.done("comes in by number and id, code, first password; nothing opens but the registration")

    async def comes_in(self, visitor: Visitor, login: Login, code: str) -> Answer:
        """The three pages of a first sign-in."""
        form = (await visitor.get("/sign-in")).page.form("/sign-in")
        page = (await visitor.send(form, {"contract_number": login.contract, "user_id": login.user})).page
        need("/sign-in/code" in page.actions, "no one-time password is asked for at the first sign-in")
        page = (await visitor.send(page.form("/sign-in/code"), {"code": code})).page
        need("/sign-in/password" in page.actions, "the right code is not taken")
        return await visitor.send(page.form("/sign-in/password"), {"password": login.password})

    async def office_registers(self, admin: Visitor, office: str) -> None:
        """Once and for all; then the admin itself."""
        person = FOUNDERS[office]
        menu = await self.registers(admin, person)
        need(menu.path == "/" and "登録が済みました" in menu.page.text, "the admin's registration did not end")
        self.stage.people[office] = Login(person.contract, person.user, person.password)
        self.done("registers the office with its compression password, and itself; the first password is dead")

    async def registers(self, visitor: Visitor, person: Person) -> Answer:
        """Office if it is asked for, then oneself."""
        page = (await visitor.get("/register")).page
        if "/register/office" in page.actions:
            typed = {"short_name": "", "zip_password": person.zip_password, "zip_password_again": "another"}
            page = (await visitor.send(page.form("/register/office"), typed)).page
            need("もう一度入力" in page.text, "a compression password that was mistyped once was taken")
            typed["zip_password_again"] = person.zip_password
            page = (await visitor.send(page.form("/register/office"), typed)).page
        typed = {"name": person.name, "password": person.password, "password_again": person.password}
        typed |= {"kana": person.kana} if person.contract else {}
        return await visitor.send(page.form("/register/self"), typed)

    async def other_comes_too(self, other: Visitor, login: Login) -> None:
        """The same for another office, without many words."""
        code = await self.code_for(FOUNDERS[OTHER])
        await self.lines.connects("fourth", f"PC 1 of {OTHER}")
        await self.comes_in(other, login, code)
        await self.registers(other, FOUNDERS[OTHER])
        self.stage.people[OTHER] = Login(login.contract, login.user, FOUNDERS[OTHER].password)

    # --- the sharoshi ---------------------------------------------------------------------------------------------

    async def admin_adds_sharoshi(self, admin: Visitor) -> str:
        """With the preset; the same form twice, as after a double click. The first password."""
        form = (await admin.get("/users/new?role=sharoshi")).page.form("/users/new")
        ticked = {name for name in form.fields if name.startswith("permission.")}
        need(len(ticked) == 5 and "permission.approve" not in ticked, "the preset of a 社労士 is not ticked")
        typed = {"login": SHAROSHI.user, "name": SHAROSHI.name, "kana": SHAROSHI.kana, "mail": SHAROSHI.mail}
        sheets = [await admin.send(form, typed) for _ in range(2)]
        secrets = {sheet.page.secret for sheet in sheets}
        need(len(secrets) == 1 and secrets != {""}, "the same form sent twice did not add one user")
        users = (await admin.get("/users")).page.text
        need(users.count(SHAROSHI.mail) == 1 and "未確認" in users, "the new user is not in the list, unconfirmed")
        self.done(f"the admin adds {SHAROSHI.name} as a 社労士 with the preset; the form sent twice, added once")
        return secrets.pop()

    async def sharoshi_comes_in(self, admin: Visitor, password: str) -> None:
        """With a code that went to her own address, which confirms it."""
        login = Login(SHAROSHI.contract, SHAROSHI.user, password)
        code = await self.code_for(SHAROSHI)
        await self.lines.connects("second", f"PC 2 of {OFFICE}")
        async with self.at("portal", "second") as sharoshi:
            await self.comes_in(sharoshi, login, code)
            menu = await self.registers(sharoshi, SHAROSHI)
            need(menu.path == "/", "the 社労士 cannot register")
            need((await sharoshi.get("/users")).status == 403, "the 社労士 sees the users")
        self.stage.people[SHAROSHI.name] = Login(SHAROSHI.contract, SHAROSHI.user, SHAROSHI.password)
        need("未確認" not in (await admin.get("/users")).page.text, "the code did not confirm the address")
        self.done("her own mail address is confirmed by the code that went there; she signs in")

    async def pc_is_replaced(self, joining: "Joining", admin: Visitor) -> None:
        """Where its session would end with it, the admin does so at another PC."""
        if not self.lines.are_needed:
            await joining.pc_is_given_up(admin)
        else:
            async with self.at("portal", "second") as elsewhere:
                await sign_in(elsewhere, self.stage.people[OFFICE])
                await joining.pc_is_given_up(elsewhere)
            await self.lines.is_shut_out("first", f"the old PC 1 of {OFFICE}")
        await joining.pc_is_replaced()

    async def six_wrong_ones(self) -> None:
        """Locked for an hour, whatever is typed; then everything is as before."""
        locked = await self.guess(BUDGET)
        need("ただいまログインできません" in locked.text, f"{BUDGET} wrong passwords do not lock")
        mail = await self.stage.mailbox.next(SHAROSHI.mail)
        need("停止" in mail.subject or "停止" in mail.text, "nobody is told of the lock by mail")
        need(not await self.sharoshi_signs_in(), "the right password is taken while locked")
        await self.stage.renkei("demo", "clock", "+60m")
        need(await self.sharoshi_signs_in(), "after 60 minutes the right password is not taken")
        self.done(
            f"{BUDGET} wrong passwords lock her for 60 minutes; the demo's clock goes on by 60 minutes: in again"
        )

    async def guess(self, times: int) -> Page:
        """Wrong passwords; the page after the last."""
        async with self.at("portal", "second") as visitor:
            page = Page("")
            for number in range(times):
                page = await self.password_page(visitor)
                sent = await visitor.send(page.form("/sign-in/password"), {"password": f"Wrong-{number}-guess"})
                page = sent.page
                left = times - 1 - number
                need(not left or f"あと {left} 回" in page.text, "the page does not say how many tries are left")
            return page

    async def password_page(self, visitor: Visitor) -> Page:
        """After the name."""
        form = (await visitor.get("/sign-in")).page.form("/sign-in")
        return (await visitor.send(form, {"contract_number": SHAROSHI.contract, "user_id": SHAROSHI.user})).page

    async def sharoshi_signs_in(self) -> bool:
        """Whether she can, with the right password."""
        async with self.at("portal", "second") as visitor:
            page = await self.password_page(visitor)
            if "/sign-in/password" not in page.actions:
                return False
            sent = await visitor.send(page.form("/sign-in/password"), {"password": SHAROSHI.password})
            return sent.path == "/"

    # --- the desk -------------------------------------------------------------------------------------------------

    async def desk_comes_in(self, desk: Visitor) -> None:
        """A member of the staff with a role and a second factor."""
        words = ("--login", DESK.user, "--name", DESK.name, "--mail", DESK.mail, "--role", "fund_desk", "--json")
        added = json.loads(await self.stage.renkei("staff", "add", *words))
        login = Login("", DESK.user, added["password"])
        page = await self.staff_comes_in(desk, DESK, login)
        self.stage.people[DESK.name] = Login("", DESK.user, DESK.password, login.app)
        need("/notices/new" not in page.links, "the desk is offered to deliver documents")
        self.done(f"{DESK.name} of the fund's 窓口 signs in with an app as second factor, and registers")

    async def desk_lets_in(self, desk: Visitor) -> None:
        """With a reason."""
        await self.guess(BUDGET)
        locks = (await desk.get("/locks")).page
        unlocking = next(link for link in locks.links if link.endswith("/unlock"))
        page = (await desk.get(unlocking)).page
        sent = await desk.send(page.form(unlocking), {"reason": REASON})
        need(SHAROSHI.user not in (await desk.get("/locks")).page.text, f"still locked: {sent.page.text}")
        need(await self.sharoshi_signs_in(), "unlocked, the right password is not taken")
        self.done("locked out again, she calls; the 窓口 ends the lock with a reason, and she is in at once")

    async def add_clerk(self) -> Login:
        """What the administrator prints for somebody of 業務担当."""
        words = (
            "--login",
            CLERK.user,
            "--name",
            CLERK.name,
            "--mail",
            CLERK.mail,
            "--role",
            "fund_clerk",
            "--json",
        )
        return Login("", CLERK.user, json.loads(await self.stage.renkei("staff", "add", *words))["password"])

    async def staff_comes_in(self, staff: Visitor, person: Person, login: Login) -> Page:
        """Password, app, registration; the menu."""
        form = (await staff.get("/sign-in")).page.form("/sign-in")
        page = (await staff.send(form, {"login": login.user, "password": login.password})).page
        need(page.secret != "", "no second factor is enrolled at the first sign-in of staff")
        login.app.enrol(page.secret)
        sent = await staff.send(page.form("/sign-in/code"), {"code": login.app.code(page.now)})
        need(sent.path == "/register", "the first sign-in of staff does not lead to the registration")
        menu = await self.registers(staff, person)
        need(menu.path == "/", f"the staff member cannot register: {menu.page.text}")
        return menu.page


async def sign_in(visitor: Visitor, login: Login) -> Answer:
    """Type what the site asks for."""
    form = (await visitor.get("/sign-in")).page.form("/sign-in")
    if login.contract:
        answer = await visitor.send(form, {"contract_number": login.contract, "user_id": login.user})
        if "/sign-in/password" not in answer.page.actions:
            return answer
        return await visitor.send(answer.page.form("/sign-in/password"), {"password": login.password})
    answer = await visitor.send(form, {"login": login.user, "password": login.password})
    if "/sign-in/code" not in answer.page.actions:
        return answer
    if answer.page.secret:
        login.app.enrol(answer.page.secret)
    return await visitor.send(answer.page.form("/sign-in/code"), {"code": login.app.code(answer.page.now)})
