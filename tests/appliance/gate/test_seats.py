# SPDX-License-Identifier: Apache-2.0
"""Who may connect: all at first, in pages, then what changes."""

from appliance.gate.seats import Seats
from tests.appliance.gate.gates import ONE, THREE, TWO


def test_nobody_may_before_all_were_told() -> None:
    seats = Seats()
    seats.page([ONE], first=True, last=False)
    assert (seats.told, seats.get(ONE.name), seats.all()) == (False, None, [])
    seats.page([TWO], first=False, last=True)
    assert seats.told and seats.all() == [ONE, TWO]


def test_telling_all_again_replaces_them() -> None:
    seats = Seats()
    seats.page([ONE, TWO], first=True, last=True)
    seats.page([TWO, THREE], first=True, last=True)
    assert (seats.version, seats.all()) == (2, [TWO, THREE])


def test_pages_that_broke_off_are_forgotten() -> None:
    seats = Seats()
    seats.page([ONE], first=True, last=False)
    seats.page([TWO], first=True, last=True)
    assert seats.all() == [TWO]


def test_what_changes_while_pages_come_is_kept() -> None:
    seats = Seats()
    seats.page([ONE, TWO], first=True, last=False)
    seats.add([THREE])
    seats.remove([ONE.name, "nobody"])
    assert seats.get(THREE.name) == THREE
    seats.page([], first=False, last=True)
    assert seats.all() == [TWO, THREE]
