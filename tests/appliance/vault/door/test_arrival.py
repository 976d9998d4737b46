# SPDX-License-Identifier: Apache-2.0
"""Arrivals: what opens, where, for how long, and that nobody can tell or make one."""

import base64

import msgspec
import pytest

from appliance.link.refusals import Why
from appliance.model.time import MINUTE, SECOND
from appliance.model.words import WEB_SITES, Site
from appliance.testing.clock import FakeRandom
from appliance.vault.door.arrival import LENGTH, LIFE, Arrival, Arrivals, NotArrived

PEPPER = b"p" * 32
NOW = 1_780_966_800_000
PLAIN = Arrival("a" * 26, True, b"n" * 16, b"v" * 8, NOW)


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals(PEPPER, FakeRandom("arrivals"))


def refused(arrivals: Arrivals, text: str, site: Site = Site.PORTAL, now: int = NOW) -> str:
    with pytest.raises(NotArrived) as caught:
        arrivals.open(site, text, now)
    assert (caught.value.why, caught.value.text) == (Why.NOT_SIGNED_IN, "door.expired")
    return caught.value.reason


@pytest.mark.parametrize("site", WEB_SITES)
def test_what_was_sealed_opens_at_its_own_site_only(arrivals: Arrivals, site: Site) -> None:
    sealed = arrivals.seal(site, PLAIN)
    assert arrivals.open(site, sealed, NOW) == PLAIN
    for other in set(Site) - {site}:
        assert refused(arrivals, sealed, other) == "unknown arrival"


def test_it_lasts_ten_minutes_and_none_from_the_future_opens(arrivals: Arrivals) -> None:
    sealed = arrivals.seal(Site.PORTAL, PLAIN)
    assert arrivals.open(Site.PORTAL, sealed, NOW + LIFE - 1) == PLAIN
    for now in (NOW + LIFE, NOW + 120 * MINUTE, NOW - 1, NOW - 120 * MINUTE):
        assert refused(arrivals, sealed, now=now) == "arrival is too old"


def test_nobody_can_tell_a_stranger_or_a_proof_by_the_length(arrivals: Arrivals) -> None:
    others = [
        PLAIN,
        msgspec.structs.replace(PLAIN, known=False),
        msgspec.structs.replace(PLAIN, code_at=NOW + 5 * SECOND, password_at=NOW + 9 * SECOND),
        msgspec.structs.replace(PLAIN, at=2**62),
    ]
    assert {len(arrivals.seal(Site.PORTAL, one)) for one in others} == {LENGTH}
    assert len({arrivals.seal(Site.PORTAL, PLAIN) for _ in range(10)}) == 10, "no two are alike"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "あ" * LENGTH,
        "x" * LENGTH,
        "=" * LENGTH,
        "x" * 100_000,
        base64.urlsafe_b64encode(b"\0" * 188).decode(),
    ],
)
def test_what_was_never_sealed_opens_nothing(arrivals: Arrivals, text: str) -> None:
    assert refused(arrivals, text) == "unknown arrival"


def test_a_changed_one_opens_nothing(arrivals: Arrivals) -> None:
    sealed = arrivals.seal(Site.PORTAL, PLAIN)
    for place in range(0, LENGTH - 1, 7):
        other = "A" if sealed[place] != "A" else "B"
        assert refused(arrivals, sealed[:place] + other + sealed[place + 1 :]) == "unknown arrival"


def test_with_another_pepper_nothing_opens(arrivals: Arrivals) -> None:
    sealed = Arrivals(b"q" * 32, FakeRandom("other")).seal(Site.PORTAL, PLAIN)
    assert refused(arrivals, sealed) == "unknown arrival"


def test_a_restart_changes_nothing(arrivals: Arrivals) -> None:
    sealed = arrivals.seal(Site.PORTAL, PLAIN)
    assert Arrivals(PEPPER, FakeRandom("after a restart")).open(Site.PORTAL, sealed, NOW) == PLAIN
