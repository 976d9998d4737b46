# SPDX-License-Identifier: Apache-2.0
"""The policy of hours: T17, T18, every site, every minute; and that it keeps the contract of policies."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_policy_hours import PolicyHours

from appliance.config.opening import shipped
from appliance.contracts.plugin import NoSettings
from appliance.contracts.policy import ABSTAIN, Decision, Policy, PolicyRequest, Verdict
from appliance.model.calendar import Calendar, Hours
from appliance.model.time import JST, MINUTE, Instant, instant
from appliance.model.words import Role, Site
from appliance.testing.hosting import hosted
from appliance.testing.policy_suite import PolicySuite
from appliance.testing.services import fake_services

CALENDAR = Calendar(shipped())
WITHOUT_GRACE = Calendar(shipped(), Hours(grace=0))
ACTIONS = ("menu.read", "notice.download", "history.read", "act", "signing", "")
MINUTES = st.integers(0, 366 * 24 * 60).map(lambda minute: at("2026-01-01T00:00") + minute * MINUTE)


def at(text: str) -> Instant:
    """An instant in Japan."""
    return instant(dt.datetime.fromisoformat(text).replace(tzinfo=JST))


async def judged(
    action: str,
    now: Instant,
    site: Site = Site.PORTAL,
    calendar: Calendar = CALENDAR,
    role: Role = Role.OFFICE_STAFF,
) -> Verdict:
    """What the policy says."""
    asked = PolicyRequest(action, site, "a", role, frozenset(), "o", "o", now, calendar.opening(now))
    return await PolicyHours(NoSettings(), fake_services()).judge(asked)


class TestSuite(PolicySuite):
    async def make_policy(self) -> Policy:
        return PolicyHours(NoSettings(), fake_services())


@pytest.mark.parametrize("action", ["sign_in", "sign_in.code"])
@pytest.mark.parametrize(
    ("now", "reason", "until"),
    [
        ("2026-06-08T07:59", "before_hours", "2026-06-08T08:00"),
        ("2026-06-08T08:00", "", "2026-06-08T20:10"),
        ("2026-06-08T19:00", "", "2026-06-08T20:10"),
        ("2026-06-08T19:59:59.999", "", "2026-06-08T20:10"),
        ("2026-06-08T20:00", "after_hours", "2026-06-09T08:00"),
        ("2026-06-08T20:09", "after_hours", "2026-06-09T08:00"),
        ("2026-05-06T10:00", "holiday", "2026-05-07T08:00"),
        ("2026-09-22T10:00", "holiday", "2026-09-24T08:00"),
        ("2026-12-31T10:00", "year_end", "2027-01-04T08:00"),
        ("2026-06-13T10:00", "weekend", "2026-06-15T08:00"),
    ],
)
async def test_nobody_signs_in_while_it_is_closed(action: str, now: str, reason: str, until: str) -> None:
    verdict = await judged(action, at(now))
    if reason:
        assert verdict == Verdict(Decision.DENY, f"the service is closed: {reason}", at(until), because_closed=True)
    else:
        assert verdict == Verdict(Decision.ABSTAIN, "", at(until))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("now", "decision"),
    [
        ("2026-06-08T19:59:59.999", Decision.ABSTAIN),
        ("2026-06-08T20:00", Decision.ABSTAIN),
        ("2026-06-08T20:09:59.999", Decision.ABSTAIN),
        ("2026-06-08T20:10", Decision.DENY),
        ("2026-06-09T07:59", Decision.DENY),
        ("2026-05-06T20:05", Decision.DENY),
    ],
)
async def test_what_has_begun_may_go_on_for_ten_minutes(action: str, now: str, decision: Decision) -> None:
    verdict = await judged(action, at(now))
    assert verdict.decision is decision
    assert decision is Decision.DENY or verdict.until == at("2026-06-08T20:10")


async def test_without_grace_everything_ends_at_closing() -> None:
    open_still = await judged("menu.read", at("2026-06-08T19:00"), calendar=WITHOUT_GRACE)
    assert open_still.until == at("2026-06-08T20:00")
    assert (await judged("menu.read", at("2026-06-08T20:00"), calendar=WITHOUT_GRACE)).decision is Decision.DENY


@pytest.mark.parametrize("site", [site for site in Site if site is not Site.PORTAL])
@pytest.mark.parametrize("action", ["sign_in", "menu.read"])
async def test_other_sites_are_never_closed(site: Site, action: str) -> None:
    assert await judged(action, at("2026-12-31T03:00"), site) == ABSTAIN


@given(MINUTES, st.sampled_from(["sign_in", *ACTIONS]), st.sampled_from(list(Site)), st.sampled_from(list(Role)))
async def test_it_never_allows_and_a_deadline_lies_ahead(now: Instant, action: str, site: Site, role: Role) -> None:
    verdict = await judged(action, now, site, role=role)
    assert verdict.decision is not Decision.ALLOW
    assert verdict.until is None or now < verdict.until
    assert verdict.because_closed is (verdict.decision is Decision.DENY)


@given(MINUTES)
async def test_who_may_come_in_may_also_act_until_the_deadline(now: Instant) -> None:
    verdict = await judged("sign_in", now)
    if verdict.until is not None and verdict.decision is Decision.ABSTAIN:
        assert (await judged("act", verdict.until - 1)).decision is Decision.ABSTAIN
        assert (await judged("act", verdict.until)).decision is Decision.DENY


async def test_a_core_that_does_not_say_is_taken_for_closed() -> None:
    asked = PolicyRequest("sign_in", Site.PORTAL, "a", Role.SHAROSHI, frozenset(), "o", "o", at("2026-06-09T10:00"))
    policy = PolicyHours(NoSettings(), fake_services())
    assert (await policy.judge(asked)).decision is Decision.DENY
    assert await policy.judge(replace(asked, site=Site.CONSOLE)) == ABSTAIN


async def test_it_runs_in_a_host(tmp_path: Path) -> None:
    async with hosted(tmp_path, {"policy_hours": {}}) as host:
        [hours] = [one.provider for one in host.all("policy") if one.plugin == "policy_hours"]
        asked = PolicyRequest(
            "sign_in", Site.PORTAL, "a", Role.SHAROSHI, frozenset(), "o", "o", at("2026-06-08T07:00")
        )
        assert (await hours.judge(asked)).because_closed
