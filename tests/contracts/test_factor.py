# SPDX-License-Identifier: Apache-2.0
"""The contract of second factors, kept by the factor in memory; and the suite notices who does not keep it."""

from appliance.contracts.factor import Factor
from appliance.testing.factor_suite import Asked, FactorSuite
from appliance.testing.memory_factor import MemoryFactor


class TestSends(FactorSuite):
    async def make_factor(self) -> Factor:
        return MemoryFactor()


class TestSendsNothing(FactorSuite):
    outlived = None

    async def make_factor(self) -> Factor:
        return MemoryFactor(sends=False)

    def answer(self, asked: Asked) -> str:
        return MemoryFactor().answer(asked.begun.state)
