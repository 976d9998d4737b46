# SPDX-License-Identifier: Apache-2.0
"""What every policy must do: inherit PolicySuite in a test file and say how a policy is made.

class TestMine(PolicySuite):
    async def make_policy(self):
        return MyPolicy(...)
"""

import asyncio
from abc import ABC, abstractmethod
from itertools import product

from appliance.contracts.policy import Decision, Policy, PolicyRequest, Verdict
from appliance.model.calendar import Calendar, Holidays
from appliance.model.time import DAY, HOUR, Instant
from appliance.model.words import PRESETS, Role, Site

START = 1_780_966_800_000  # Tuesday 2026-06-09 10:00 in Japan
ACTIONS = (
    "menu.read",
    "notice.list",
    "notice.download",
    "document.upload",
    "notice.deliver",
    "history.read",
    "act",
)


CALENDAR = Calendar(Holidays(frozenset(), 2026, 2026))


def request(role: Role, action: str, site: Site = Site.PORTAL, now: Instant = START) -> PolicyRequest:
    """An ordinary question, in working hours if now is not given, about a thing of the account's own office."""
    office, may = "" if role.of_fund else "office-1", PRESETS.get(role, frozenset())
    return PolicyRequest(action, site, "account-1", role, may, office, office, now, CALENDAR.opening(now))


EVERY_REQUEST = [
    request(role, action, site, now)
    for role, action, site, now in product(
        Role, ACTIONS, (Site.PORTAL, Site.CONSOLE), range(START, START + DAY, 4 * HOUR)
    )
]


class PolicySuite(ABC):
    """Set is_rights for the one kind of policy that may allow."""

    is_rights = False

    @abstractmethod
    async def make_policy(self) -> Policy:
        """A policy that is ready to judge."""

    async def test_it_answers_every_question_with_a_well_formed_verdict(self) -> None:
        """A decision, a reason that is a text, and an instant or none."""
        policy = await self.make_policy()
        for asked in EVERY_REQUEST:
            verdict = await policy.judge(asked)
            assert isinstance(verdict, Verdict) and isinstance(verdict.decision, Decision), asked
            assert isinstance(verdict.reason, str), asked
            assert verdict.until is None or type(verdict.until) is int, asked

    async def test_a_denial_says_why_in_a_short_sentence(self) -> None:
        """The journal keeps it."""
        policy = await self.make_policy()
        verdicts = [await policy.judge(asked) for asked in EVERY_REQUEST]
        for verdict in verdicts:
            assert verdict.decision is not Decision.DENY or 0 < len(verdict.reason) <= 200

    async def test_until_lies_ahead(self) -> None:
        """A verdict that has expired is of no use."""
        policy = await self.make_policy()
        for asked in EVERY_REQUEST:
            until = (await policy.judge(asked)).until
            assert until is None or until > asked.now, asked

    async def test_only_the_rights_policy_allows(self) -> None:
        """Others deny or abstain; the rights policy allows something."""
        policy = await self.make_policy()
        decisions = {(await policy.judge(asked)).decision for asked in EVERY_REQUEST}
        assert (Decision.ALLOW in decisions) is self.is_rights

    async def test_the_same_question_gets_the_same_answer(self) -> None:
        """Time comes with the question; there is no other memory."""
        policy = await self.make_policy()
        first = [await policy.judge(asked) for asked in EVERY_REQUEST]
        again = [await policy.judge(asked) for asked in reversed(EVERY_REQUEST)]
        assert first == again[::-1]

    async def test_many_questions_at_once_do_not_mix(self) -> None:
        """One policy serves everybody."""
        policy = await self.make_policy()
        alone = [await policy.judge(asked) for asked in EVERY_REQUEST[:100]]
        assert await asyncio.gather(*map(policy.judge, EVERY_REQUEST[:100])) == alone

    async def test_an_action_that_it_does_not_know_is_never_allowed(self) -> None:
        """What comes later must not slip through; and it is no reason to fail."""
        policy = await self.make_policy()
        for role, action in product(Role, ("", "notice.unknown", "x" * 1000, "通知")):
            assert (await policy.judge(request(role, action))).decision is not Decision.ALLOW, action
