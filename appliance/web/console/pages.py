# SPDX-License-Identifier: Apache-2.0
"""The pages of the console that only show something, and the way in."""

from aiohttp.web import StreamResponse

from appliance.link.messages import ArriveStaff, GiveCode, ListOffices, OfficeRow
from appliance.model.words import Step
from appliance.web.answers import shown
from appliance.web.csv_files import send_sheet
from appliance.web.cursors import number
from appliance.web.forms import Field, Form
from appliance.web.language import _
from appliance.web.list_cells import office_sheet
from appliance.web.narrowed import Filter, Narrowed, Shape, listed
from appliance.web.request import Request
from appliance.web.vault_side import Answered
from appliance.web.visiting import CODE, FIRST, PASSWORD, DoorPage, door_page, take_step

OFFICES = 200
OFFICE_FILTERS = (Filter("search", "事業所", Shape.WORDS, hint="番号・名前・契約番号"),)
OFFICES_TO_CHOOSE = 1000
MOST_PAGES_TO_CHOOSE = 10
NAME = DoorPage(
    "ログイン",
    Form(FIRST, (Field("login", "職員ID", autocomplete="username", most=40), PASSWORD), "次へ"),
    "基金の職員のための画面です。職員ID とパスワードを入力してください。",
    (
        "続けて 6 回間違えると、60 分間ログインできなくなります。お分かりにならないときは、"
        "システム担当へ初期化を依頼してください。",
    ),
)
CLOCK = "番号が合わないときは、スマートフォンの時計が自動設定になっているか確かめてください。"
PAGES = {
    Step.CODE: DoorPage(
        "ワンタイムパスワードの入力",
        Form("/sign-in/code", (CODE,), "ログイン"),
        "認証アプリに表示されているワンタイムパスワードを入力してください。",
        (
            CLOCK,
            "認証アプリの登録が済んでいないときは、最初の画面からやり直すと、登録の図がもう一度表示されます。",
            "スマートフォンをなくしたとき、アプリを消してしまったときは、システム担当へ初期化を依頼してください。",
        ),
    ),
    Step.ENROL: DoorPage(
        "認証アプリの登録",
        Form("/sign-in/code", (CODE,), "登録してログイン"),
        "スマートフォンの認証アプリ（Google Authenticator、Microsoft Authenticator など）で下の図を読み取り、"
        "表示された 6 桁のワンタイムパスワードを入力してください。次のログインからは、図の読み取りは要りません。",
        (CLOCK,),
    ),
}


async def show_sign_in(request: Request) -> StreamResponse:
    """The first page of signing in."""
    return door_page(request, NAME)


async def give_name(request: Request) -> StreamResponse:
    """Name and password, as typed."""
    return await take_step(request, NAME, lambda typed: ArriveStaff(typed["login"], typed["password"]), PAGES, NAME)


async def give_code(request: Request) -> StreamResponse:
    """The code of the second factor, as typed."""
    page = PAGES[Step.CODE]
    return await take_step(request, page, lambda typed: GiveCode(typed["arrival"], typed["code"]), PAGES, NAME)


async def show_offices(request: Request) -> StreamResponse:
    """The offices in the order of their numbers, all or those that are looked for."""
    after, chosen = number(request.query, "after"), Narrowed.of("/offices", OFFICE_FILTERS, request.query)
    answered = await request.ask(ListOffices(after=after, limit=OFFICES, search=chosen["search"]))
    order = _("事業所番号の順に表示しています。")
    page = listed(request, answered, chosen, order, str(after or ""), OFFICES)
    return shown(request, "console/offices", answered, offices=answered.reply.rows, listed=page)


async def export_offices(request: Request) -> StreamResponse:
    """The offices as a file."""
    chosen = Narrowed.of("/offices", OFFICE_FILTERS, request.query)
    return await send_sheet(request, office_sheet(ListOffices(search=chosen["search"])))


async def offices_to_choose(request: Request) -> tuple[list[OfficeRow], Answered]:
    """All offices, for a list to choose from, and the last answer."""
    rows: list[OfficeRow] = []
    after = 0
    for _page in range(MOST_PAGES_TO_CHOOSE):
        answered = await request.ask(ListOffices(after=after, limit=OFFICES_TO_CHOOSE))
        rows.extend(answered.reply.rows)
        after = answered.reply.after
        if not after:
            break
    return rows, answered
