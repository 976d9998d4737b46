# SPDX-License-Identifier: Apache-2.0
"""The suites for actions, pages, jobs, commands and collectors: good ones pass, and bad ones are noticed."""

import contextlib
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.action import Action, ActionAnswer, ActionRefused, ActionRequest
from appliance.contracts.commands import Command
from appliance.contracts.jobs import Job
from appliance.contracts.metrics import Collector
from appliance.contracts.pages import Guard, Page, PageAnswer, PageRequest
from appliance.model.words import Site
from appliance.testing.plugin_suites import ActionSuite, CommandsSuite, JobsSuite, MetricsSuite, PagesSuite


async def skip(request: ActionRequest) -> ActionAnswer:
    if not request.fields.get("day", "").isdecimal() or len(request.fields["day"]) > 2:
        raise ActionRefused("日を入力してください")
    return ActionAnswer({"skipped": request.fields["day"]})


async def hours(request: PageRequest) -> PageAnswer:
    return PageAnswer("受付時間", ("平日の9時から17時までです。",))


async def tidy() -> None: ...


ACTION = Action("lunch.skip", frozenset({Site.CONSOLE}), frozenset({"day"}), None, skip)
PAGE = Page(Site.PORTAL, "GET", "/x/mine/hours/{day}", Guard.ANYONE, "", hours)
JOB = Job("tidy", 60, tidy)
COMMAND = Command("lunch", "when the staff is away", lambda parser: None, lambda given: 0)
FIGURE = Collector("depth", "How deep", ("well",), lambda: [(("old",), 7)])


class TestAction(ActionSuite):
    async def make(self) -> Sequence[Action]:
        return [ACTION]


class TestPage(PagesSuite):
    async def make(self) -> Sequence[Page]:
        return [PAGE, replace(PAGE, site=Site.CONSOLE)]


class TestJob(JobsSuite):
    async def make(self) -> Sequence[Job]:
        return [JOB]


class TestCommand(CommandsSuite):
    async def make(self) -> Sequence[Command]:
        return [COMMAND]


class TestFigure(MetricsSuite):
    async def make(self) -> Sequence[Collector]:
        return [FIGURE]


async def answers_a_dict(request: object) -> Any:
    return {"a": "b"}


async def breaks(request: ActionRequest) -> ActionAnswer:
    return ActionAnswer({"day": str(int(request.fields["day"]))})


async def leads_away(request: object) -> PageAnswer:
    return PageAnswer(go_to="//elsewhere.example.jp/")


async def asks(request: PageRequest) -> PageAnswer:
    return PageAnswer(str(await request.ask("what is it?")))


async def once(ran: list[int]) -> None:
    assert not ran
    ran.append(1)


def run_once() -> Any:
    ran: list[int] = []

    async def run() -> None:
        await once(ran)

    return run


def no_rows() -> Sequence[tuple[tuple[str, ...], float]]:
    raise KeyError("bug")


BAD: list[tuple[type, list[Any]]] = [
    (ActionSuite, []),
    (ActionSuite, ["no action"]),
    (ActionSuite, [ACTION, ACTION]),
    (ActionSuite, [replace(ACTION, name="skip")]),
    (ActionSuite, [replace(ACTION, sites=frozenset({Site.ADMIN}))]),
    (ActionSuite, [replace(ACTION, sites=frozenset())]),
    (ActionSuite, [replace(ACTION, handler=answers_a_dict)]),
    (ActionSuite, [replace(ACTION, handler=breaks)]),
    (PagesSuite, [replace(PAGE, method="PUT")]),
    (PagesSuite, [replace(PAGE, path="../menu")]),
    (PagesSuite, [replace(PAGE, path="a b")]),
    (PagesSuite, [PAGE, PAGE]),
    (PagesSuite, [replace(PAGE, method="POST")]),
    (PagesSuite, [replace(PAGE, handler=leads_away)]),
    (PagesSuite, [replace(PAGE, handler=answers_a_dict)]),
    (PagesSuite, [replace(PAGE, handler=asks)]),
    (JobsSuite, [replace(JOB, every_seconds=0)]),
    (JobsSuite, [replace(JOB, name="Tidy up")]),
    (JobsSuite, [JOB, JOB]),
    (JobsSuite, [replace(JOB, run=run_once())]),
    (CommandsSuite, [replace(COMMAND, name="two words")]),
    (CommandsSuite, [replace(COMMAND, help="")]),
    (CommandsSuite, [COMMAND, COMMAND]),
    (MetricsSuite, [replace(FIGURE, name="Depth")]),
    (MetricsSuite, [FIGURE, FIGURE]),
    (MetricsSuite, [replace(FIGURE, labels=())]),
    (MetricsSuite, [replace(FIGURE, read=no_rows)]),
]


@pytest.mark.parametrize(("suite", "made"), BAD)
async def test_a_bad_one_is_noticed(suite: type, made: list[Any]) -> None:
    class Suite(suite):  # type: ignore[misc]
        async def make(self) -> list[Any]:
            return made

    with pytest.raises((AssertionError, ValueError)):
        for name, test in inspect.getmembers(Suite(), inspect.iscoroutinefunction):
            if name.startswith("test_"):
                await _passing_over_other_faults(test)


async def _passing_over_other_faults(test: Any) -> None:
    """Suites assume what another of their tests has shown; only their own findings count."""
    with contextlib.suppress(AttributeError, KeyError):
        await test()


async def test_a_page_that_asks_is_answered_by_its_suite() -> None:
    class Suite(PagesSuite):
        async def make(self) -> Sequence[Page]:
            return [replace(PAGE, handler=asks)]

        def answer(self, message: object) -> str:
            return "a lunch"

    await Suite().test_every_page_answers_whatever_was_typed()


async def test_an_action_that_needs_certain_texts_gets_them() -> None:
    class Suite(ActionSuite):
        async def make(self) -> Sequence[Action]:
            return [ACTION]

        def fields(self, action: Action) -> Mapping[str, str]:
            return {"day": "31"}

    await Suite().test_good_fields_get_an_answer_of_texts()
