# SPDX-License-Identifier: Apache-2.0
"""A plugin's own actions for the tests of its pages: both halves together, without a vault and without a site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from appliance.contracts.action import Action, ActionAnswer, ActionNotFound, ActionRequest, Thing
from appliance.contracts.pages import PageRequest, PageVisitor
from appliance.contracts.plugin import Clock
from appliance.host.page_answers import wrong_action
from appliance.model.words import Permission, Role, Site

PORTAL_USER = "山田　太郎"


@dataclass
class Actor:
    """Somebody who looks at pages and acts. things are the filings and notices that this person may know of."""

    actions: Sequence[Action]
    clock: Clock
    site: Site = Site.PORTAL
    role: Role = Role.OFFICE_ADMIN
    office: str = "office-1"
    office_name: str = "さくら株式会社"
    name: str = PORTAL_USER
    permissions: frozenset[Permission] = frozenset(Permission)
    language: str = "ja"
    things: Mapping[str, Thing] = field(default_factory=dict)

    async def act(self, name: str, fields: Mapping[str, str], thing: str = "") -> ActionAnswer:
        """As PageRequest.act: an action that changes something."""
        return await self._done(self._action(name, reads=False), fields, thing)

    async def look(self, name: str, fields: Mapping[str, str], thing: str = "") -> ActionAnswer:
        """As PageRequest.look: an action that only reads."""
        return await self._done(self._action(name, reads=True), fields, thing)

    def request(
        self, path: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None, **form: str
    ) -> PageRequest:
        """A request of this person to a page; form is what was typed."""
        visitor = PageVisitor(self.name, self.office_name, self.role, self.permissions)
        return PageRequest(
            path or {}, query or {}, form, _asks, self.act, self.look, visitor, self.clock.now(), self.language
        )

    def _action(self, name: str, *, reads: bool) -> Action:
        """The action, if this person may do it. Raises PermissionError, and LookupError where there is none."""
        for action in self.actions:
            if action.name == name and action.reads is reads and self.site in action.sites:
                needed = action.permission
                if self.role not in action.roles if self.role.of_fund else needed not in (None, *self.permissions):
                    raise PermissionError(f"{self.role} may not {name}")
                return action
        raise LookupError(f"there is no {name} at {self.site} that {'reads' if reads else 'changes something'}")

    async def _done(self, action: Action, fields: Mapping[str, str], thing: str) -> ActionAnswer:
        if set(fields) - action.fields:
            raise AssertionError(f"{action.name} does not take {sorted(set(fields) - action.fields)}")
        if thing and thing not in self.things:
            raise ActionNotFound
        office = "" if self.role.of_fund else self.office
        answer = await action.handler(
            ActionRequest(
                f"account of {self.name}",
                self.role,
                office,
                self.clock.now(),
                dict(fields),
                self.name,
                self.office_name if office else "",
                self.things.get(thing),
            )
        )
        assert wrong_action(answer) == "", wrong_action(answer)
        return ActionAnswer(dict(answer.fields), tuple(map(dict, answer.rows)))


async def _asks(message: object) -> Any:
    raise AssertionError(f"a page asks {type(message).__name__}, and this test has no vault")
