# SPDX-License-Identifier: Apache-2.0
"""The plugin around the codes of an app: the contract, and its place in a host."""

from pathlib import Path

import pyotp
import pytest
from renkei_otp_totp import OtpTotp

from appliance.config.decode import ConfigError
from appliance.contracts.factor import NOT_PROVEN, EnrolRequest, Factor, FactorAnswer
from appliance.contracts.plugin import NoSettings
from appliance.testing.factor_suite import START, Asked, FactorSuite
from appliance.testing.hosting import hosted, make_host
from appliance.testing.services import fake_services


class TestSuite(FactorSuite):
    async def make_factor(self) -> Factor:
        return OtpTotp(NoSettings(), fake_services()).register_factor()[0]

    def answer(self, asked: Asked) -> str:
        return phone(asked.enrolled.shown["secret"], asked.now)


def phone(secret: str, now: int) -> str:
    """What an app shows that was given the secret."""
    return pyotp.TOTP(secret.replace(" ", "")).at(now // 1000)


async def test_in_a_host_a_phone_proves_and_scrap_does_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with hosted(tmp_path, {"otp_totp": {}}) as host:
        [provided] = host.all("factor")
        factor = provided.provider
        enrolled = await factor.enrol(EnrolRequest("a", "山田", "基金", START))
        code = phone(enrolled.shown["secret"], START)
        assert (await factor.verify(FactorAnswer("a", enrolled.state, code, START))).proven
        assert await factor.verify(FactorAnswer("a", b"scrap", code, START)) is NOT_PROVEN
    assert "enrol the account again" in caplog.text
    assert code not in caplog.text


def test_it_takes_no_settings(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="digits"):
        make_host(tmp_path, {"otp_totp": {"digits": 8}}).load()
