# SPDX-License-Identifier: Apache-2.0
"""Both halves of a plugin in a test: who may do what is as in the vault."""

from typing import Any

import pytest

from appliance.contracts.action import Action, ActionAnswer, ActionNotFound, ActionRequest, Thing
from appliance.model.documents import Direction
from appliance.model.words import Permission, Role, Site
from appliance.testing.acting import Actor
from appliance.testing.clock import FakeClock

THING = Thing("a" * 26, Direction.TO_FUND, "office-1", "届", "2026-06-09")
BOTH = frozenset({Site.PORTAL, Site.CONSOLE})


async def echo(request: ActionRequest) -> ActionAnswer:
    about = request.thing.name if request.thing else ""
    return ActionAnswer({**request.fields, "office": request.office, "about": about})


async def talks_nonsense(request: ActionRequest) -> Any:
    return ActionAnswer({"a": 1})  # type: ignore[dict-item]


ACTIONS = [
    Action("lunch.say", BOTH, frozenset({"word"}), Permission.UPLOAD, echo),
    Action("lunch.look", frozenset({Site.PORTAL}), frozenset(), None, echo, reads=True),
    Action("lunch.broken", BOTH, frozenset(), None, talks_nonsense),
]


def actor(**changed: Any) -> Actor:
    return Actor(ACTIONS, FakeClock(), **changed)


def clerk(role: Role = Role.FUND_CLERK) -> Actor:
    return actor(site=Site.CONSOLE, role=role)


async def test_an_action_is_told_who_asks_and_what_about() -> None:
    somebody = actor(things={THING.id: THING})
    answer = await somebody.act("lunch.say", {"word": "はい"}, THING.id)
    assert answer == ActionAnswer({"word": "はい", "office": "office-1", "about": "届"})
    assert (await clerk().act("lunch.say", {})).fields["office"] == ""
    with pytest.raises(ActionNotFound):
        await actor().act("lunch.say", {}, THING.id)


async def test_who_may_not_is_refused() -> None:
    for somebody in (actor(permissions=frozenset()), clerk(Role.FUND_DESK)):
        with pytest.raises(PermissionError):
            await somebody.act("lunch.say", {})


async def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(LookupError):
        await clerk().look("lunch.look", {})
    with pytest.raises(LookupError):
        await actor().act("lunch.look", {})
    with pytest.raises(LookupError):
        await actor().look("lunch.say", {})


async def test_a_field_too_many_and_nonsense_are_noticed() -> None:
    with pytest.raises(AssertionError, match="does not take"):
        await actor().act("lunch.say", {"other": "a"})
    with pytest.raises(AssertionError, match="no text"):
        await actor().act("lunch.broken", {})


async def test_a_page_gets_a_request_of_this_person() -> None:
    somebody = actor(language="en", name="Yamada")
    request = somebody.request({"id": "1"}, {"q": "2"}, word="三")
    assert (request.path, request.query, request.form) == ({"id": "1"}, {"q": "2"}, {"word": "三"})
    assert request.visitor is not None and request.visitor.name == "Yamada"
    assert (request.language, request.now) == ("en", somebody.clock.now())
    assert (await request.look("lunch.look", {})).fields["about"] == ""
    with pytest.raises(AssertionError, match="no vault"):
        await request.ask("anything")
