# SPDX-License-Identifier: Apache-2.0
"""The fake second factor tells its answers and breaks when told to; tests/contracts/test_factor.py has the rest."""

import pytest

from appliance.contracts.factor import EnrolRequest, FactorAnswer, FactorRequest
from appliance.contracts.plugin import PluginError
from appliance.model.time import MINUTE
from appliance.testing.memory_factor import MemoryFactor

ENROL = EnrolRequest("a", "Yamada", "Fund", 0)


async def test_what_it_sends_is_the_right_answer_for_its_life() -> None:
    factor = MemoryFactor(life=MINUTE)
    enrolled = await factor.enrol(ENROL)
    assert enrolled.shown == {}
    begun = await factor.begin(FactorRequest("a", enrolled.state, 5))
    assert (begun.code, begun.ends_at) == (factor.answer(begun.state), 5 + MINUTE)


async def test_what_it_does_not_send_it_tells_the_test() -> None:
    factor = MemoryFactor(sends=False)
    enrolled = await factor.enrol(ENROL)
    assert enrolled.shown == {"secret": "Yamada 1"}
    proof = await factor.verify(FactorAnswer("a", enrolled.state, factor.answer(enrolled.state), 0))
    assert proof.proven and proof.state is not None
    assert factor.answer(proof.state) != factor.answer(enrolled.state)


async def test_broken_is_broken_until_it_is_mended() -> None:
    factor = MemoryFactor()
    state = (await factor.enrol(ENROL)).state
    factor.broken = "the cable is out"
    for call in (
        factor.enrol(ENROL),
        factor.begin(FactorRequest("a", state, 0)),
        factor.verify(FactorAnswer("a", state, "1", 0)),
    ):
        with pytest.raises(PluginError, match="cable"):
            await call
    factor.broken = ""
    assert (await factor.begin(FactorRequest("a", state, 0))).code


async def test_what_it_did_not_make_is_no_state() -> None:
    with pytest.raises(PluginError, match="no state"):
        MemoryFactor().answer(b'{"account": "a"}')
