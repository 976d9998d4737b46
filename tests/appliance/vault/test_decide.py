# SPDX-License-Identifier: Apache-2.0
"""Verdicts become one answer: deny beats allow, silence denies, whatever the order."""

import itertools
from dataclasses import replace
from functools import partial

import pytest

from appliance.contracts.policy import ABSTAIN, Decision, PolicyRequest, Verdict
from appliance.link.refusals import Why
from appliance.model.calendar import Opening, Reason
from appliance.model.words import Role, Site
from appliance.vault.decide import Denied, combined, is_closed, judge
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


HOURS = Verdict(Decision.DENY, "the service is closed: weekend", because_closed=True)
WEEKEND = Opening(Reason.WEEKEND, next_open=1_781_478_000_000)


def denied(*verdicts: Verdict, opening: Opening | None = WEEKEND) -> Denied:
    """The denial that follows."""
    with pytest.raises(Denied) as caught:
        combined(verdicts, opening)
    return caught.value


@pytest.mark.parametrize("verdicts", list(itertools.permutations([HOURS, ALLOW, ABSTAIN])))
def test_people_are_told_of_the_hours_and_when_they_begin(verdicts: tuple[Verdict, ...]) -> None:
    told = denied(*verdicts)
    assert (told.why, told.reason) == (Why.NOT_ALLOWED, "the service is closed: weekend")
    assert (told.text, told.values) == ("closed.weekend", {"opens_at": "1781478000000"})


@pytest.mark.parametrize("verdicts", [(DENY, HOURS), (HOURS, DENY), (DENY,)])
def test_who_may_not_anyway_is_told_nothing_of_the_hours(verdicts: tuple[Verdict, ...]) -> None:
    told = denied(*verdicts)
    assert (told.text, told.values) == ("refused.not_allowed", {})


@pytest.mark.parametrize("opening", [None, Opening(Reason.OPEN, 2, 1, 1)])
def test_a_policy_that_is_wrong_about_the_hours_denies_all_the_same(opening: Opening | None) -> None:
    assert denied(HOURS, ALLOW, opening=opening).text == "refused.not_allowed"


def test_only_a_denial_can_be_because_of_the_hours() -> None:
    assert combined([replace(ABSTAIN, because_closed=True), ALLOW], WEEKEND) is None


@pytest.mark.parametrize(
    ("verdicts", "closed"), [((), False), ((DENY, ALLOW), False), ((DENY, HOURS), True), ((HOURS,), True)]
)
async def test_the_hours_are_looked_for_among_all_verdicts(verdicts: tuple[Verdict, ...], closed: bool) -> None:
    async def says(request: PolicyRequest, verdict: Verdict) -> Verdict:
        assert request == REQUEST
        return verdict

    judges = [Judge(partial(says, verdict=verdict)) for verdict in verdicts]
    assert await is_closed(judges, REQUEST) is closed


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_all_policies_get_the_same_question(count: int) -> None:
    asked: list[PolicyRequest] = []

    async def allow(request: PolicyRequest) -> Verdict:
        asked.append(request)
        return Verdict(Decision.ALLOW, "", 100 + len(asked))

    assert await judge([Judge(allow)] * count, REQUEST) == 101
    assert asked == [REQUEST] * count
