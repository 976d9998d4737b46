# SPDX-License-Identifier: Apache-2.0
"""Where the story begins: a registration form comes in, a letter goes out, PCs are set up and become active."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.paper import words
from tests.plugins.kit_linux.office_pc import FIRST, SECOND, OfficePc
from tests.story.page import Page
from tests.story.people import OFFICE, SHAROSHI
from tests.story.stage import Login, Person, Stage, need
from tests.story.visitor import Visitor

FORM, FORM_PASSWORD = Path(__file__).with_name("registration.zip"), "Touroku-2026"
MONTH = "202606"
LOOKS, LOOK_SECONDS = 60, 0.5
TAKEN = "上記ファイルのVPN接続アカウントの有効化を受けました"
REGISTERED, ACTIVE, RAISED = "登録完了", "VPN有効化完了", "利用台数変更"
CODE, ENDED = "手続きの確認番号", "端末の利用終了"
ADD = "/users/new"
OFFICE_PAGE = re.compile("^/offices/([a-z2-7]{26})$")
THIRD = {
    **SECOND,
    "etc/machine-id": "c3d1a2f0b4e5968778695a4b3c2d1e0f\n",
    "sys/class/dmi/id/product_uuid": "1b7c9e52-77aa-4d0e-9f61-0c2d5e8a4b13\n",
    "sys/class/dmi/id/product_serial": "5CG1390QWE\n",
    "sys/class/dmi/id/board_serial": "PGYHT0ARSE51XC\n",
    "sys/block/nvme0n1/device/serial": "50026B7684F1C0A2\n",
    "sys/class/net/eno1/address": "3c:18:a0:44:9e:71\n",
}
FOURTH = {
    **SECOND,
    "etc/machine-id": "7e20b4d5a91c4c33b8f16a0d9c5e2f48\n",
    "sys/class/dmi/id/product_uuid": "c2f0a7d4-51be-4b86-a3c9-6e1d9f7b0855\n",
    "sys/class/dmi/id/product_serial": "MJ09TQ6L\n",
    "sys/class/dmi/id/board_serial": "L1HF15R00GX\n",
    "sys/block/nvme0n1/device/serial": "S3X9NX0K512077T\n",
    "sys/class/net/eno1/address": "a4:bb:6d:20:5c:d9\n",
}
PCS = {"first": FIRST, "second": SECOND, "third": THIRD, "fourth": FOURTH}

Done = Callable[[str], None]


@dataclass(frozen=True)
class OnPaper:
    """What an office reads in its letter."""

    contract: str
    key: str
    password: str


class Onboarding:
    """Plays its steps: the fund's clerk and its desk, both signed in, and an office of which nobody knows yet."""

    def __init__(
        self, stage: Stage, done: Done, clerk: Visitor, desk: Visitor, admin: Person, name: str = OFFICE
    ) -> None:
        """admin is who stands in the form, name that of the office."""
        self.stage = stage
        self.done = done
        self.clerk = clerk
        self.desk = desk
        self.admin = admin
        self.paper = OnPaper("", "", "")
        self.office = ""
        self.name = name
        self._folder = stage.config.parent / "pcs"

    async def office_joins(self) -> Login:
        """From the form to a PC that may connect; what its admin types at the first sign-in."""
        await self.form_is_taken_in()
        await self.letter_is_printed()
        await self.pc_is_set_up(1, "first")
        return Login(self.paper.contract, self.admin.user, self.paper.password)

    async def its_pc_is_set_up(self) -> None:
        """An office that is there already: its letter, and the first PC, without many words."""
        told, self.done = self.done, lambda _sentence: None
        await self.letter_is_printed()
        await self.pc_is_set_up(1, "fourth")
        self.done = told
        self.done(f"{self.name} gets its letter, and sets up its PC in the same way: it is active")

    # --- the fund -------------------------------------------------------------------------------------------------

    async def form_is_taken_in(self) -> None:
        """A ZIP with a password and a name of Windows; what was read is shown, and nothing is there until then."""
        form = (await self.clerk.get("/registrations")).page.form("/registrations")
        sent = await self.clerk.send(form, {"password": FORM_PASSWORD}, ("file", FORM), "登録届.zip")
        cells = sent.page.form(f"{sent.path}/correct").fields.values()
        need(self.admin.name in cells and OFFICE in cells, f"the form was not read: {sent.page.text}")
        need(OFFICE not in (await self.clerk.get("/offices")).page.text, "an office is there before anybody agreed")
        self.done("the clerk drops the ZIP that came by mail; each cell is shown, and nothing is registered yet")
        confirming = sent.page.form(f"{sent.path}/confirm")
        for _ in range(2):
            await self.clerk.send(confirming, {})
        page = (await self.clerk.get(sent.path)).page
        self.office = next(OFFICE_PAGE.findall(link)[0] for link in page.links if OFFICE_PAGE.findall(link))
        again = await self.clerk.send(form, {"password": FORM_PASSWORD}, ("file", FORM), "登録届.zip")
        need(again.path == sent.path, "the same form taken in twice is another registration")
        self.done("agrees, twice by mistake: one contract, with its number; the same form again changes nothing")

    async def letter_is_printed(self) -> None:
        """Key and first password stand on paper alone."""
        page = (await self.clerk.get("/letters")).page
        pdf = await self.clerk.send(page.form("/letters/print"), {})
        need(pdf.body.startswith(b"%PDF"), f"no letter was printed: {pdf.status}")
        self.paper = read(words(pdf.body))
        need(self.paper.contract == self.admin.contract, f"not the first number: {self.paper.contract}")
        await self.clerk.send((await self.clerk.get("/letters")).page.form("/letters/confirm"), {})
        left = (await self.clerk.get("/letters")).page.text
        need(self.name not in left, "a confirmed letter can be printed again")
        await self.mail(REGISTERED)
        self.done("the letter is printed and confirmed: from now on its key and first password are on paper alone")

    async def desk_approves(self, code: str, seat: int) -> None:
        """Compares the short code as by phone, and approves; a second approval is told kindly."""
        listed = (await self.desk.get("/activations")).page
        need(code in listed.text, f"the queue does not show the code that the PC shows: {listed.text}")
        one = next(link for link in listed.links if re.fullmatch("/activations/[a-z2-7]{26}", link))
        page = (await self.desk.get(one)).page
        need("問題は見つかりませんでした" in page.text, f"the checks found something: {page.text}")
        sent = await self.desk.send(page.form(f"{one}/approve"), {})
        need("待っている依頼はありません" in sent.page.text, f"the request was not approved: {sent.page.text}")
        await self.mail(ACTIVE)
        self.done(f"the desk compares the code {code} and approves: PC {seat} is active, its admin told by mail")

    # --- the office -----------------------------------------------------------------------------------------------

    async def pc_is_set_up(self, seat: int, pc: str) -> None:
        """Download, install, 確認コード, upload, approval."""
        async with self.stage.visitor("public") as public:
            kit = await self.kit_is_fetched(public, seat, pc)
            self.stage.kits[pc] = self.stage.pc(self._folder / pc, PCS[pc]), kit
            code, file = await self.kit_runs(*self.stage.kits[pc], seat)
            await self.code_goes_up(public, file, code)
        await self.desk_approves(code, seat)

    async def opens_the_list(self, public: Visitor) -> Page:
        """/download/ with the contract number and the password of this month."""
        form = (await public.get("/download/")).page.form("/download/")
        pair = {"contract_number": self.paper.contract, "password": f"202605{self.paper.key}"}
        page = (await public.send(form, pair)).page
        need("/download/" in page.actions, "the password of last month opens /download/")
        pair["password"] = MONTH + self.paper.key
        listed = await public.send(page.form("/download/"), pair)
        need("ダウンロード一覧" in listed.page.text, f"the list did not open: {listed.page.text}")
        return listed.page

    async def kit_is_fetched(self, public: Visitor, seat: int, pc: str) -> Path:
        """The file of one PC."""
        place, name = f"/download/kits/{seat}/kit_linux/file", f"setup.{self.paper.contract}.{seat:02d}.run"
        page = await self.opens_the_list(public)
        listed = self.name in page.text and "操作マニュアル" in page.text
        need(listed, "the list shows neither the office nor manuals")
        # Where the service has just begun its VPN may not be ready, and the list offers no kit yet.
        for _ in range(LOOKS):
            if place in page.links:
                break
            await asyncio.sleep(LOOK_SECONDS)
            page = (await public.get("/download/")).page
        need(place in page.links, f"the list offers no kit: {page.text}")
        answer = await public.get(place)
        need(name in answer.headers.get("Content-Disposition", ""), f"the kit is not called {name}")
        file = self._folder / f"{pc}-{name}"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(answer.body)
        return file

    async def kit_runs(self, pc: OfficePc, kit: Path, seat: int) -> tuple[str, Path]:
        """As a process of its own; the key never leaves the PC. The short code, and the file of the 確認コード."""
        for word, agreed in (("install", ("--agree",)), ("confirm", ())):
            ran = await asyncio.to_thread(pc.run, kit, word, *agreed)
            need(ran.returncode == 0, f"the kit failed: {ran.stderr or ran.stdout}")
        [file] = pc.confirmations()
        need("PRIVATE KEY" not in file.read_text("utf-8"), "the private key is in the 確認コード")
        code = re.search(r"[0-9A-Z]{3}(?:-[0-9A-Z]{1,3})+", ran.stdout)
        need(code is not None, f"the kit shows no short code: {ran.stdout}")
        self.done(f"the office fetches {kit.name.partition('-')[2]} at /download/; it makes its key and 確認コード")
        return (code[0] if code else ""), file

    async def code_goes_up(self, public: Visitor, file: Path, code: str) -> None:
        """/activate/ in the same visit; the same file twice is one request."""
        form = (await public.get("/activate/send")).page.form("/activate/send")
        for _ in range(2):
            sent = await public.send(form, {}, ("code-1", file))
            need(TAKEN in sent.page.text and code in sent.page.text, f"the code was not taken: {sent.page.text}")
        status = (await public.get("/activate/status")).page.text
        need("確認" in status, f"the status does not show it: {status}")
        self.done("sends it at /activate/, twice by mistake; the page shows the same short code, and by when")

    async def mail(self, subject: str) -> str:
        """What the next mail of this subject says to the admin; others before it are left unread."""
        await self.stage.mail_came(self.admin.mail, subject)
        while subject not in (mail := await self.stage.mailbox.next(self.admin.mail)).subject:
            continue
        return mail.text

    # --- later ----------------------------------------------------------------------------------------------------

    async def second_pc(self, admin: Visitor) -> None:
        """Only as a second PC is active can a second user be added (R113)."""
        need(ADD not in links(await self._users(admin)), "users can be added before a second PC is active")
        refused = await admin.get(f"{ADD}?role=sharoshi")
        need(ADD not in refused.page.actions, "the form for another user is there before a second PC is active")
        await self.pc_is_set_up(2, "second")
        need(ADD in links(await self._users(admin)), "no user can be added though a second PC is active")
        self.done("「追加」 appears for the admin now that the second PC is active")

    async def _users(self, admin: Visitor) -> Page:
        return (await admin.get("/users")).page

    async def pc_is_given_up(self, admin: Visitor) -> None:
        """The admin gives up a PC with password and a mailed code; the seat is open again for another one."""
        await admin.send((await admin.get("/seats/1")).page.form("/seats/1/code"), {})
        mail = await self.mail(CODE)
        code = re.search(r"[0-9]{4}[ -]?[0-9]{4}|[0-9]{6,8}", mail)
        need(code is not None and "端末の入れ替え" in mail, f"no code came: {mail}")
        page = (await admin.get("/seats/1")).page
        typed = {"why": "replaced", "code": code[0] if code else "", "present_password": self.admin.password}
        sent = await admin.send(page.form("/seats/1"), typed)
        need(sent.path == "/seats" and "ダウンロード" in sent.page.text, f"not given up: {sent.page.text}")
        await self.mail(ENDED)
        self.done("a PC is replaced: the admin ends the old one with password and a mailed code, at once")

    async def pc_is_replaced(self) -> None:
        """By one that takes its seat."""
        await self.pc_is_set_up(1, "third")

    async def third_seat(self) -> None:
        """利用台数増設届, entered by the clerk; the third kit can be fetched."""
        form = (await self.clerk.get(f"/offices/{self.office}/seats")).page.form(f"/offices/{self.office}/seats")
        sent = await self.clerk.send(form, {"seats": "3", "filed_on": "2026-06-09"})
        need("3" in sent.page.text and sent.path.endswith("/contract"), f"not raised: {sent.page.text}")
        await self.mail(RAISED)
        async with self.stage.visitor("public") as public:
            page = await self.opens_the_list(public)
        need(f"setup.{self.paper.contract}.03.run" in page.text, "the third kit is not in the list")
        self.done("the office asks for a third PC (利用台数増設届): its kit is in the list, and the admin told")

    async def offices_grouped(self, sharoshi: Visitor, other: str, number: int) -> None:
        """複数事業所管理届: one 社労士 for two offices; she switches without signing out."""
        paper = (await self.clerk.get(f"/delegations/new?office={self.office}")).page
        form = paper.form("/delegations/new")
        typed = {
            "account": form.choices["account"][SHAROSHI.name],
            "clients": str(number),
            "role": "sharoshi",
            "since": "2026-06-09",
            "until": "2027-06-08",
            "reason": "6月9日付の複数事業所管理届",
        }
        sure = (await self.clerk.send(form, typed)).page
        need(other in sure.text, f"the page to be sure of it does not name the office: {sure.text}")
        await self.clerk.send(sure.form("/delegations/new/add"), {})
        listed = (await sharoshi.get("/served")).page
        need(other in listed.text and OFFICE in listed.text, f"not both offices are listed: {listed.text}")
        forms = [form for form in listed.forms if form.action == "/served/switch"]
        switching = [form for form in forms if form.fields["then"] == "/"]
        for form in reversed(switching):
            page = (await sharoshi.send(form, {})).page
            need(page.text != "", "switching shows nothing")
        need(len(switching) == 2, f"not two offices to choose from: {len(switching)}")
        self.done(f"{SHAROSHI.name} serves {other} as well (複数事業所管理届), and switches without signing out")


def read(text: str) -> OnPaper:
    """What somebody copies from the letter, groups joined."""
    lines = text.splitlines()

    def after(label: str) -> str:
        rest = lines[next(number for number, line in enumerate(lines) if line.startswith(label)) + 1 :]
        groups = []
        for line in filter(None, rest):
            if not line.isascii():
                break
            groups.append(line)
        return "".join(groups)

    return OnPaper(after("契約番号"), after("ダウンロードキー"), after("初期パスワード"))


def links(page: Page) -> set[str]:
    """Where the links of a page lead, without what is asked there."""
    return {link.partition("?")[0] for link in page.links}
