# SPDX-License-Identifier: Apache-2.0
"""The plugin keeps the contract of device binders, by itself and in a real host."""

from pathlib import Path

import pytest
from renkei_device_code import DeviceCode, Settings

from appliance.contracts.device import DeviceBinder, Evidence, EvidenceUnusable, SeatToBind
from appliance.testing.device_suite import FIRST, DeviceSuite
from appliance.testing.hosting import hosted
from appliance.testing.services import fake_services
from tests.plugins.device_code.pc import OFFICE_PC, OTHER_PC, Pc

PCS = {"pc-1": OFFICE_PC, "pc-2": OTHER_PC}


class TestDeviceCode(DeviceSuite):
    async def make_binder(self) -> DeviceBinder:
        [made] = DeviceCode(Settings(), fake_services()).register_device()
        return made

    async def evidence(self, seat: SeatToBind, pc: str = "pc-1", key: str = "key-1") -> bytes:
        return Pc(PCS[pc], key).confirmation(seat)


@pytest.mark.parametrize("fund", ["-", "a" * 21, "基金", "9 1"])
def test_what_cannot_stand_for_a_fund(fund: str) -> None:
    with pytest.raises(ValueError, match="`fund`"):
        Settings(fund=fund)


def test_a_fund_does_not_add_a_book() -> None:
    with pytest.raises(ValueError, match="`worthless` has at most 200"):
        Settings(("x",) * 201)


async def test_in_a_host_refusals_pass_as_they_are(tmp_path: Path) -> None:
    async with hosted(tmp_path, {"device_code": {"worthless": ["LAB0000001"]}}) as host:
        [provided] = host.all("device")
        assert provided.plugin == "device_code"
        claim = await provided.provider.examine(Evidence(Pc().confirmation(FIRST)))
        assert claim.seat == 1
        with pytest.raises(EvidenceUnusable):
            await provided.provider.examine(Evidence(b"no"))
