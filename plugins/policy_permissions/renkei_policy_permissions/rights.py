# SPDX-License-Identifier: Apache-2.0
"""Reads the table of rights, and judges by it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from appliance.contracts.policy import Decision, PolicyRequest, Verdict
from appliance.model.words import Permission, Role


@dataclass(frozen=True)
class Rights:
    """For each action: the permissions of which an office user needs one, if any; and the fund's roles that may.

    acts are the fund's roles for single actions of plugins, instead of those for all.
    """

    office: Mapping[str, frozenset[Permission]] = field(default_factory=dict)
    fund: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    acts: Mapping[str, frozenset[Role]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str, acts: Mapping[str, Sequence[str]] | None = None) -> "Rights":
        """The rights in a text of the form of rights.toml, and those of single acts. Raises ValueError."""
        tables = tomllib.loads(text)
        if set(tables) != {"office", "fund"}:
            raise ValueError(f"it has the tables office and fund, not {', '.join(sorted(tables)) or 'none'}")
        office = {action: _permissions(words) for action, words in tables["office"].items()}
        fund = {action: frozenset(map(_fund_role, words)) for action, words in tables["fund"].items()}
        single = {act: frozenset(map(_fund_role, words)) for act, words in (acts or {}).items()}
        return cls(office, fund, single)

    def of_fund(self, action: str, act: str) -> frozenset[Role]:
        """The roles that may do an action; act is the name of one that a plugin added, or ""."""
        every = self.fund.get(action, frozenset())
        return self.acts.get(act, every) & every if act else every


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
        if needed and not needed & request.permissions:
            return f"the permission {' or '.join(sorted(needed))} is missing"
        return ""

    def _denied_fund(self, request: PolicyRequest) -> str:
        """Why one of the fund's staff may not, or ""."""
        if request.account_office:
            return f"{request.role} of an office"
        if request.role not in self.rights.of_fund(request.action, request.name):
            return f"{request.role} may not {request.name or request.action}"
        return ""


def _permissions(words: str | list[str]) -> frozenset[Permission]:
    """Those of which one is needed; none for "". Raises ValueError for an empty list, which could mean anything."""
    if words == "":
        return frozenset()
    if not words:
        raise ValueError('a list of permissions names one at least; "" is for whoever is signed in')
    return frozenset(map(Permission, [words] if isinstance(words, str) else words))


def _fund_role(word: str) -> Role:
    role = Role(word)
    if not role.of_fund:
        raise ValueError(f"{word} is no role of the fund")
    return role
