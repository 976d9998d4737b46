# SPDX-License-Identifier: Apache-2.0
"""The contract of policies, kept by the rights policy; and the suite notices who does not."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from renkei_policy_permissions import PolicyPermissions, Settings

from appliance.contracts.policy import ABSTAIN, Decision, Policy, PolicyRequest, Verdict
from appliance.testing.policy_suite import PolicySuite
from appliance.testing.services import fake_services


class TestRights(PolicySuite):
    is_rights = True

    async def make_policy(self) -> Policy:
        plugin = PolicyPermissions(Settings(), fake_services())
        await plugin.start()
        return plugin.register_policy()[0]


class Says(Policy):
    """A policy that answers as it was told."""

    def __init__(self, answer: Callable[[PolicyRequest], Any]) -> None:
        self._answer = answer

    async def judge(self, request: PolicyRequest) -> Any:
        return self._answer(request)


async def failures(answer: Callable[[PolicyRequest], Any]) -> set[str]:
    """Which tests of the suite a policy fails."""

    class Suite(PolicySuite):
        async def make_policy(self) -> Policy:
            return Says(answer)

    failed = set()
    for name, test in inspect.getmembers(Suite(), inspect.iscoroutinefunction):
        if name.startswith("test_"):
            try:
                await test()
            except AssertionError:
                failed.add(name.removeprefix("test_"))
    return failed


async def test_a_policy_that_abstains_keeps_the_contract() -> None:
    assert await failures(lambda request: ABSTAIN) == set()


FORM = "it_answers_every_question_with_a_well_formed_verdict"


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (lambda request: Verdict(Decision.DENY, b"no"), FORM),  # type: ignore[arg-type]
        (lambda request: Verdict("deny", "no"), FORM),  # type: ignore[arg-type]
        (lambda request: Verdict(Decision.DENY, ""), "a_denial_says_why_in_a_short_sentence"),
        (lambda request: Verdict(Decision.DENY, "no" * 200), "a_denial_says_why_in_a_short_sentence"),
        (lambda request: Verdict(Decision.DENY, "no", until=request.now), "until_lies_ahead"),
        (lambda request: Verdict(Decision.ALLOW, "yes"), "only_the_rights_policy_allows"),
        (lambda request: Verdict(Decision.ALLOW, "yes"), "an_action_that_it_does_not_know_is_never_allowed"),
    ],
)
async def test_the_suite_notices(answer: Callable[[PolicyRequest], Any], failed: str) -> None:
    assert failed in await failures(answer)


async def test_the_suite_notices_a_memory() -> None:
    asked: list[PolicyRequest] = []

    def answer(request: PolicyRequest) -> Verdict:
        asked.append(request)
        return Verdict(Decision.DENY, f"for the {len(asked)}th time")

    assert "the_same_question_gets_the_same_answer" in await failures(answer)
