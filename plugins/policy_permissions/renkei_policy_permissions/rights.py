# SPDX-License-Identifier: Apache-2.0
"""Reads the table of rights, and judges by it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.contracts.policy import Decision, PolicyRequest, Verdict
from appliance.model.words import Permission, Role


@dataclass(frozen=True)
class Rights:
    """For each action: the permission that an office user needs, or None; and the roles of the fund that may."""

    office: Mapping[str, Permission | None] = field(default_factory=dict)
    fund: Mapping[str, frozenset[Role]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Rights":
        """The rights in a text of the form of rights.toml. Raises ValueError."""
        tables = tomllib.loads(text)
        if set(tables) != {"office", "fund"}:
            raise ValueError(f"it has the tables office and fund, not {', '.join(sorted(tables)) or 'none'}")
        office = {action: Permission(word) if word else None for action, word in tables["office"].items()}
        fund = {action: frozenset(map(_fund_role, words)) for action, words in tables["fund"].items()}
        return cls(office, fund)


class RightsPolicy:
    """The policy. rights may be replaced while it runs."""

    def __init__(self) -> None:
        """Nobody has any rights yet."""
        self.rights = Rights()

    async def judge(self, request: PolicyRequest) -> Verdict:
        """Allow or deny; a rights policy never abstains."""
        denied = self._denied_fund(request) if request.role.of_fund else self._denied_office(request)
        return Verdict(Decision.DENY, denied) if denied else Verdict(Decision.ALLOW, f"{request.role} may")

    def _denied_office(self, request: PolicyRequest) -> str:
        """Why a user of an office may not, or ""."""
        if not request.account_office:
            return f"{request.role} without an office"
        if request.thing_office not in ("", request.account_office):
            return "it belongs to another office"
        if request.action not in self.rights.office:
            return f"no office user may {request.action}"
        needed = self.rights.office[request.action]
        if needed is not None and needed not in request.permissions:
            return f"the permission {needed} is missing"
        return ""

    def _denied_fund(self, request: PolicyRequest) -> str:
        """Why one of the fund's staff may not, or ""."""
        if request.account_office:
            return f"{request.role} of an office"
        if request.role not in self.rights.fund.get(request.action, ()):
            return f"{request.role} may not {request.action}"
        return ""


def _fund_role(word: str) -> Role:
    role = Role(word)
    if not role.of_fund:
        raise ValueError(f"{word} is no role of the fund")
    return role
