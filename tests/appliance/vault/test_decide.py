# SPDX-License-Identifier: Apache-2.0
"""Verdicts become one answer: deny beats allow, silence denies, whatever the order."""

import itertools

import pytest

from appliance.contracts.policy import ABSTAIN, Decision, PolicyRequest, Verdict
from appliance.link.refusals import Why
from appliance.model.words import Role, Site
from appliance.vault.decide import Denied, combined, judge
from tests.appliance.vault.providers import Judge

ALLOW = Verdict(Decision.ALLOW, "")
DENY = Verdict(Decision.DENY, "closed")
REQUEST = PolicyRequest("notice.list", Site.PORTAL, "a" * 26, Role.OFFICE_ADMIN, frozenset(), "o", "o", 1)


@pytest.mark.parametrize("verdicts", list(itertools.product((ALLOW, DENY, ABSTAIN), repeat=3)))
def test_deny_beats_allow_and_silence_denies(verdicts: tuple[Verdict, ...]) -> None:
    if DENY in verdicts or ALLOW not in verdicts:
        with pytest.raises(Denied) as caught:
            combined(verdicts)
        assert caught.value.why is Why.NOT_ALLOWED
        assert caught.value.reason == ("closed" if DENY in verdicts else "no policy allows it")
    else:
        assert combined(verdicts) is None


def test_nobody_asked_is_nobody_who_allows() -> None:
    with pytest.raises(Denied):
        combined([])


@pytest.mark.parametrize(
    "order", list(itertools.permutations([(Decision.ALLOW, 30), (Decision.ABSTAIN, 20), (Decision.ALLOW, None)]))
)
def test_the_earliest_end_counts_whoever_says_it(order: tuple[tuple[Decision, int | None], ...]) -> None:
    assert combined([Verdict(decision, "", until) for decision, until in order]) == 20


def test_the_end_of_an_instant_zero_is_an_end() -> None:
    assert combined([Verdict(Decision.ALLOW, "", 0), Verdict(Decision.ALLOW, "", 5)]) == 0


def test_a_denial_does_not_tell_its_reason() -> None:
    with pytest.raises(Denied) as caught:
        combined([DENY])
    assert "closed" not in str(caught.value)
    assert caught.value.values == {}


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_all_policies_get_the_same_question(count: int) -> None:
    asked: list[PolicyRequest] = []

    async def allow(request: PolicyRequest) -> Verdict:
        asked.append(request)
        return Verdict(Decision.ALLOW, "", 100 + len(asked))

    assert await judge([Judge(allow)] * count, REQUEST) == 101
    assert asked == [REQUEST] * count
