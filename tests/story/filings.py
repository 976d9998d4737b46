# SPDX-License-Identifier: Apache-2.0
"""The filings of the story: sent by the 社労士, approved by the admin, received, returned, settled by the fund."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.story import filing_zip
from tests.story.page import Form, Page
from tests.story.people import FOUNDERS, OFFICE, SHAROSHI
from tests.story.stage import Stage, need
from tests.story.visitor import Answer, Visitor

FORM = "加入者資格取得届"
EVENT, FILED = "2026-06-01", "2026-06-08"
BARE = "社長へ 資格取得 確認済み.pdf"
RETURNED = "資格取得年月日が、添付の雇用契約書と異なります。お確かめのうえ、もう一度お送りください。"

Done = Callable[[str], None]


class Filings:
    """Plays its steps: three visitors who are signed in, and what they have done so far."""

    def __init__(self, stage: Stage, done: Done, staff: Visitor, admin: Visitor, sharoshi: Visitor) -> None:
        """Nothing has been sent."""
        self.stage = stage
        self.done = done
        self.staff = staff
        self.admin = admin
        self.sharoshi = sharoshi
        self.first = ""

    async def exchange(self) -> None:
        """A ZIP of 7-Zip on its way to the fund."""
        await self.refused_with_another_password()
        with tempfile.TemporaryDirectory() as folder:
            self.first = await self.sharoshi_sends(filing_zip.taken(Path(folder)))
        await self.sharoshi_cannot_approve()
        await self.admin_approves_and_delivers()
        await self.fund_receives()

    async def corrections(self) -> None:
        """What goes wrong, and how it is put right."""
        bare = await self.bare_pdf_is_named()
        await self.taken_back(bare)
        await self.given_back_and_sent_again()

    # --- sending --------------------------------------------------------------------------------------------------

    async def send(self, file: Path, *, as_name: str = "", follows: str = "", kind: str = "") -> Answer:
        """The page on which filings are sent, filled in, without a script."""
        path = f"/filings/new?follows={follows}" if follows else "/filings/new"
        form = (await self.sharoshi.get(path)).page.form("/filings/new")
        typed = {"filed_on": FILED, "event_on": EVENT}
        typed |= {"type": form.choices["type"][kind]} if kind else {}
        return await self.sharoshi.send(form, typed, ("file", file), as_name=as_name)

    async def refused_with_another_password(self) -> None:
        """Nothing is taken that the fund could not open; the page says what to do."""
        if not filing_zip.is_installed():
            return
        with tempfile.TemporaryDirectory() as folder:
            wrong = filing_zip.made(Path(folder), password="another-password")
            sent = await self.send(wrong)
        need(sent.status == 422 and "圧縮パスワード" in sent.page.text, "a ZIP of another password was taken")
        need(FORM not in listed(await self.sharoshi.get("/filings")), "a refused ZIP left a filing behind")
        self.done("a ZIP with another password is refused at once, with a sentence and what to do next")

    async def sharoshi_sends(self, zipped: Path) -> str:
        """The same form twice, as after a double click; the filing."""
        page = (await self.sharoshi.get("/filings/new")).page.form("/filings/new")
        typed = {"filed_on": FILED, "event_on": EVENT}
        for _ in range(2):
            sent = await self.sharoshi.send(page, typed, ("file", zipped))
            said = sent.page.text
            need(sent.status == 200 and filing_zip.NAME in said, f"the ZIP was not taken: {said}")
        need("提出期限" in said, "the legal deadline is not told")
        shown = (await self.sharoshi.get("/filings")).page
        need(shown.text.count(filing_zip.NAME) == 1, "the same form sent twice did not file exactly once")
        how = "made by 7-Zip just now" if filing_zip.is_installed() else "made by 7-Zip"
        self.done(
            f"{SHAROSHI.name} sends {FORM} in a ZIP {how}, with the compression password; it is opened and named"
        )
        return newest(shown)

    async def bare_pdf_is_named(self) -> str:
        """A PDF of any name with type and date; the filing."""
        sent = await self.send(filing_zip.FILING, as_name=BARE, kind=FORM)
        need(sent.status == 200, f"a bare PDF was not taken: {sent.page.text}")
        need(f"{filing_zip.NAME}.pdf" in sent.page.text and BARE in sent.page.text, "the new name is not told")
        self.done(f"a bare PDF called 「{BARE}」 gets the name {filing_zip.NAME}.pdf from type and date")
        return newest((await self.sharoshi.get("/filings")).page)

    # --- the office -----------------------------------------------------------------------------------------------

    async def sharoshi_cannot_approve(self) -> None:
        """Neither by a button nor by a request that no button made."""
        page = (await self.sharoshi.get(f"/filings/{self.first}")).page
        need(f"/filings/{self.first}/approve" not in page.actions, "the 社労士 is offered to approve")
        seen = await self.admin.get(f"/filings/{self.first}")
        for act in ("approve", "deliver"):
            form = forged(seen.page.form(f"/filings/{self.first}/approve"), page, f"/filings/{self.first}/{act}")
            answer = await self.sharoshi.send(form, {})
            need(answer.status == 403, f"the 社労士 could {act}: {answer.status}")
        history = (await self.admin.get(f"/history?thing={self.first}")).page.text
        need("届書の承認 拒否" in history, "that the 社労士 tried to approve is not in the history")
        self.done("she cannot approve or deliver it: 403, and the attempt is in the journal")

    async def admin_approves_and_delivers(self) -> None:
        """Told by mail, she looks at the very bytes, approves them, and then delivers them."""
        await self.stage.mail_came(FOUNDERS[OFFICE].mail, "届書の承認のお願い")
        need("承認待ち" in (await self.admin.get("/")).page.text, "the menu does not say that something waits")
        need((await self.staff.get(f"/filings/{self.first}")).status == 404, "the fund sees what was not delivered")
        opened = await self.admin.get(f"/filings/{self.first}/file")
        need(opened.body == filing_zip.FILING.read_bytes(), "the PDF is not the one that was sent")
        page = await self.act(self.admin, self.first, "approve", button=-1)
        need("配信待ち" in page.text, f"the filing is not approved: {page.text}")
        page = await self.act(self.admin, self.first, "deliver")
        need("配信済" in page.text, f"the filing is not delivered: {page.text}")
        self.done("the admin is asked by mail, opens the PDF, approves it (承認) and delivers it (配信)")

    async def taken_back(self, filing: str) -> None:
        """By who sent it, while the fund has not got it."""
        asked = (await self.sharoshi.get(f"/filings/{filing}/cancel")).page
        answer = await self.sharoshi.send(asked.form(f"/filings/{filing}/cancel"), {})
        need("取消済" in answer.page.text, f"the filing is not cancelled: {answer.page.text}")
        gone = await self.admin.get(f"/filings/{filing}/file")
        need(gone.status in (404, 409), f"what was cancelled is opened with {gone.status}")
        page = (await self.admin.get(f"/filings/{filing}")).page
        need(f"/filings/{filing}/approve" not in page.actions, "what was cancelled can be approved")
        self.done("it was the wrong one: she takes it back (取消), its bytes are destroyed, the record stays")

    # --- the fund -------------------------------------------------------------------------------------------------

    async def fund_receives(self) -> None:
        """In the inbox, taken, opened byte for byte; the office's page says so."""
        inbox = (await self.staff.get("/filings")).page
        need(filing_zip.NAME in inbox.text and OFFICE in inbox.text, "the filing is not in the fund's inbox")
        page = await self.act(self.staff, self.first, "receive")
        need("受信済" in page.text, f"the fund cannot receive it: {page.text}")
        opened = await self.staff.get(f"/filings/{self.first}/document")
        same = hashlib.sha256(opened.body).digest() == hashlib.sha256(filing_zip.FILING.read_bytes()).digest()
        need(same and opened.headers["Content-Type"] == "application/pdf", "the fund's PDF is not the office's")
        shown = (await self.sharoshi.get(f"/filings/{self.first}")).page.text
        need("受信済" in shown, "the office does not see that the fund has received it")
        self.done("the fund finds it in its inbox, receives it and opens the PDF byte for byte; the office sees it")

    async def given_back_and_sent_again(self) -> None:
        """差戻し with a reason, another one in its place, and that one is settled."""
        page = (await self.staff.get(f"/filings/{self.first}/return")).page
        answer = await self.staff.send(page.form(f"/filings/{self.first}/return"), {"reason": RETURNED})
        need("差戻し" in answer.page.text, f"the fund cannot give it back: {answer.page.text}")
        page = (await self.sharoshi.get(f"/filings/{self.first}")).page
        need(RETURNED in page.text, "the office does not read why")
        name = f"{filing_zip.NAME}.pdf"
        again = await self.send(filing_zip.FILING, as_name=name, follows=self.first, kind=FORM)
        need(again.status == 200, f"the corrected filing was not taken: {again.page.text}")
        second = newest((await self.sharoshi.get("/filings")).page)
        await self.act(self.admin, second, "approve", button=0)
        for act in ("receive", "accept"):
            await self.act(self.staff, second, act)
        links = (await self.staff.get(f"/filings/{second}")).page.links
        need(f"/filings/{self.first}" in links, "the new filing does not lead to the one that was given back")
        await self.settled(second)
        self.done("the fund gives it back with a reason; it is sent again, 承認して配信 in one step, and settled")

    async def settled(self, filing: str) -> None:
        """処理完了, with the notice that answers it."""
        form = (await self.staff.get(f"/filings/{filing}/done")).page.form(f"/filings/{filing}/done")
        decision = next(value for words, value in form.choices["decision"].items() if "納入告知" in words)
        answer = await self.staff.send(form, {"decision": decision})
        need("処理完了" in answer.page.text, f"the filing cannot be settled: {answer.page.text}")
        page = (await self.admin.get(f"/filings/{filing}")).page
        need(any(decision in link for link in page.links), "the office's page does not lead to the decision")

    # --- both -----------------------------------------------------------------------------------------------------

    async def act(self, who: Visitor, filing: str, act: str, button: int = 0) -> Page:
        """Press a button on the filing's page, one of those of the act by its number; the page after it."""
        page = (await who.get(f"/filings/{filing}")).page
        forms = [form for form in page.forms if form.action == f"/filings/{filing}/{act}"]
        need(bool(forms), f"there is no button to {act}: {page.text}")
        return (await who.send(forms[button], {})).page


def forged(form: Form, own: Page, action: str) -> Form:
    """A form of somebody else's page with one's own token, as a program would send it."""
    token = next(one.fields["form"] for one in own.forms if "form" in one.fields)
    return Form(action, {**form.fields, "form": token})


def listed(answer: Answer) -> str:
    """The rows of a table, without the filters above it."""
    return answer.body.decode().partition("<tbody>")[2]


def newest(page: Page) -> str:
    """The filing in the first line of a list."""
    links = (link.removeprefix("/filings/") for link in page.links if link.startswith("/filings/"))
    return next(link for link in links if len(link) == 26)
