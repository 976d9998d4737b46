# SPDX-License-Identifier: Apache-2.0
"""What every action, page, job, command and collector must do: inherit the suite and say how yours are made.

class TestMine(JobsSuite):
    async def make(self):
        return MyPlugin(Settings(), fake_services()).register_jobs()
"""

import argparse
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from appliance.contracts.action import Action, ActionAnswer, ActionRefused, ActionRequest
from appliance.contracts.commands import Command
from appliance.contracts.jobs import Job
from appliance.contracts.metrics import Collector
from appliance.contracts.pages import Guard, Page, PageAnswer, PageRequest, PageVisitor
from appliance.host.conform import complaints
from appliance.host.page_answers import wrong_action, wrong_page
from appliance.host.page_places import misplaced
from appliance.link.refusals import Refused
from appliance.metrics.registry import Metrics
from appliance.model.words import Permission, Role, Site

T = TypeVar("T")

WORD = re.compile(r"^[a-z][a-z0-9_-]*$")
ACTION_NAME = re.compile(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
ODD_TEXTS = ("", " ", "\0", "<script>alert(1)</script>", "../../etc/passwd", "あ" * 4000, "1" * 4000)


class _Suite(ABC, Generic[T]):
    """Every provider is of its contract, and there is at least one."""

    contract: type[T]

    @abstractmethod
    async def make(self) -> Sequence[T]:
        """The providers, as the plugin hands them over after its start."""

    async def test_they_keep_the_form_of_the_contract(self) -> None:
        """What the host would say."""
        made = await self.make()
        assert made
        for provider in made:
            assert complaints(provider, self.contract) == []


def _unique(names: list[object]) -> bool:
    return len(set(names)) == len(names)


class ActionSuite(_Suite[Action]):
    """For actions. Override fields() where a good answer needs certain texts."""

    contract = Action

    def fields(self, action: Action) -> Mapping[str, str]:
        """Texts with which the action does its work."""
        return dict.fromkeys(action.fields, "1")

    async def test_names_are_plugin_dot_verb_and_unique(self) -> None:
        """Such as `lunch.skip`."""
        names = [action.name for action in await self.make()]
        assert all(map(ACTION_NAME.fullmatch, names)) and _unique([*names])

    async def test_sites_are_those_where_people_sign_in(self) -> None:
        """Neither the public site nor the administrator's socket carries actions."""
        for action in await self.make():
            assert action.sites and action.sites <= {Site.PORTAL, Site.CONSOLE}

    async def test_good_fields_get_an_answer_of_texts(self) -> None:
        """The answer is shown as it is."""
        for action in await self.make():
            answer = await action.handler(_action_request(self.fields(action)))
            assert isinstance(answer, ActionAnswer)
            assert wrong_action(answer) == "", wrong_action(answer)

    async def test_odd_and_missing_fields_are_refused_or_answered(self) -> None:
        """Fields are as typed; no text may break the handler."""
        for action in await self.make():
            await _survives(action, {})
            for text in ODD_TEXTS:
                await _survives(action, dict.fromkeys(action.fields, text))


def _action_request(fields: Mapping[str, str]) -> ActionRequest:
    return ActionRequest("account-1", Role.FUND_CLERK, "", 1_780_966_800_000, fields)


async def _survives(action: Action, fields: Mapping[str, str]) -> None:
    """Raise nothing but the refusals that a person can be shown."""
    try:
        assert isinstance(await action.handler(_action_request(fields)), ActionAnswer)
    except (ActionRefused, Refused) as refused:
        assert str(refused)
    except Exception as error:
        raise AssertionError(f"{action.name} breaks on {dict(fields)!r:.200}") from error


class PagesSuite(_Suite[Page]):
    """For pages. Override answer() where a page asks something of the vault, acted() where it asks an action."""

    contract = Page

    def answer(self, message: object) -> Any:
        """The vault's reply to a message of a page."""
        raise AssertionError(f"a page asks {type(message).__name__}; override answer()")

    async def acted(self, name: str, fields: Mapping[str, str], thing: str = "") -> ActionAnswer:
        """What an action says, looked at or done; testing.acting has those of the plugin itself."""
        raise AssertionError(f"a page asks the action {name}; override acted()")

    async def test_methods_paths_and_guards_are_right(self) -> None:
        """A path stands once for each method and site."""
        pages = await self.make()
        assert [fault for page in pages if (fault := misplaced(page))] == []
        assert all(isinstance(page.guard, Guard) for page in pages)
        assert _unique([(page.site, page.method, page.path) for page in pages])

    async def test_what_changes_something_is_for_visitors(self) -> None:
        """A POST without a visit has no form token."""
        assert all(page.method == "GET" or page.guard is Guard.VISITOR for page in await self.make())

    async def test_every_page_answers_whatever_was_typed(self) -> None:
        """With a title, or by leading elsewhere within the site."""
        for page in await self.make():
            for text in ("1", *ODD_TEXTS):
                answer = await _shown(page, self._request(page, text))
                assert answer is None or wrong_page(answer) == "", wrong_page(answer)

    async def test_what_waits_is_a_number(self) -> None:
        """The menu shows nothing else."""
        for page in await self.make():
            count = await page.count(self._request(page, ""))
            assert type(count) is int and count >= 0

    def _request(self, page: Page, text: str) -> PageRequest:
        path = dict.fromkeys(re.findall(r"{(\w+)}", page.path), text)

        async def ask(message: object) -> Any:
            return self.answer(message)

        visitor = PageVisitor("山田　太郎", "さくら株式会社", Role.OFFICE_ADMIN, frozenset(Permission))
        return PageRequest(path, {"q": text}, {"q": text}, ask, self.acted, self.acted, visitor)


async def _shown(page: Page, request: PageRequest) -> PageAnswer | None:
    """What the page says; None where its action refuses, which people see in the action's own words."""
    try:
        answer = await page.handler(request)
    except ActionRefused:
        return None
    assert isinstance(answer, PageAnswer)
    return answer


class JobsSuite(_Suite[Job]):
    """For jobs."""

    contract = Job

    async def test_names_are_words_and_unique_and_runs_are_apart(self) -> None:
        """A job that repeats without a pause would never let go."""
        jobs = await self.make()
        assert all(WORD.fullmatch(job.name) and job.every_seconds >= 0.1 for job in jobs)
        assert _unique([job.name for job in jobs])

    async def test_a_job_can_run_again_and_again(self) -> None:
        """It is a whole each time."""
        for job in await self.make():
            for _ in range(3):
                await job.run()


class CommandsSuite(_Suite[Command]):
    """For commands. Override line() where a command needs arguments; run() is for the plugin's own tests."""

    contract = Command

    def line(self, command: Command) -> list[str]:
        """Arguments with which the command can be read."""
        return []

    async def test_names_are_words_and_unique_and_explained(self) -> None:
        """`renkei help` shows one line each."""
        commands = await self.make()
        assert all(WORD.fullmatch(command.name) and command.help for command in commands)
        assert _unique([command.name for command in commands])

    async def test_arguments_are_understood(self) -> None:
        """The parser is made and reads a line."""
        for command in await self.make():
            parser = argparse.ArgumentParser(command.name)
            command.arguments(parser)
            assert isinstance(parser.parse_args(self.line(command)), argparse.Namespace)
            assert command.name in parser.format_help()


class MetricsSuite(_Suite[Collector]):
    """For collectors."""

    contract = Collector

    async def test_every_figure_can_be_scraped_twice(self) -> None:
        """Names, labels and values are what the endpoint takes, and reading changes nothing of its form."""
        collectors = await self.make()
        metrics = Metrics(process=False)
        for collector in collectors:
            metrics.add_collector("mine", collector)
        for _ in range(2):
            text = metrics.text().decode()
            assert all(f"# TYPE renkei_plugin_mine_{collector.name} gauge" in text for collector in collectors)
            assert 'renkei_plugin_figures_dropped_total{plugin="mine"} 0.0' in text
