# SPDX-License-Identifier: Apache-2.0
"""Plugins of the vault as tests write them: a rights policy, policies of one function, actions."""

import dataclasses
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from appliance.contracts.action import Action, ActionAnswer, ActionRequest
from appliance.contracts.policy import Decision, PolicyRequest, Verdict
from appliance.host.host import Provided
from appliance.link.messages import MESSAGES
from appliance.model.words import Permission, Site

Judging = Callable[[PolicyRequest], Coroutine[Any, Any, Verdict]]


class Rights:
    """The rights policy of these tests: the fund may all, an office what its permissions say, with what is its own.

    denied names actions that it denies, to everybody. asked is what it was asked.
    """

    def __init__(self) -> None:
        """Nothing is denied."""
        self.denied: set[str] = set()
        self.asked: list[PolicyRequest] = []
        self.until: int | None = None

    async def judge(self, request: PolicyRequest) -> Verdict:
        """The contract's one method."""
        self.asked.append(request)
        if request.action in self.denied:
            return Verdict(Decision.DENY, "the test says no")
        if not request.role.of_fund and request.thing_office not in ("", request.account_office):
            return Verdict(Decision.DENY, "a thing of another office")
        if not request.role.of_fund and not _needed(request.action) <= request.permissions:
            return Verdict(Decision.DENY, "a permission is missing")
        return Verdict(Decision.ALLOW, "", self.until)


def _needed(action: str) -> set[Permission]:
    return {row.needs for row in MESSAGES if row.action == action and row.needs is not None}


class Judge:
    """A policy that is one function."""

    def __init__(self, judging: Judging) -> None:
        """judging answers for it."""
        self._judging = judging

    async def judge(self, request: PolicyRequest) -> Verdict:
        """The contract's one method."""
        return await self._judging(request)


class Plugins:
    """The providers that the vault finds, as host.Host gives them."""

    def __init__(self) -> None:
        """None."""
        self.given: dict[str, list[Provided]] = {}

    def add(self, family: str, provider: object, plugin: str = "test") -> None:
        """One provider more."""
        self.given.setdefault(family, []).append(Provided(plugin, provider))

    def all(self, family_id: str) -> list[Provided]:
        """The providers of a family."""
        return list(self.given.get(family_id, []))


def action(name: str, handler: Callable[[ActionRequest], Awaitable[ActionAnswer]], **changed: Any) -> Action:
    """An action with one field `text`, at both sites, for everybody."""
    made = Action(name, frozenset({Site.PORTAL, Site.CONSOLE}), frozenset({"text"}), None, handler)
    return dataclasses.replace(made, **changed)
