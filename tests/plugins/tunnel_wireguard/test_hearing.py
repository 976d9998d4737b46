# SPDX-License-Identifier: Apache-2.0
"""Sessions made of handshakes: when one begins, when it is over, and what no clock can do to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_tunnel_wireguard.dump import Shown
from renkei_tunnel_wireguard.hearing import SILENCE_SECONDS, Hearing, Live

from appliance.contracts.tunnel import EngineSession

WALL = 1_764_000_000
HERE, THERE, ELSEWHERE = "198.51.100.7:40000", "203.0.113.8:50000", "192.0.2.9:60000"


class Ear:
    """A Hearing with clocks, and one peer, "a"."""

    def __init__(self) -> None:
        self.hearing = Hearing()
        self.now, self.wall = 1000.0, float(WALL)
        self.handshake, self.endpoint, self.moved = 0, HERE, (0, 0)

    def after(self, seconds: float, *, step: float = 0) -> "Ear":
        """Time passes; step is by how much the wall clock is set beside."""
        self.now += seconds
        self.wall += seconds + step
        return self

    def shakes(self) -> "Ear":
        self.handshake = int(self.wall)
        return self

    def heard(self) -> list[Live]:
        shown = Shown("a", self.endpoint, ["10.8.0.2/32"], self.handshake, *self.moved)
        return self.hearing.look([("seat-a", shown)], self.now, self.wall)

    @property
    def session(self) -> EngineSession | None:
        found = [live.session for live in self.heard()]
        return found[0] if found else None

    @property
    def name(self) -> str:
        found = self.session
        return found.session if found else ""


@pytest.fixture
def ear() -> Ear:
    """It looked once; nobody was there."""
    made = Ear()
    assert made.name == ""
    return made


def test_without_a_handshake_there_is_no_session(ear: Ear) -> None:
    ear.moved = (148, 0)
    assert ear.after(5).name == ""


def test_the_first_handshake_begins_one(ear: Ear) -> None:
    found = ear.after(4).shakes().after(1).session
    assert found is not None
    assert (found.seat, found.address, found.source) == ("seat-a", "10.8.0.2", "198.51.100.7")
    assert found.seconds == pytest.approx(1)


def test_it_goes_on_with_each_further_one(ear: Ear) -> None:
    name = ear.after(5).shakes().name
    for _ in range(50):
        assert ear.after(119).name == name != ""
        assert ear.shakes().name == name
    found = ear.session
    assert found is not None and found.seconds == pytest.approx(50 * 119)


def test_it_is_over_when_no_packet_is_taken_any_more(ear: Ear) -> None:
    name = ear.after(1).shakes().name
    assert ear.after(SILENCE_SECONDS).name == name
    assert ear.after(0.1).name == ""


def test_who_comes_back_has_another(ear: Ear) -> None:
    first = ear.after(1).shakes().name
    assert ear.after(SILENCE_SECONDS + 10).name == ""
    second = ear.shakes().name
    assert second and second != first


def test_who_comes_back_between_two_looks_has_another(ear: Ear) -> None:
    first = ear.after(1).shakes().name
    second = ear.after(SILENCE_SECONDS + 30).shakes().after(1).name
    assert second and second != first


def test_one_that_was_closed_is_not_told_again(ear: Ear) -> None:
    """Even where it shakes hands in the same second."""
    first = ear.after(1).shakes().name
    ear.hearing.forget("a")
    second = ear.name
    assert second and second != first


def test_a_peer_that_was_made_anew_has_none(ear: Ear) -> None:
    assert ear.after(1).shakes().name
    ear.handshake = 0
    assert ear.name == ""


@pytest.mark.parametrize("hours", [1, -1, 1000])
def test_a_clock_that_is_set_neither_ends_nor_prolongs(ear: Ear, hours: int) -> None:
    name = ear.after(1).shakes().name
    assert ear.after(100, step=hours * 3600).name == name
    assert ear.shakes().name == name
    assert ear.after(SILENCE_SECONDS - 1, step=-hours * 3600).name == name
    assert ear.after(2).name == ""


def test_a_clock_that_is_set_just_then_hides_nobody(ear: Ear) -> None:
    """A handshake since the last look is not older than that."""
    found = ear.after(2).shakes().after(3, step=3600).session
    assert found is not None and found.seconds <= 5


def test_after_a_restart_it_is_found_with_what_is_known_of_it(ear: Ear) -> None:
    """From its last handshake on: when the first one was nobody knows any more."""
    ear.after(1).shakes().after(60)
    ear.hearing = Hearing()
    found = ear.session
    assert found is not None and found.seconds == pytest.approx(60)


def test_after_a_restart_an_old_handshake_is_none(ear: Ear) -> None:
    ear.after(1).shakes().after(SILENCE_SECONDS + 1)
    ear.hearing = Hearing()
    assert ear.name == ""
    assert ear.after(5).shakes().name


def test_what_was_moved_before_is_not_its_own(ear: Ear) -> None:
    ear.after(1).shakes()
    ear.moved = (1000, 5000)
    first = ear.session
    assert first is not None and (first.bytes_in, first.bytes_out) == (1000, 5000)
    assert ear.after(SILENCE_SECONDS + 1).name == ""
    ear.moved = (1100, 5050)
    second = ear.shakes().session
    assert second is not None and (second.bytes_in, second.bytes_out) == (100, 50)


def copied(ear: Ear, *endpoints: str, seconds: float = 5) -> list[bool]:
    """What is seen of a session whose peer comes from these places."""
    seen = []
    for endpoint in endpoints:
        ear.endpoint = endpoint
        ear.after(seconds).shakes()
        seen += [live.copied for live in ear.heard()]
    return seen


def test_two_places_by_turns_are_two_pcs_and_said_once(ear: Ear) -> None:
    assert copied(ear, HERE, THERE, HERE, THERE, HERE) == [False, False, True, False, False]


def test_a_pc_may_move(ear: Ear) -> None:
    assert not any(copied(ear, HERE, HERE, THERE, THERE, ELSEWHERE))


def test_a_pc_that_comes_home_after_a_while_is_one(ear: Ear) -> None:
    assert copied(ear, HERE, THERE, seconds=60) == [False, False]
    assert copied(ear, THERE, HERE, seconds=119) == [False, False]


@given(st.lists(st.tuples(st.floats(0, 400), st.sampled_from([0, 0, 3600, -3600]), st.booleans()), max_size=40))
def test_whatever_the_clocks_do_nobody_is_live_without_a_handshake(
    steps: list[tuple[float, float, bool]],
) -> None:
    """Nor longer than the protocol lets packets pass after the last one; that is told in whole seconds."""
    ear, last = Ear(), -SILENCE_SECONDS - 1.0
    ear.heard()
    for seconds, step, shakes in steps:
        ear.after(seconds, step=step)
        if shakes and int(ear.wall) != ear.handshake:
            ear.shakes()
            last = ear.now
        silent, is_live = ear.now - last, bool(ear.name)
        assert is_live <= (silent <= SILENCE_SECONDS)
        assert is_live >= (silent <= SILENCE_SECONDS - 1)
