# SPDX-License-Identifier: Apache-2.0
"""What the fund tells everybody (お知らせ, SC12): those up and to come, a form, and taking down."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, replace

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import BannerRow, ListBanners, PutBanner, TakeBannerDown
from appliance.link.refusals import Refused, Why
from appliance.model.time import JST, Instant, instant
from appliance.model.words import Site, Weight
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.cursors import known_id
from appliance.web.forms import Choice, Field, Form, FormPage, Shape, Typed, boxes, empty, form_page, send
from appliance.web.language import _
from appliance.web.request import Request
from appliance.web.said import said, with_word

PLACE = "/banners"
DOWN = "/banners/{id}/down"
END_OF_DAY = "23:59"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})", re.ASCII)
# How much a field takes: some signs count as two for a browser, and the vault counts them as one.
MOST_TEXT, MOST_ENGLISH = 400, 800
SITES = (
    Choice(Site.PORTAL, "事業所の画面", "VPN に接続してから開く画面。ログインの前にも表示されます。"),
    Choice(Site.PUBLIC, "インターネット側の画面", "ワンタイムパスワードの発行など。だれでも見られます。"),
)
WEIGHTS = (
    Choice(Weight.NORMAL, "普通", "「お知らせ」として表示します。"),
    Choice(Weight.IMPORTANT, "重要", "「重要なお知らせ」として、いちばん上に目立つ色で表示します。"),
)
FORM = Form(
    PLACE,
    (
        Field(
            "banner_text",
            "お知らせの文章",
            "200 文字以内、8 行まで。改行はそのまま表示されます。個人や事業所の名前は書かないでください。",
            Shape.LINES,
            most=MOST_TEXT,
        ),
        Field(
            "banner_english",
            "英語の文章",
            "400 文字以内。空欄のときは、英語の画面にも日本語の文章を表示します。",
            Shape.LINES,
            is_optional=True,
            most=MOST_ENGLISH,
        ),
        Field("weight", "重要度", shape=Shape.RADIO, choices=WEIGHTS),
        Field("banner_sites", "出す画面", shape=Shape.BOXES, choices=SITES),
        Field("banner_since", "掲示を始める日", "例: 2026-06-09", Shape.DATE, most=10),
        Field("since_time", "掲示を始める時刻", "例: 08:00", Shape.TIME, most=5),
        Field("banner_until", "掲示を終える日", "例: 2026-06-10", Shape.DATE, most=10),
        Field("until_time", "掲示を終える時刻", "この時刻に消えます。例: 20:00", Shape.TIME, most=5),
    ),
    "掲示する",
)
TAKING = FormPage(
    "お知らせを取り下げる",
    Form(
        DOWN,
        (
            Field("text", "お知らせ", shape=Shape.FIXED),
            Field("period", "掲示の期間", shape=Shape.FIXED),
        ),
        "取り下げる",
    ),
    ("取り下げると、数秒のうちにすべての画面から消えます。もう一度出すときは、掲示し直してください。",),
    "banners",
    PLACE,
)


@dataclass(frozen=True, slots=True)
class BannerLine:
    """One of them, in words."""

    id: str
    text: str
    english: str
    important: bool
    is_up: bool
    period: str
    sites: str
    by: str


async def show_banners(request: Request) -> StreamResponse:
    """The list, and the form for another."""
    return await _page(request)


async def put(request: Request) -> StreamResponse:
    """Put one up."""
    done = await send(request, FORM, _message)
    return await _page(request, done) if isinstance(done, Typed) else go_to(with_word(PLACE, "banner_put"))


async def show_taking(request: Request) -> StreamResponse:
    """Which one it is, before it goes."""
    return await _sure(request)


async def take_down(request: Request) -> StreamResponse:
    """Take one down."""
    id = known_id(request.values["id"])
    done = await send(request, TAKING.form, lambda typed: TakeBannerDown(id, typed.command))
    return await _sure(request, done) if isinstance(done, Typed) else go_to(with_word(PLACE, "banner_taken_down"))


async def _page(request: Request, typed: Typed | None = None) -> Response:
    answered = await request.ask(ListBanners())
    if typed is None:
        typed = empty(request, _beginning(answered.now))
    return shown(
        request,
        "console/banners",
        answered,
        typed.status,
        lines=[_line(row, answered.now) for row in answered.reply.rows],
        asked=FORM,
        typed=typed,
        said=said(request),
    )


async def _sure(request: Request, typed: Typed | None = None) -> Response:
    """Raises Refused NOT_FOUND for one that is not there any more."""
    id = known_id(request.values["id"])
    answered = await request.ask(ListBanners())
    lines = [_line(row, answered.now) for row in answered.reply.rows if row.id == id]
    if not lines:
        raise Refused(Why.NOT_FOUND, "banner.gone")
    whole = {"text": " ".join(lines[0].text.split()), "period": lines[0].period}
    typed = typed or empty(request, whole)
    form = replace(TAKING.form, action=DOWN.format(id=id))
    return form_page(request, replace(TAKING, form=form), answered, typed)


def _beginning(now: Instant) -> dict[str, str]:
    """What stands in the form at first: from now to the end of the day, for the offices."""
    day = japanese.today(now)
    times = {"since_time": japanese.clock(now), "until_time": END_OF_DAY}
    return {
        "banner_since": day,
        "banner_until": day,
        "weight": Weight.NORMAL.value,
        **times,
        **boxes("banner_sites", frozenset({Site.PORTAL.value})),
    }


def _message(typed: Typed) -> PutBanner:
    """Raises Refused INVALID, with the field that holds no date."""
    return PutBanner(
        text=typed["banner_text"],
        weight=Weight(typed["weight"]),
        since=_instant("banner_since", typed["banner_since"], typed["since_time"]),
        until=_instant("banner_until", typed["banner_until"], typed["until_time"]),
        sites=frozenset(Site(choice.value) for choice in SITES if choice.value in typed.ticked("banner_sites")),
        english=typed["banner_english"],
        command=typed.command,
    )


def _instant(field: str, day: str, clock: str) -> Instant:
    """A day and a time in Japan. Raises Refused INVALID with the field."""
    day, clock = (unicodedata.normalize("NFKC", text[:20]).strip() for text in (day, clock))
    found = _TIME.fullmatch(clock)
    try:
        if found is None or not _DATE.fullmatch(day):
            raise ValueError(f"{day} {clock} is no instant")
        time = dt.time(int(found[1]), int(found[2]))
        return instant(dt.datetime.combine(dt.date.fromisoformat(day), time, JST))
    except (ValueError, OverflowError) as error:
        raise Refused(Why.INVALID, f"{field}.date", {"field": field}) from error


def _line(row: BannerRow, now: Instant) -> BannerLine:
    """A row of the vault for people."""
    return BannerLine(
        row.id,
        row.text,
        row.english,
        row.weight is Weight.IMPORTANT,
        row.since <= now,
        _("{since} から {until} まで", since=japanese.moment(row.since), until=japanese.moment(row.until)),
        _("・").join(_(choice.label) for choice in SITES if choice.value in row.sites),
        row.by,
    )
