# SPDX-License-Identifier: Apache-2.0
"""What the contract of actions holds by itself."""

import datetime as dt

from appliance.contracts.action import WEEKDAYS, Action, ActionAnswer, ActionNotFound, ActionRefused, ActionRequest
from appliance.model.words import Role, Site


async def say(request: ActionRequest) -> ActionAnswer:
    return ActionAnswer()


def test_a_refusal_says_what_and_where() -> None:
    refused = ActionRefused("件名を入力してください。", "subject")
    assert (str(refused), refused.field) == ("件名を入力してください。", "subject")
    assert ActionRefused("だめです。").field == ""


def test_what_is_not_there_is_a_refusal_like_any_other() -> None:
    assert isinstance(ActionNotFound(), ActionRefused)
    assert str(ActionNotFound())


def test_who_says_nothing_asks_for_little() -> None:
    action = Action("lunch.say", frozenset({Site.CONSOLE}), frozenset(), None, say)
    assert (action.roles, action.reads) == (frozenset({Role.FUND_CLERK}), False)
    assert ActionAnswer() == ActionAnswer({}, (), "", "")


def test_without_a_calendar_weekdays_are_business_days() -> None:
    week = [dt.date(2026, 6, day) for day in range(8, 15)]
    assert [WEEKDAYS.closed(day) is None for day in week] == [True] * 5 + [False] * 2


def test_what_somebody_typed_does_not_stand_in_a_log() -> None:
    assert "secret" not in repr(ActionAnswer(typed="secret"))
