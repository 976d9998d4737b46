# SPDX-License-Identifier: Apache-2.0
"""The half that decides and keeps: the actions behind the pages, and a job that forgets what is too old."""

import datetime as dt
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from appliance.contracts.action import Action, ActionAnswer, ActionNotFound, ActionRefused, ActionRequest
from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Plugin, Services, hookimpl
from appliance.model.calendar import Calendar, date_of
from appliance.model.ids import ID_BYTES, id_from
from appliance.model.time import DAY, Instant
from appliance.model.words import Role, Site
from renkei_inquiry import ANSWERS, MAX_SUBJECT, MAX_TEXT, READS, Settings
from renkei_inquiry.questions import Question, Questions

PORTAL, CONSOLE = frozenset({Site.PORTAL}), frozenset({Site.CONSOLE})
MOST_DAYS = 99


class Inquiries(Plugin):
    """The actions `inquiry.…` and the job `forget`."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """The questions are in the plugin's own records."""
        super().__init__(settings, services)
        self._questions = Questions(services.records)

    @hookimpl
    def register_action(self) -> list[Action]:
        """What the pages can ask for."""
        return [
            _action("ask", PORTAL, {"subject", "text"}, self.ask, reads=False),
            _action("confirm", PORTAL, {"id"}, self.confirm, reads=False),
            _action("answer", CONSOLE, {"id", "text"}, self.answer, reads=False, roles=ANSWERS),
            _action("about", PORTAL, set(), self.about),
            _action("read", PORTAL | CONSOLE, {"id"}, self.read),
            _action("list", PORTAL | CONSOLE, {"which", "after"}, self.list),
            _action("count", PORTAL | CONSOLE, set(), self.count),
        ]

    @hookimpl
    def register_jobs(self) -> list[Job]:
        """Once a day."""
        return [Job("forget", 24 * 3600, self.forget)]

    async def ask(self, request: ActionRequest) -> ActionAnswer:
        """An office asks; about a filing or a notice of its own, if the page came from one."""
        subject = _typed(request, "subject", MAX_SUBJECT, "件名")
        text = _typed(request, "text", MAX_TEXT, "内容")
        question = Question(
            id=f"{request.now:013d}-{id_from(self.services.random.bytes(ID_BYTES))}",
            office=request.office,
            office_name=request.office_name,
            asked_at=request.now,
            asked_by=request.name,
            subject=" ".join(subject.split()),
            text=text,
            about=_about(request),
        )
        await self._questions.add(question)
        return ActionAnswer({"id": question.id}, typed=f"{question.subject}: {text}")

    async def answer(self, request: ActionRequest) -> ActionAnswer:
        """The fund answers, once."""
        question = await self._of(request)
        if not question.is_open:
            raise ActionRefused("このお問い合わせには、すでに回答があります。", "text")
        text = _typed(request, "text", MAX_TEXT, "回答")
        done = replace(question, answer=text, answered_at=request.now, answered_by=request.name)
        await self._questions.answered(done)
        return ActionAnswer({"id": done.id}, office=done.office, typed=text)

    async def confirm(self, request: ActionRequest) -> ActionAnswer:
        """The office has seen the answer."""
        await self._questions.confirmed(await self._of(request))
        return ActionAnswer()

    async def about(self, request: ActionRequest) -> ActionAnswer:
        """What a question from here would be about."""
        return ActionAnswer({"about": _about(request)})

    async def read(self, request: ActionRequest) -> ActionAnswer:
        """One question with its answer."""
        question = await self._of(request)
        is_new = await self._questions.is_new(question)
        return ActionAnswer(_row(question, request) | {"new": "1" if is_new else ""}, office=question.office)

    async def list(self, request: ActionRequest) -> ActionAnswer:
        """An office's own, newest first; for the fund what is open, oldest first, or all, newest first."""
        waiting = not request.office and request.fields.get("which") != "all"
        prefix = f"o/{request.office}/" if request.office else "w/" if waiting else "q/"
        after = request.fields.get("after", "")
        found, after = await self._questions.page(prefix, after, newest=not waiting)
        return ActionAnswer({"after": after}, tuple(_row(one, request) for one in found))

    async def count(self, request: ActionRequest) -> ActionAnswer:
        """What waits for whoever asks: answers to be seen, or questions to be answered."""
        waiting = await self._questions.count(f"n/{request.office}/" if request.office else "w/")
        return ActionAnswer({"count": str(waiting)})

    async def forget(self) -> None:
        """Remove what has been kept for long enough."""
        until = self.services.clock.now() - self.settings.keep_years * 366 * DAY
        async for question in self._questions.before(until):
            await self._questions.remove(question)

    async def _of(self, request: ActionRequest) -> Question:
        """The question that is meant; another office's is as good as none."""
        question = await self._questions.get(request.fields.get("id", ""))
        if question is None or request.office not in ("", question.office):
            raise ActionNotFound
        return question


def _action(
    verb: str,
    sites: frozenset[Site],
    fields: set[str],
    handler: Callable[[ActionRequest], Awaitable[ActionAnswer]],
    *,
    reads: bool = True,
    roles: frozenset[Role] = READS,
) -> Action:
    return Action(f"inquiry.{verb}", sites, frozenset(fields), None, handler, roles, reads)


def _typed(request: ActionRequest, name: str, most: int, label: str) -> str:
    """A text as it was meant. Raises ActionRefused, at its field."""
    lines = request.fields.get(name, "").replace("\r\n", "\n")
    text = "".join(filter(_is_readable, lines)).strip()
    if not text:
        raise ActionRefused(f"{label}を入力してください。", name)
    if len(text) > most:
        raise ActionRefused(f"{label}は {most} 文字以内で入力してください。", name)
    return text


def _is_readable(sign: str) -> bool:
    """No control signs, no halves of a pair."""
    return sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")


def _about(request: ActionRequest) -> str:
    return f"{request.thing.name}（{request.thing.date}）" if request.thing else ""


def _row(question: Question, request: ActionRequest) -> dict[str, str]:
    """A question as texts; an office is told who of its people asked, and that the fund has answered."""
    return {
        "id": question.id,
        "office": question.office_name,
        "asked_at": str(question.asked_at),
        "asked_by": question.asked_by,
        "subject": question.subject,
        "text": question.text,
        "about": question.about,
        "answer": question.answer,
        "answered_at": str(question.answered_at),
        "answered_by": "" if request.office else question.answered_by,
        "waited": str(waited(request.calendar, question.asked_at, question.answered_at or request.now)),
    }


def waited(calendar: Calendar, since: Instant, until: Instant) -> int:
    """The business days after the day of since, to the day of until."""
    day, last, count = date_of(since), date_of(until), 0
    while day < last and count < MOST_DAYS:
        day += dt.timedelta(days=1)
        count += calendar.closed(day) is None
    return count
