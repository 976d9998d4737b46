# SPDX-License-Identifier: Apache-2.0
"""A month at the screen: people do their parts in a real browser, by what they see; a picture is kept of each page.

None of them knows an address but that of the site, which is a bookmark; they click, type and read.
"""

from collections.abc import Callable
from pathlib import Path

from tests.browser.axe import DESK
from tests.browser.cast import AUDITOR, SECOND, Cast
from tests.browser.hand import Hand
from tests.browser.on_paper import month_password
from tests.servers.chromium import Tab
from tests.story import filing_zip
from tests.story.notices import NOTICE
from tests.story.people import CLERK, FOUNDERS, OFFICE, OTHER, REASON, SHAROSHI
from tests.story.people import DESK as WINDOW
from tests.story.stage import Login, Person, need

QUALITY = 50
LARGEST = 60_000
USER = Person(0, "123456-0000001", "tantou001", "担当　百合", "タントウ　ユリ")
SENT = "加入者資格喪失届"
ASKED = "給与の変更について"
SAID = "6月12日(金)は、保守のため 18 時に終わります。"
SCREENS = (
    "download",
    "download-list",
    "activate",
    "sign-in",
    "admin-menu",
    "admin-month",
    "admin-adds",
    "admin-users",
    "landing",
    "onetime",
    "code-requested",
    "user-registers",
    "user-sends",
    "user-follows",
    "sharoshi-sends",
    "admin-approves",
    "admin-delivered",
    "admin-history",
    "clerk-menu",
    "clerk-inbox",
    "clerk-received",
    "clerk-delivers",
    "clerk-delivered",
    "desk-announces",
    "office-notices",
    "office-asks",
    "office-help",
    "desk-locks",
    "desk-unlocks",
    "desk-replies",
    "desk-answers",
    "system-proposals",
    "auditor-history",
)


class Month:
    """Plays the scenes one after another; pictures go into a folder."""

    def __init__(self, cast: Cast, tab: Tab, folder: Path, say: Callable[[str], None]) -> None:
        """say is told of each picture."""
        self.cast = cast
        self.tab = tab
        self.hand = Hand(tab)
        self.folder = folder
        self.screens: list[str] = []
        self._say = say

    async def play(self) -> int:
        """All scenes; how many pictures there are. Raises StoryFailed at the first that does not hold."""
        await self.tab.wear(*DESK)
        await self.office_fetches()
        first = await self.admin_adds_somebody()
        await self.user_comes_in(first)
        await self.user_sends()
        await self.sharoshi_sends()
        await self.admin_approves()
        await self.clerk_receives()
        await self.clerk_delivers()
        await self.desk_announces()
        await self.user_looks()
        await self.desk_unlocks()
        await self.system_decides()
        await self.auditor_reads()
        return len(self.screens)

    async def keep(self, name: str, *words: str) -> None:
        """A picture of the page that is open, which must show these words."""
        await self.hand.sees(*words)
        need(self.tab.errors == [], f"{name}: a script of the page failed: {self.tab.errors}")
        shot = await self.tab.picture(QUALITY)
        need(len(shot) <= LARGEST, f"{name}: the picture has {len(shot):,} bytes")
        (self.folder / f"{name}.webp").write_bytes(shot)
        self.screens.append(name)
        self._say(f"[{len(self.screens):2}] {name} ({len(shot):,} bytes)")

    # --- before the first sign-in ---------------------------------------------------------------------------------

    async def office_fetches(self) -> None:
        """With the letter in hand: what the public site has for the office, and where the 確認コード goes."""
        hand, contract = self.hand, FOUNDERS[OFFICE].contract
        await hand.opens(self.cast.stage.addresses["public"])
        await hand.presses("ダウンロード")
        await self.keep("download", "ダウンロードパスワード")
        await hand.types("契約番号", contract)
        await hand.types("ダウンロードパスワード", await month_password(self.cast, contract))
        await hand.presses("送信")
        await self.keep("download-list", "ご登録情報の確認", "ダウンロードリスト")
        await hand.presses("確認コードの送信へ進む")
        await self.keep("activate", "確認コードのファイル")
        await hand.presses("終了する")

    # --- coming in ------------------------------------------------------------------------------------------------

    async def comes_in(self, person: Person, password: str = "", code: str = "", picture: str = "") -> None:
        """Signs in at the portal, one step after another."""
        hand = self.hand
        await hand.opens(self.cast.stage.addresses["portal"])
        await hand.types("契約番号", person.contract)
        await hand.types("ユーザーID", person.user)
        if picture:
            await self.keep(picture, "契約番号")
        await hand.presses("次へ")
        if code:
            await hand.types("ワンタイムパスワード", code)
            await hand.presses("送信")
        await hand.types("ログインパスワード", password or person.password)
        await hand.presses("ログイン")

    async def staff_comes_in(self, person: Person) -> None:
        """Signs in at the console with a code of the app; a minute has passed since the last one."""
        hand, login = self.hand, self.cast.logins[person.user]
        await self.cast.stage.renkei("demo", "clock", "+1m")
        await hand.opens(self.cast.stage.addresses["console"])
        await hand.types("職員ID", person.user)
        await hand.types("ログインパスワード", person.password)
        await hand.presses("次へ")
        now = await self.tab.run("Number(document.querySelector('[data-now]').dataset.now)")
        await hand.types("ワンタイムパスワード", login.app.code(now))
        await hand.presses("ログイン")

    # --- the office -----------------------------------------------------------------------------------------------

    async def admin_adds_somebody(self) -> Login:
        """Gives a colleague an account; what the page shows once."""
        hand = self.hand
        await self.comes_in(FOUNDERS[OFFICE], picture="sign-in")
        await self.keep("admin-menu", "承認待ち", "残り")
        await hand.presses("今月のページ")
        await self.keep("admin-month", "今日", "まだ開いていないもの")
        await hand.presses("メニュー")
        await hand.presses("利用者の管理")
        await hand.presses("担当者を追加")
        for label, text in (("ユーザーID", USER.user), ("氏名（カナ）", USER.kana), ("氏名（漢字）", USER.name)):
            await hand.types(label, text)
        await hand.types("メールアドレス", USER.mail)
        await self.keep("admin-adds", "利用者の追加", "承認")
        await hand.presses("追加する")
        await hand.sees("初期パスワード", USER.user)
        password = await self.tab.run("document.querySelector('.secret code').innerText")
        await hand.presses("利用者の管理")
        await self.keep("admin-users", USER.name, "初回ログイン待ち")
        return Login(USER.contract, USER.user, password)

    async def user_comes_in(self, first: Login) -> None:
        """The colleague asks for a code before the VPN, reads the mail, comes in and registers."""
        hand = self.hand
        await hand.opens(self.cast.stage.addresses["public"])
        await self.keep("landing", "いまここです", "VPN に接続する")
        await hand.presses("ログイン（ワンタイムパスワード発行）")
        await hand.types("契約番号", USER.contract)
        await hand.types("ユーザーID", USER.user)
        await self.keep("onetime", "いまここです")
        await hand.presses("送信")
        await self.keep("code-requested", "済みました", "迷惑メール")
        mail = await self.cast.stage.mailbox.next(USER.mail)
        code = mail.text.partition("\n")[0].removeprefix("ワンタイムパスワード: ")
        await self.comes_in(USER, first.password, code)
        await hand.types("氏名（カナ）", USER.kana)
        await hand.types("氏名（漢字）", USER.name)
        await hand.types("新しいパスワード", USER.password)
        await hand.types("新しいパスワード（確認）", USER.password)
        await self.keep("user-registers", "利用者情報の登録", "初期パスワードは使えなくなります")
        await hand.presses("登録")
        await hand.sees("登録が済みました", "メニュー")

    async def user_sends(self) -> None:
        """A PDF of any name; then looks where it is."""
        hand = self.hand
        await self._sends("加入者資格取得届", "user-sends")
        await hand.presses("届書")
        await hand.presses("加入者資格取得届")
        await self.keep("user-follows", "承認待ち", "配信済", "受信済", "処理完了")
        await hand.presses("ログアウト")
        await hand.sees("ログアウトしました")

    async def _sends(self, kind: str, picture: str) -> None:
        """From the menu: kind, dates, file."""
        hand = self.hand
        await hand.presses("届書を送る")
        await hand.picks("届書の種類", kind)
        await hand.sets("事由発生年月日", "2026-06-01")
        await hand.sees("提出期限")
        await hand.attaches(filing_zip.FILING)
        await hand.touches("送る")
        await self.tab.until("document.querySelector('.files').textContent.includes('受け付けました')")
        await self.tab.run("document.querySelector('.files').scrollIntoView({block: 'center'})")
        await self.keep(picture, "受け付けました")

    async def sharoshi_sends(self) -> None:
        """The same for a client; nothing offers her to approve it."""
        await self.comes_in(SHAROSHI)
        await self._sends(SENT, "sharoshi-sends")
        await self.hand.presses("届書")
        await self.hand.presses(SENT)
        await self.hand.needs_none("承認する")

    async def admin_approves(self) -> None:
        """Finds it on the menu, looks at the document, approves and delivers it."""
        hand = self.hand
        await self.comes_in(FOUNDERS[OFFICE])
        await hand.presses("届書")
        await hand.presses(SENT, beside=SENT)
        await self.keep("admin-approves", "承認して配信する", SHAROSHI.name)
        await hand.presses("承認して配信する")
        await self.keep("admin-delivered", "配信済")
        await hand.presses("履歴")
        await self.keep("admin-history", "届書の承認", SHAROSHI.name)

    async def user_looks(self) -> None:
        """The colleague sees what has come, asks the fund something, and looks up what to do with a ZIP."""
        hand = self.hand
        await self.comes_in(USER)
        await hand.presses("配信帳票")
        await self.keep("office-notices", "未受信", SAID)
        await hand.presses("メニュー")
        await hand.presses("お問い合わせ")
        await hand.presses("新しいお問い合わせ")
        await hand.types("件名", ASKED)
        await hand.types("内容", "今月から変わるときの、届書の出し方を教えてください。")
        await hand.presses("送信する")
        await self.keep("office-asks", "お問い合わせを送信しました。", ASKED)
        await hand.presses("使い方")
        await hand.presses("困ったときは")
        await hand.types("症状", "zip 開かない")
        await hand.touches("受け取った ZIP が開かない")
        await self.keep("office-help", "圧縮パスワード")
        need("閉塞" not in await hand.reads(), "the list is not narrowed while somebody types")

    # --- the fund -------------------------------------------------------------------------------------------------

    async def clerk_receives(self) -> None:
        """From the inbox."""
        hand = self.hand
        await self.staff_comes_in(CLERK)
        await self.keep("clerk-menu", "届書の受付", "帳票を配信する")
        await hand.presses("届書の受付")
        await self.keep("clerk-inbox", OFFICE, SENT)
        await hand.presses(SENT, beside=SENT)
        await hand.presses("受信する")
        await self.keep("clerk-received", "受信済", "処理完了にする")

    async def clerk_delivers(self) -> None:
        """A notice to one office."""
        hand = self.hand
        await hand.presses("帳票を配信する")
        await hand.picks("届け先の事業所", OFFICE)
        await hand.picks("帳票の種類", "納入告知金額通知書")
        await hand.sets("対象年月", "2026-07")
        await hand.attaches(NOTICE)
        await self.keep("clerk-delivers", "帳票の種類")
        await hand.presses("配信する")
        await self.keep("clerk-delivered", "未受信", "配信しました")

    async def desk_announces(self) -> None:
        """Everybody is told at once, before anybody calls."""
        await self.staff_comes_in(WINDOW)
        await self.hand.presses("お知らせ")
        await self.hand.types("お知らせの文章", SAID)
        await self.hand.presses("掲示する")
        await self.keep("desk-announces", "掲示中", SAID)

    async def desk_unlocks(self) -> None:
        """Somebody called who had forgotten the password; what to say stands in the answers."""
        hand = self.hand
        await self.staff_comes_in(WINDOW)
        await hand.presses("ログイン停止")
        await self.keep("desk-locks", FOUNDERS[OTHER].name)
        await hand.presses("解除", beside=FOUNDERS[OTHER].name)
        await hand.types("理由", REASON)
        await hand.presses("解除する")
        await self.keep("desk-unlocks", "解除しました")
        await hand.presses("メニュー")
        await hand.presses("お問い合わせ")
        await hand.presses(ASKED)
        await hand.types("回答", "変わる月の前の月までに、届書をお送りください。")
        await hand.presses("回答する")
        await self.keep("desk-replies", "回答を送信しました。")
        await hand.presses("使い方")
        await hand.presses("困ったときは")
        await hand.touches("ログインが止められた")
        await self.keep("desk-answers", "電話での案内", "折り返し")

    async def system_decides(self) -> None:
        """What one of the administrators proposed, the other looks at."""
        await self.staff_comes_in(SECOND)
        await self.hand.presses("二人承認")
        await self.keep("system-proposals", "新人 始", "異動", "承認")

    async def auditor_reads(self) -> None:
        """All that was done, by whom; and nothing can be done."""
        await self.staff_comes_in(AUDITOR)
        await self.hand.needs_none("帳票を配信する")
        await self.hand.presses("履歴")
        await self.hand.sees("ログイン停止の解除", REASON)
        await self.hand.picks("種類", "送受信履歴")
        await self.hand.presses("表示")
        await self.keep("auditor-history", "届書の基金受信", "帳票の配信", "条件")
        need("ログイン停止の解除" not in await self.hand.reads(), "the history is not narrowed")
