# SPDX-License-Identifier: Apache-2.0
"""The pair of the letter (R43, R45, R56), and the ticket that it opens, as the browser has them."""

from aiohttp.web import Response

from appliance.link.messages import CounterOpened, OpenCounter
from appliance.model.words import Site
from appliance.web.answers import go_to, shown_to_anyone
from appliance.web.cookies import door_cookie, door_form, ending, setting, visit_cookie
from appliance.web.forms import Field, Form, Shape, Typed
from appliance.web.request import Request
from appliance.web.visiting import door_for

PAIR = (
    Field(
        "contract_number",
        "契約番号",
        "お知らせに印刷されている番号です。半角数字で、ハイフンを含めて入力します。例: 123456-0012345",
        inputmode="text",
        most=40,
    ),
    Field(
        "password",
        "ダウンロードパスワード",
        "今日の年月（6桁）に続けて、お知らせのダウンロードキーを入力します。半角英数・14文字。"
        "例: 2026年6月で、キーが abcd2345 のときは 202606abcd2345",
        Shape.SECRET,
        most=64,
    ),
)


def opening(typed: Typed) -> OpenCounter:
    """The message of the pair, as typed."""
    return OpenCounter(typed["contract_number"], typed["password"])


def pair_page(request: Request, name: str, form: Form, typed: Typed) -> Response:
    """A page that asks for the pair; the door cookie proves that its form comes from here."""
    door = door_for(request)
    answer = shown_to_anyone(
        request,
        name,
        typed.status,
        asked=form,
        typed=typed,
        door=door_form(door),
        ended="ended" in request.query,
        left="left" in request.query,
    )
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer


def with_ticket(answer: Response, opened: CounterOpened) -> Response:
    """The answer to the right pair: from now on the browser has the ticket, and no door."""
    answer.headers.add("Set-Cookie", setting(visit_cookie(Site.PUBLIC), opened.token))
    answer.headers.add("Set-Cookie", ending(door_cookie(Site.PUBLIC)))
    return answer


def without_ticket(path: str) -> Response:
    """On to a page, the ticket gone."""
    answer = go_to(path)
    answer.headers.add("Set-Cookie", ending(visit_cookie(Site.PUBLIC)))
    return answer
