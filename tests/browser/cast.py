# SPDX-License-Identifier: Apache-2.0
"""Everybody of a fund and its offices, signed in, with something on every page; nothing of it is real."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from tests.appliance.vault.intake.forms import form as registration_form
from tests.paper import words
from tests.plugins.kit_linux.office_pc import FIRST, OfficePc
from tests.story import filing_zip
from tests.story.filings import FORM, Filings, newest
from tests.story.notices import NOTICE, TYPE, Notices
from tests.story.people import BUDGET, CLERK, DESK, FOUNDERS, OFFICE, OTHER, SHAROSHI, People
from tests.story.stage import PEOPLE_AT_ONCE, Login, Person, Stage, opened
from tests.story.story import sign_in
from tests.story.visitor import Visitor

STOPPED = Person(790, "123456-0000004", "shizu001", "雫　静", "シズク　シズカ")
NEWCOMER = Person(789, "123456-0000003", "momo0001", "桃井　桃子", "モモイ　モモコ")
SYSTEM = Person(0, "", "system01", "管理 一", "カンリ　ハジメ")
SECOND = Person(0, "", "system02", "管理 二", "カンリ　フタバ")
TRAINEE = Person(0, "", "trainee1", "研修 生", "ケンシュウ　セイ")
AUDITOR = Person(0, "", "kansa001", "監査 見子", "カンサ　ミコ")
STAFF = {"clerk": CLERK, "desk": DESK, "system": SYSTEM, "second": SECOND, "auditor": AUDITOR}
ROLES = {
    CLERK: "fund_clerk",
    TRAINEE: "fund_clerk",
    DESK: "fund_desk",
    SYSTEM: "fund_system",
    SECOND: "fund_system",
    AUDITOR: "fund_auditor",
}


# In which the clock of the demo begins.
MONTH = "202606"
# The public site offers the form by which offices register.
OFFERED = "\n[registration]\nweb_form = true\n\n[exchange]\nzip_password_rotation = true\n"
TOLD = "本日 18 時から、保守のために利用できない時間があります。\n終わりしだい、ここでお知らせします。"


@dataclass
class Cast:
    """The stage, and who is where: admin, sharoshi, other, newcomer at the portal; the rest at the console.

    logins are those of the staff with their apps, by what they type.
    """

    stage: Stage
    people: dict[str, Visitor]
    first: str
    logins: dict[str, Login] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Visitor:
        """The one of this name."""
        return self.people[name]


def silent(_sentence: str) -> None:
    """The steps of the story are not told."""


@asynccontextmanager
async def played(root: Path, port: int, tables: str = "", told: bool = True) -> AsyncIterator[Cast]:
    """A fund after some days of work, until the block ends. tables stand at the end of its configuration.

    told: something is announced to everybody.
    """
    async with opened(root, port, tables=PEOPLE_AT_ONCE + tables + OFFERED) as stage, AsyncExitStack() as stack:

        async def at(site: str) -> Visitor:
            return await stack.enter_async_context(Visitor(stage.addresses[site], stage.authority))

        offices = {name: await at("portal") for name in ("admin", "sharoshi", "other", "newcomer")}
        staff = {name: await at("console") for name in ("clerk", "desk", "system", "second", "auditor", "trainee")}
        others = {"nobody": await at("portal"), "public": await at("public"), "holder": await at("public")}
        cast = Cast(stage, {**offices, **staff, **others}, "")
        await _come_in(cast)
        await _work(cast)
        await _group(cast)
        if told:
            await _tell(cast)
        yield cast


async def _come_in(cast: Cast) -> None:
    people = People(cast.stage, silent)
    first = [await people.contract(name, person) for name, person in FOUNDERS.items()]
    await people.admin_comes_in(cast["admin"], FOUNDERS[OFFICE], first[0])
    await people.office_registers(cast["admin"], OFFICE)
    await people.other_comes_too(cast["other"], first[1])
    login = Login(SHAROSHI.contract, SHAROSHI.user, await people.admin_adds_sharoshi(cast["admin"]))
    await people.comes_in(cast["sharoshi"], login, await people.code_for(SHAROSHI))
    await people.registers(cast["sharoshi"], SHAROSHI)
    for name, person in {
        "clerk": CLERK,
        "desk": DESK,
        "system": SYSTEM,
        "second": SECOND,
        "auditor": AUDITOR,
    }.items():
        cast.logins[person.user] = await added(cast.stage, person)
        await people.staff_comes_in(cast[name], person, cast.logins[person.user])
    trainee = await added(cast.stage, TRAINEE)
    await enrolled(cast["trainee"], trainee)
    late = await people.contract("もも株式会社", NEWCOMER)
    await people.comes_in(cast["newcomer"], late, await people.code_for(NEWCOMER))
    await _read_letter(cast)
    await _set_up_pc(cast)


async def _set_up_pc(cast: Cast) -> None:
    """The office of the letter has set up its first PC, which waits for the desk."""
    holder = cast["holder"]
    with tempfile.TemporaryDirectory() as folder:
        kit = written(Path(folder, "setup.run"), (await holder.get("/download/kits/1/kit_linux/file")).body)
        pc = OfficePc(Path(folder, "pc"), FIRST)
        for word in (("install", "--agree"), ("confirm",)):
            await asyncio.to_thread(pc.run, kit, *word)
        [file] = pc.confirmations()
        form = (await holder.get("/activate/send")).page.form("/activate/send")
        await holder.send(form, {}, ("code-1", file))


async def _read_letter(cast: Cast) -> None:
    """Whoever got the letter of an office signs in with it at the public site."""
    page = (await cast["clerk"].get("/letters")).page
    pdf = await cast["clerk"].send(page.form("/letters/print"), {"all": "on"})
    text = words(pdf.body)
    page = (await cast["holder"].get("/download/")).page
    pair = {"contract_number": on_paper(text, "契約番号"), "password": MONTH + on_paper(text, "ダウンロードキー")}
    await cast["holder"].send(page.form("/download/"), pair)


def on_paper(text: str, label: str) -> str:
    """What the first letter prints below a label, its groups joined."""
    lines = iter(text.splitlines())
    next(line for line in lines if line.startswith(label))
    return "".join(takewhile(str.isascii, lines))


async def enrolled(visitor: Visitor, login: Login) -> None:
    """Somebody of the staff signs in for the first time, and has not registered."""
    form = (await visitor.get("/sign-in")).page.form("/sign-in")
    page = (await visitor.send(form, {"login": login.user, "password": login.password})).page
    login.app.enrol(page.secret)
    await visitor.send(page.form("/sign-in/code"), {"code": login.app.code(page.now)})


async def added(stage: Stage, person: Person) -> Login:
    """What the administrator prints for somebody of the staff."""
    words = (
        "--login",
        person.user,
        "--name",
        person.name,
        "--mail",
        person.mail,
        "--role",
        ROLES[person],
        "--json",
    )
    return Login("", person.user, json.loads(await stage.renkei("staff", "add", *words))["password"])


async def _work(cast: Cast) -> None:
    filings = Filings(cast.stage, silent, cast["clerk"], cast["admin"], cast["sharoshi"])
    notices = Notices(cast.stage, silent, cast["clerk"], cast["admin"], cast["other"])
    await filings.exchange()
    await notices.exchange()
    await filings.corrections()
    cast.first = filings.first
    for acts in ((), ("approve",), ("approve", "receive")):
        await filings.send(filing_zip.FILING, as_name="確認済み.pdf", kind=FORM)
        sent = newest((await cast["sharoshi"].get("/filings")).page)
        for act in acts:
            await filings.act(cast["clerk" if act == "receive" else "admin"], sent, act)
    for office in (OFFICE, OTHER):
        await notices.deliver(NOTICE, TYPE, office)
    await _lock_somebody(cast)
    await _propose(cast)
    await _register(cast)
    await _suspend_somebody(cast)
    await _block_a_pc(cast)


async def _group(cast: Cast) -> None:
    """The 社労士 works for the other office as well, and the other office's admin for the first one."""
    await _delegate(cast, FOUNDERS[OFFICE], FOUNDERS[OTHER], SHAROSHI.name)
    await _delegate(cast, FOUNDERS[OTHER], FOUNDERS[OFFICE], FOUNDERS[OTHER].name)


async def _delegate(cast: Cast, managing: Person, client: Person, who: str) -> None:
    """The clerk enters what was filed: somebody of the one's office works for that of the other."""
    clerk = cast["clerk"]
    form = (await clerk.get(f"/delegations/new?find={managing.number}")).page.form("/delegations/new")
    paper = {"clients": str(client.number), "since": "2026-06-01", "until": "2027-03-31", "reason": "6月の届出"}
    sure = (await clerk.send(form, {**paper, "account": form.choices["account"][who]})).page
    await clerk.send(sure.form("/delegations/new/add"), {})


async def _lock_somebody(cast: Cast) -> None:
    """Whoever forgot the password, and whoever misread the letter: something for the 窓口."""
    login = Login(FOUNDERS[OTHER].contract, FOUNDERS[OTHER].user, "Wrong-guess-1")
    async with Visitor(cast.stage.addresses["portal"], cast.stage.authority) as visitor:
        for _ in range(BUDGET):
            await sign_in(visitor, login)
    pair = {"contract_number": NEWCOMER.contract, "password": f"{MONTH}Wrong234"}
    async with Visitor(cast.stage.addresses["public"], cast.stage.authority) as visitor:
        for _ in range(BUDGET):
            await visitor.send((await visitor.get("/download/")).page.form("/download/"), pair)


async def _suspend_somebody(cast: Cast) -> None:
    """An office that may not use the service just now."""
    await People(cast.stage, silent).contract("しずく商店", STOPPED)
    links = (await cast["desk"].get(f"/offices?search={STOPPED.contract}")).page.links
    card = next(link for link in links if link.startswith("/offices/"))
    form = (await cast["desk"].get(f"{card}/suspend")).page.form(f"{card}/suspend")
    await cast["desk"].send(form, {"reason": "代表者から停止の依頼書"})


async def _block_a_pc(cast: Cast) -> None:
    """A PC that the fund keeps out."""
    links = (await cast["clerk"].get(f"/offices?search={FOUNDERS[OTHER].contract}")).page.links
    office = next(link for link in links if link.startswith("/offices/")).removeprefix("/offices/")
    path = f"/seats/{office}/1/block"
    form = (await cast["clerk"].get(path)).page.form(path)
    await cast["clerk"].send(form, {"reason": "紛失の届け出があったため"})


async def _propose(cast: Cast) -> None:
    """One of the administrators wants somebody new: something for the other."""
    form = (await cast["system"].get("/staff/new")).page.form("/staff/new")
    typed = {"login": "shinjin1", "name": "新人 始", "mail": "shinjin@example.jp", "role": "fund_clerk"}
    await cast["system"].send(form, typed | {"reason": "異動"})


async def _register(cast: Cast) -> None:
    """Two offices have sent their forms: one as it should be, one with things to put right."""
    form = (await cast["clerk"].get("/registrations")).page.form("/registrations")
    wrong = registration_form(802, mail="momo", name_kana="ﾓﾓ ﾊﾅｺ", user_id="ｍｏｍｏ０００２")
    with tempfile.TemporaryDirectory() as folder:
        for number, content in ((801, registration_form(801)), (802, wrong)):
            file = written(Path(folder, f"電子連携管理者登録届({number:06d}).xlsx"), content)
            await cast["clerk"].send(form, {"command": f"registration-{number:013}"}, ("file", file))


def written(file: Path, content: bytes) -> Path:
    """A file, with this in it."""
    file.write_bytes(content)
    return file


async def _tell(cast: Cast) -> None:
    """The desk tells everybody something: it stands on every page that offices see."""
    everywhere = {"banner_sites.portal": "on", "banner_sites.public": "on"}
    for text, weight in ((TOLD, "important"), ("窓口は、あすお休みします。", "normal")):
        form = (await cast["desk"].get("/banners")).page.form("/banners")
        typed = {"banner_text": text, "banner_english": "Maintenance at 18:00 today", "weight": weight}
        await cast["desk"].send(form, {**everywhere, **typed})
