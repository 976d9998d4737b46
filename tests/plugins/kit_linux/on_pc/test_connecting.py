# SPDX-License-Identifier: Apache-2.0
"""From the first step to the portal's answer, and back; with an engine that does what a test wants."""

import datetime as dt
import threading
from dataclasses import dataclass, field, replace

import pytest
from renkei_kit_linux.on_pc import connecting
from renkei_kit_linux.on_pc.connecting import Line, connect, disconnect, line_of, until_of, watch
from renkei_kit_linux.on_pc.connection import Connection, alone, last_end, remember, remembered
from renkei_kit_linux.on_pc.order import Trouble

from tests.plugins.kit_linux.office_pc import OfficePc, order_there
from tests.plugins.kit_linux.toy_engine import ORDER, TUNNEL, Toy


@dataclass
class Told:
    """What people were told."""

    words: list[str] = field(default_factory=list)

    def __call__(self, word: str, **values: str) -> None:
        self.words.append(word)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    """The only engine; the portal answers, and time passes at once."""
    made = Toy()
    monkeypatch.setattr(connecting, "engine_of", lambda places, tunnel: made)
    monkeypatch.setattr(connecting, "is_reached", lambda url, most: True)
    monkeypatch.setattr(connecting, "pause", lambda length: None)
    monkeypatch.setattr(connecting, "give_back", lambda: None)
    return made


@pytest.fixture
def line(pc: OfficePc, toy: Toy) -> Line:
    """The way of a PC that has its kit."""
    pc.places.own.mkdir(parents=True)
    return line_of(pc.places, ORDER)


def test_each_step_is_told_and_the_end_is_remembered(line: Line) -> None:
    told = Told()
    made = connect(line, told)
    assert told.words == ["step_connect", "step_portal", "step_done"]
    assert remembered(line.places) == made and made.ready and made.interface == "vpn_toy"
    until, since = (dt.datetime.fromisoformat(text) for text in (made.until, made.since))
    assert dt.timedelta(minutes=90) <= until - since < dt.timedelta(minutes=95)


def test_nobody_says_until_when(line: Line) -> None:
    assert until_of(replace(TUNNEL, minutes=0), dt.datetime.now(dt.UTC)) == ""


def test_what_is_missing_is_found_before_anything_changes(line: Line, toy: Toy) -> None:
    toy.missing = "no_program"
    with pytest.raises(Trouble, match="no_program"):
        connect(line, Told())
    assert remembered(line.places) is None and toy.ended == []


def test_what_an_earlier_one_has_left_is_taken_back_first(line: Line, toy: Toy) -> None:
    before = Connection("before", "tunnel_softether", "vpn_toy", "")
    remember(line.places, before)
    made = connect(line, Told())
    assert toy.ended == [before] and remembered(line.places) == made


@pytest.mark.parametrize("error", [Trouble("not_let_in"), OSError("x"), KeyboardInterrupt()])
def test_what_does_not_succeed_is_taken_back(line: Line, toy: Toy, error: BaseException) -> None:
    """Contract 2."""
    toy.fails = error
    with pytest.raises(type(error)):
        connect(line, Told())
    assert len(toy.ended) == 2 and remembered(line.places) is None


def test_a_portal_that_stays_shut_is_the_end_too(line: Line, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "is_reached", lambda url, most: False)
    monkeypatch.setattr(connecting, "PORTAL_SECONDS", 0.01)
    with pytest.raises(Trouble, match="not_opened"):
        connect(line, Told())
    assert len(toy.ended) == 2


def test_a_slow_line_is_given_the_time_that_it_takes(line: Line, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    patience = list[float]()

    def slow(url: str, most: float) -> bool:
        patience.append(most)
        return most >= 1.5

    monkeypatch.setattr(connecting, "is_reached", slow)
    assert connect(line, Told()).ready
    assert patience[0] <= 0.1 and patience == sorted(patience)


def test_who_is_cut_while_knocking_does_not_knock_on(line: Line, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    knocks = list[str]()

    def nobody(url: str, most: float) -> bool:
        knocks.append(url)
        return False

    monkeypatch.setattr(connecting, "is_reached", nobody)
    toy.up = [True, False]
    with pytest.raises(Trouble, match="not_opened"):
        connect(line, Told())
    assert len(knocks) == 2  # and none once it was cut


def test_the_internet_comes_first_and_nobody_outside_is_asked(
    line: Line, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract 3."""
    monkeypatch.setattr(connecting, "is_reached", lambda url, most: pytest.fail("asks outside"))
    monkeypatch.setattr(connecting, "path_of", lambda name: name)
    monkeypatch.setattr(connecting, "give_back", lambda: toy.ended.append(None))
    connection = Connection("ab12", "tunnel_softether", "vpn_toy", "")
    remember(line.places, connection)
    disconnect(line.places, ORDER)
    assert toy.ended == [None, connection] and remembered(line.places) is None


def test_what_nobody_remembers_is_taken_back_by_every_engine(line: Line, toy: Toy) -> None:
    order = replace(
        ORDER, tunnels=(TUNNEL, replace(TUNNEL, engine="tunnel_wireguard"), replace(TUNNEL, engine="x"))
    )
    disconnect(line.places, order)
    assert toy.ended == [None, None]


def ready(line: Line) -> Connection:
    return connect(line, Told())


def test_the_watch_takes_back_what_the_other_side_has_ended(line: Line, toy: Toy) -> None:
    """Contract 4."""
    made = ready(line)
    toy.up = [True, True, False]
    watch(line)
    assert toy.ended == [None, made] and remembered(line.places) is None


def test_a_silent_engine_is_given_up_after_some_knocks_that_nobody_hears(
    line: Line, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, heard = ready(line), [True, False, True, False, False, False, False]
    toy.is_silent = True
    monkeypatch.setattr(connecting, "is_heard", lambda url, most: heard.pop(0))
    watch(line)
    assert heard == [] and toy.ended == [None, made]


def test_another_connection_is_none_of_its_business(line: Line, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(line)
    other = Connection("other", "tunnel_softether", "vpn_toy", "")
    monkeypatch.setattr(connecting, "pause", lambda length: remember(line.places, other))
    watch(line)
    assert toy.ended == [None] and remembered(line.places) == other


def test_what_the_other_side_has_ended_is_written_down_until_the_next_connection(line: Line, toy: Toy) -> None:
    toy.up = [True] * 6 + [False]
    made = connect(line, Told())
    watch(line)
    ended = last_end(line.places)
    assert ended is not None and (ended.since, ended.until) == (made.since, made.until) and ended.at >= made.since
    toy.up = [True]
    connect(line, Told())
    assert last_end(line.places) is None
    disconnect(line.places, line.order)
    assert last_end(line.places) is None, "who disconnects knows why"


def test_the_watch_keeps_out_of_the_way_of_who_disconnects(line: Line, toy: Toy) -> None:
    """Else it takes back the connection that comes next."""
    connect(line, Told())
    toy.up = [False]
    with alone(line.places, 1):
        watching = threading.Thread(target=watch, args=(line,))
        watching.start()
        disconnect(line.places, line.order)
        toy.up = [True]
        next_one = connect(line, Told())
        toy.ended.clear()
    watching.join()
    assert remembered(line.places) == next_one and toy.ended == []


def test_who_disconnects_does_not_wait_for_ever(line: Line) -> None:
    with alone(line.places, 1), alone(line.places, 0.01):
        disconnect(line.places, line.order)


def test_without_a_connection_there_is_nothing_to_watch(line: Line, toy: Toy) -> None:
    watch(line)
    assert toy.ended == []


def test_a_kit_without_a_way_says_so(pc: OfficePc) -> None:
    with pytest.raises(Trouble, match="no_tunnel"):
        line_of(pc.places, order_there())
