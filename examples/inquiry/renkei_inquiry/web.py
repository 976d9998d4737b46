# SPDX-License-Identifier: Apache-2.0
"""The half that people see: its pages at the portal and at the console."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

from appliance.contracts.action import ActionRefused
from appliance.contracts.pages import (
    Cell,
    Entry,
    Facts,
    Field,
    Form,
    Guard,
    Heading,
    Link,
    Note,
    Page,
    PageAnswer,
    PageRequest,
    Part,
    Quote,
    Shape,
    Table,
    Tone,
)
from appliance.contracts.plugin import Plugin, hookimpl
from appliance.model.words import Role, Site
from renkei_inquiry import ANSWERS, MAX_SUBJECT, MAX_TEXT, READS, Settings
from renkei_inquiry.words import ENGLISH, Say, moment, speaker

HOME = "/x/inquiry"
NEW = f"{HOME}/new"
TITLE = "お問い合わせ"
SENT = ("お問い合わせを送信しました。", "基金が回答すると、「お問い合わせ」に表示されます。")
ANSWERED = ("回答を送信しました。", "事業所の「お問い合わせ」に表示されます。")
NO_OWN = (
    "まだお問い合わせはありません。",
    "「新しいお問い合わせ」から質問を送ると、ここに状態と回答が並びます。",
)
NO_OPEN = (
    "回答を待っているお問い合わせはありません。",
    "事業所から質問が届くと、ここに古いものから順に並びます。",
)


class InquiryPages(Plugin):
    """The pages below /x/inquiry."""

    Settings = Settings

    @hookimpl
    def register_pages(self) -> list[Page]:
        """The list has a line in the menu of both sites."""
        portal, console = Site.PORTAL, Site.CONSOLE
        return [
            _page(portal, "GET", HOME, show_own, _entry("基金への質問と、その回答")),
            _page(portal, "GET", NEW, show_new),
            _page(portal, "POST", NEW, send_new),
            _page(portal, "GET", f"{HOME}/{{id}}", show_one),
            _page(portal, "POST", f"{HOME}/{{id}}", confirm),
            _page(console, "GET", HOME, show_waiting, _entry("事業所からの質問と、その回答", READS)),
            _page(console, "GET", f"{HOME}/{{id}}", show_one),
            _page(console, "POST", f"{HOME}/{{id}}", answer),
        ]


async def waiting(request: PageRequest) -> int:
    """What the menu shows: open questions for the fund, unread answers for an office."""
    return int((await request.look("inquiry.count", {})).fields["count"])


async def show_own(request: PageRequest) -> PageAnswer:
    """The questions of the office, newest first."""
    say = speaker(request.language)
    found = await request.look("inquiry.list", {"after": request.query.get("after", "")})
    rows = tuple(
        (_to_one(row), _state(row, say), moment(int(row["asked_at"]), request.language)) for row in found.rows
    )
    table = _table(say, ("件名", "状態", "送信日時"), rows, NO_OWN)
    about = "基金への質問を送り、回答を確かめる画面です。回答が届くと、ここに「回答済」と表示します。"
    parts = (Link(say("新しいお問い合わせ"), NEW), table, *_next(found.fields["after"], {}, say))
    return PageAnswer(say(TITLE), (say(about),), parts=parts)


async def show_waiting(request: PageRequest) -> PageAnswer:
    """For the fund: what is open, the oldest first, with its business days; or everything."""
    say, which = speaker(request.language), "all" if request.query.get("which") == "all" else ""
    found = await request.look("inquiry.list", {"which": which, "after": request.query.get("after", "")})
    rows = tuple(_row_of_fund(row, say, request.language) for row in found.rows)
    heads = ("件名", "事業所", "状態", "待ち", "送信日時")
    about = (
        "すべてのお問い合わせを、新しいものから順に表示しています。"
        if which
        else "回答を待っているお問い合わせを、古いものから順に表示しています。"
    )
    other = Link(say("未回答だけ表示"), HOME) if which else Link(say("すべて表示"), f"{HOME}?which=all")
    parts = (_table(say, heads, rows, NO_OPEN), *_next(found.fields["after"], {"which": which}, say), other)
    return PageAnswer(say(TITLE), (say(about),), parts=parts)


async def show_new(request: PageRequest) -> PageAnswer:
    """An empty form; about is the id of the filing or notice that somebody came from."""
    return await _new(request, request.query.get("about", ""), {})


async def send_new(request: PageRequest) -> PageAnswer:
    """The question, or the form with what is wrong with it."""
    about = request.form.get("about", "")
    typed = {name: request.form.get(name, "") for name in ("subject", "text")}
    try:
        done = await request.act("inquiry.ask", typed, about)
    except ActionRefused as refused:
        return await _new(request, about, typed, refused)
    return PageAnswer(go_to=f"{HOME}/{done.fields['id']}?said=sent")


async def show_one(request: PageRequest) -> PageAnswer:
    """A question and its answer; below it what whoever looks may do."""
    return await _one(request)


async def confirm(request: PageRequest) -> PageAnswer:
    """The office has read the answer."""
    await request.act("inquiry.confirm", {"id": request.path["id"]})
    return PageAnswer(go_to=HOME)


async def answer(request: PageRequest) -> PageAnswer:
    """The answer of the fund, or the form with what is wrong with it."""
    id, text = request.path["id"], request.form.get("text", "")
    try:
        done = await request.act("inquiry.answer", {"id": id, "text": text})
    except ActionRefused as refused:
        return await _one(request, text, refused)
    return PageAnswer(go_to=f"{HOME}/{done.fields['id']}?said=answered")


async def _new(
    request: PageRequest, about: str, typed: Mapping[str, str], refused: ActionRefused | None = None
) -> PageAnswer:
    say = speaker(request.language)
    subject = _field("subject", say("件名"), MAX_SUBJECT, say, typed, refused)
    text = _field("text", say("内容"), MAX_TEXT, say, typed, refused, Shape.AREA)
    parts: list[Part] = []
    if about:
        named = (await request.look("inquiry.about", {}, about)).fields["about"]
        parts.append(Facts(((say("対象の書類"), named),)))
    hidden = Field("about", "", Shape.HIDDEN, about)
    parts += [Form((hidden, subject, text), say("送信する"), NEW), Link(say("一覧へ戻る"), HOME)]
    hint = "基金の担当者が読み、この画面でお答えします。個人番号（マイナンバー）は書かないでください。"
    return PageAnswer(say("新しいお問い合わせ"), (say(hint),), parts=tuple(parts))


async def _one(request: PageRequest, typed: str = "", refused: ActionRefused | None = None) -> PageAnswer:
    say, language = speaker(request.language), request.language
    row = (await request.look("inquiry.read", {"id": request.path["id"]})).fields
    facts = {"状態": _state(row, say), "対象の書類": row["about"], "事業所": row["office"]}
    facts |= {"送信した人": row["asked_by"], "送信日時": moment(int(row["asked_at"]), language)}
    parts: list[Part] = [*_said(request, say), Facts(_pairs(facts, say)), Quote(row["text"]), Heading(say("回答"))]
    if row["answer"]:
        facts = {"回答した人": row["answered_by"], "回答日時": moment(int(row["answered_at"]), language)}
        parts += [Quote(row["answer"]), Facts(_pairs(facts, say))]
    else:
        parts.append(Note((say("まだ回答はありません。"),)))
    parts += [*_to_do(request, row, say, {"text": typed}, refused), Link(say("一覧へ戻る"), HOME)]
    return PageAnswer(row["subject"], parts=tuple(parts))


def _to_do(
    request: PageRequest, row: Mapping[str, str], say: Say, typed: Mapping[str, str], refused: ActionRefused | None
) -> list[Part]:
    """What whoever looks may do: confirm an answer, give one, or nothing."""
    if refused is not None and row["answer"]:
        return [Note((say(str(refused)),), Tone.BAD)]
    if row["new"] and not _is_of_fund(request):
        return [Form((), say("回答を確認しました"))]
    if not row["answer"] and request.visitor and request.visitor.role in ANSWERS:
        return [Form((_field("text", say("回答"), MAX_TEXT, say, typed, refused, Shape.AREA),), say("回答する"))]
    return []


def _is_of_fund(request: PageRequest) -> bool:
    return request.visitor is not None and request.visitor.role.of_fund


def _field(
    name: str,
    label: str,
    most: int,
    say: Say,
    typed: Mapping[str, str],
    refused: ActionRefused | None,
    shape: Shape = Shape.LINE,
) -> Field:
    error = say(str(refused)) if refused is not None and refused.field == name else ""
    hint = say("{most} 文字まで", most=most)
    return Field(name, label, shape, typed.get(name, ""), hint, error, most=most)


def _table(say: Say, heads: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], empty: tuple[str, ...]) -> Table:
    return Table(say("お問い合わせの一覧"), tuple(map(say, heads)), rows, tuple(map(say, empty)))


def _row_of_fund(row: Mapping[str, str], say: Say, language: str) -> tuple[Cell, ...]:
    waits = say("{days} 営業日", days=row["waited"])
    return _to_one(row), row["office"], _state(row, say), waits, moment(int(row["asked_at"]), language)


def _to_one(row: Mapping[str, str]) -> Link:
    return Link(row["subject"], f"{HOME}/{row['id']}")


def _state(row: Mapping[str, str], say: Say) -> str:
    if not row["answer"]:
        return say("受付")
    return say("回答済（未確認）") if row.get("new") else say("回答済")


def _next(after: str, more: Mapping[str, str], say: Say) -> list[Part]:
    query = urlencode({name: value for name, value in {**more, "after": after}.items() if value})
    return [Link(say("次のページ"), f"{HOME}?{query}")] if after else []


def _pairs(facts: Mapping[str, str], say: Say) -> tuple[tuple[str, str], ...]:
    return tuple((say(name), value) for name, value in facts.items() if value)


def _said(request: PageRequest, say: Say) -> list[Part]:
    lines = {"sent": SENT, "answered": ANSWERED}.get(request.query.get("said", ""))
    return [Note(tuple(map(say, lines)), Tone.GOOD)] if lines else []


def _entry(about: str, roles: frozenset[Role] = frozenset()) -> Entry:
    return Entry(about, ENGLISH[TITLE], ENGLISH[about], roles)


def _page(
    site: Site,
    method: str,
    path: str,
    handler: Callable[[PageRequest], Awaitable[PageAnswer]],
    entry: Entry | None = None,
) -> Page:
    """A page for visitors; one with an entry is in the menu, with what waits there."""
    if entry is None:
        return Page(site, method, path, Guard.VISITOR, "", handler)
    return Page(site, method, path, Guard.VISITOR, TITLE, handler, entry, waiting)
