# SPDX-License-Identifier: Apache-2.0
"""Names that nobody has: what is kept of them is bounded, and the quietest name is forgotten first."""

import pytest

from appliance.model.things import FactorState, Lock
from appliance.vault.door import unknowns as module
from appliance.vault.door.unknowns import Bounded, Unknowns


def test_nothing_is_known_of_a_name_until_it_is_written() -> None:
    unknowns = Unknowns()
    assert unknowns.locks.get(b"name", Lock()) == Lock()
    unknowns.locks.put(b"name", Lock(failures=3))
    assert unknowns.locks.get(b"name", Lock()).failures == 3
    assert unknowns.locks.get(b"other", Lock()).failures == 0


def test_passwords_and_codes_are_counted_apart() -> None:
    unknowns = Unknowns()
    unknowns.codes.put(b"name", FactorState("", "otp_email", "sign_in", tries=5))
    assert unknowns.locks.get(b"name", Lock()) == Lock()


def test_memory_is_bounded_and_the_quietest_name_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 3)
    kept: Bounded[int] = Bounded()
    for number, name in enumerate((b"kept", b"forgotten", b"third")):
        kept.put(name, number)
    kept.put(b"kept", 7)
    kept.put(b"fourth", 8)
    assert len(kept) == 3
    assert [kept.get(name, -1) for name in (b"kept", b"forgotten", b"third", b"fourth")] == [7, -1, 2, 8]
