# SPDX-License-Identifier: Apache-2.0
"""The plugin around the mailed codes: the contract, its settings, and its place in a host."""

import re
from pathlib import Path

import pytest
from renkei_otp_email import OtpEmail, Settings

from appliance.config.decode import ConfigError
from appliance.contracts.factor import NOT_PROVEN, EnrolRequest, Factor, FactorAnswer, FactorRequest
from appliance.host.refused import ProviderFailed
from appliance.model.time import MINUTE
from appliance.testing.factor_suite import FactorSuite, asked
from appliance.testing.hosting import hosted, make_host
from appliance.testing.services import fake_services


class TestSuite(FactorSuite):
    async def make_factor(self) -> Factor:
        return make()


class TestSuiteOfShortCodes(FactorSuite):
    async def make_factor(self) -> Factor:
        return make(Settings(digits=6, ttl_minutes=10))


def make(settings: Settings | None = None) -> Factor:
    return OtpEmail(settings or Settings(), fake_services()).register_factor()[0]


async def test_without_settings_it_is_eight_digits_for_an_hour() -> None:
    begun = (await asked(make(), now=0)).begun
    assert re.fullmatch(r"[0-9]{4}-[0-9]{4}", begun.code)
    assert begun.ends_at == 60 * MINUTE


@pytest.mark.parametrize(("digits", "form"), [(6, "3-3"), (7, "4-3"), (8, "4-4"), (9, "5-4"), (10, "5-5")], ids=str)
async def test_codes_have_the_digits_that_are_set(digits: int, form: str) -> None:
    code = (await asked(make(Settings(digits=digits)))).begun.code
    assert "-".join(str(len(group)) for group in code.split("-")) == form


@pytest.mark.parametrize("minutes", [1, 1440])
async def test_codes_live_as_long_as_is_set(minutes: int) -> None:
    assert (await asked(make(Settings(ttl_minutes=minutes)), now=5)).begun.ends_at == 5 + minutes * MINUTE


@pytest.mark.parametrize(
    ("key", "value"), [("digits", 5), ("digits", 11), ("ttl_minutes", 0), ("ttl_minutes", 1441)]
)
async def test_settings_of_no_use_stop_the_start(key: str, value: int, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=rf"otp_email.*`{key}`"):
        make_host(tmp_path, {"otp_email": {key: value}}).load()


async def test_in_a_host_what_cannot_be_read_is_not_proven(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with hosted(tmp_path, {"otp_email": {"digits": 6}}) as host:
        [provided] = host.all("factor")
        factor = provided.provider
        enrolled = await factor.enrol(EnrolRequest("a", "山田", "基金", 0))
        begun = await factor.begin(FactorRequest("a", enrolled.state, 0))
        assert (await factor.verify(FactorAnswer("a", begun.state, begun.code, 1))).proven
        assert await factor.verify(FactorAnswer("a", b"scrap", begun.code, 1)) is NOT_PROVEN
        with pytest.raises(ProviderFailed):
            await factor.begin(FactorRequest("a", b"scrap", 1))
    assert "enrol the account again" in caplog.text
    assert begun.code not in caplog.text
