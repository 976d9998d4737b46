# SPDX-License-Identifier: Apache-2.0
"""Signing in at the portal, and its menu (SC6–SC8, SC12)."""

from dataclasses import replace

from aiohttp.web import StreamResponse

from appliance.link.messages import Arrive, AskHours, GiveCode, GivePassword, OpenMenu
from appliance.model.calendar import Reason
from appliance.model.words import Permission, Step
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.closed import closed_page
from appliance.web.due import NEVER, countdown
from appliance.web.forms import Field, Form, Shape
from appliance.web.plugin_pages import entries
from appliance.web.portal.filings import may
from appliance.web.request import Request
from appliance.web.said import said
from appliance.web.visiting import CODE, FIRST, PASSWORD, DoorPage, door_page, take_step

USER_ID = Field("user_id", "ユーザーID", "大文字と小文字を区別します。", autocomplete="username", most=40)
NAME = DoorPage(
    "電子連携サービス・認証画面",
    Form(
        FIRST,
        (
            Field(
                "contract_number",
                "契約番号",
                "例: 123456-0012345",
                autocomplete="organization",
                most=40,
            ),
            USER_ID,
        ),
        "次へ",
    ),
    "VPN に接続してから、ここでログインします。契約番号とユーザーIDを入力してください。",
    (
        "初めてのログイン、メールアドレスを変えた後、90 日以上ご利用がなかった後は、"
        "ワンタイムパスワードも必要です。",
        "VPN に接続する前に、インターネット側の「ワンタイムパスワード発行サイト」で発行してください。",
    ),
)
PAGES = {
    Step.CODE: DoorPage(
        "ワンタイムパスワードの入力",
        Form("/sign-in/code", (CODE,), "送信"),
        "メールでお届けした 8 桁のワンタイムパスワードを入力してください。",
        (
            "まだ発行していないときは、VPN 接続をいったん切り、インターネット側の"
            "「ワンタイムパスワード発行サイト」で発行してください。メールを確認してから、VPN 接続をやり直します。",
            "契約番号やユーザーIDが違うときも、この画面になります。入力に自信がないときは、最初の画面からやり直してください。",
            "続けて 5 回間違えると、そのワンタイムパスワードは使えなくなります。",
        ),
    ),
    Step.PASSWORD: DoorPage(
        "ログイン",
        Form("/sign-in/password", (replace(USER_ID, hint="", shape=Shape.FIXED), PASSWORD), "ログイン"),
        "ご自分で決めたログインパスワードを入力してください。初めてのときは、お知らせした初期パスワードを入力します。",
        (
            "続けて 6 回間違えると、60 分間ログインできなくなります。お分かりにならないときは、"
            "事業所の管理者または下の連絡先へお問い合わせください。",
        ),
    ),
}


async def show_sign_in(request: Request) -> StreamResponse:
    """The first page of signing in; while the service is closed, why it is, and when it opens."""
    answered = await request.ask(AskHours())
    if answered.reply.reason is not Reason.OPEN:
        return closed_page(request, answered)
    return door_page(request, NAME)


async def give_name(request: Request) -> StreamResponse:
    """Contract number and user id go on as typed; the vault makes them canonical."""
    return await take_step(
        request, NAME, lambda typed: Arrive(typed["contract_number"], typed["user_id"]), PAGES, NAME
    )


async def give_code(request: Request) -> StreamResponse:
    """The one-time password, as typed."""
    return await take_step(
        request, PAGES[Step.CODE], lambda typed: GiveCode(typed["arrival"], typed["code"]), PAGES, NAME
    )


async def give_password(request: Request) -> StreamResponse:
    """The password, as typed."""
    page = PAGES[Step.PASSWORD]
    return await take_step(
        request, page, lambda typed: GivePassword(typed["arrival"], typed["password"]), PAGES, NAME
    )


async def show_menu(request: Request) -> StreamResponse:
    """The menu, with what waits."""
    answered = await request.ask(OpenMenu())
    house, menu = request.house, answered.reply
    return shown(
        request,
        "portal/menu",
        answered,
        menu=menu,
        due=countdown(menu.due_on, answered.now) if menu.due_on else NEVER,
        due_type=house.type_name(menu.due_type),
        arrived=japanese.date(menu.arrived_at),
        arrived_type=house.type_name(menu.arrived_type),
        may_send=may(answered, Permission.UPLOAD),
        more=await entries(request, answered),
        said=said(request),
    )
