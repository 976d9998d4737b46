# SPDX-License-Identifier: Apache-2.0
"""The worked example, as a distribution and as a single file: its rules, the suite, and a start in the host."""

import datetime as dt
import sys
import tomllib
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from appliance.config.decode import ConfigError
from appliance.contracts.policy import Decision, Policy, PolicyRequest, Verdict
from appliance.host.catalogue import State, catalogue
from appliance.host.host import Host
from appliance.model.time import JST, instant
from appliance.model.words import Role, Site
from appliance.testing.hosting import hosted, place_file
from appliance.testing.policy_suite import PolicySuite
from appliance.testing.services import fake_services
from tests.examples.installed import installed

EXAMPLES = Path(__file__).parents[2] / "examples"
PACKAGE = "renkei_policy_lunch"
DISTRIBUTION = EXAMPLES / "policy_lunch" / PACKAGE / "__init__.py"
SINGLE_FILE = EXAMPLES / "policy_lunch.py"
PROJECT = tomllib.loads((EXAMPLES / "policy_lunch" / "pyproject.toml").read_text("utf-8"))["project"]

DELIVERY = PolicyRequest("notice.deliver", Site.CONSOLE, "a", Role.FUND_CLERK, frozenset(), "", "office-1", 0)


def at(hour: int, minute: int = 0, second: int = 0) -> int:
    return instant(dt.datetime(2026, 6, 9, hour, minute, second, tzinfo=JST))


def module() -> ModuleType:
    """The single file as a module, for what needs no host."""
    made = ModuleType("policy_lunch_of_the_tests")
    sys.modules[made.__name__] = made
    exec(compile(SINGLE_FILE.read_text("utf-8"), SINGLE_FILE, "exec"), made.__dict__)  # noqa: S102 - our own example
    return made


def make(**settings: Any) -> Policy:
    lunch = module()
    [policy] = lunch.PolicyLunch(lunch.LunchSettings(**settings), fake_services()).register_policy()
    made: Policy = policy
    return made


class TestSuite(PolicySuite):
    async def make_policy(self) -> Policy:
        return make()


@pytest.mark.parametrize(
    ("now", "denied"),
    [
        (at(11, 59, 59), False),
        (at(12), True),
        (at(12, 30), True),
        (at(12, 59, 59), True),
        (at(13), False),
        (at(0), False),
    ],
)
async def test_it_denies_deliveries_at_lunch_until_lunch_is_over(now: int, denied: bool) -> None:
    verdict = await make().judge(replace(DELIVERY, now=now))
    expected = Verdict(Decision.DENY, "the staff is at lunch", until=at(13))
    assert verdict == (expected if denied else Verdict(Decision.ABSTAIN, ""))


async def test_it_leaves_everything_else_alone() -> None:
    for action in ("notice.download", "notice.list", "sign_in", "act"):
        verdict = await make().judge(replace(DELIVERY, action=action, now=at(12, 30)))
        assert verdict.decision is Decision.ABSTAIN


async def test_a_fund_may_lunch_at_other_hours() -> None:
    policy = make(begins=dt.time(11, 30), ends=dt.time(12, 15))
    assert (await policy.judge(replace(DELIVERY, now=at(11, 30)))).until == at(12, 15)
    assert (await policy.judge(replace(DELIVERY, now=at(12, 15)))).decision is Decision.ABSTAIN


# --- in the host, on both roads -----------------------------------------------------------------------------------


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The example as pip installs it: the package beside its metadata, on the path."""
    site = installed("policy_lunch", tmp_path / "site-packages")
    monkeypatch.syspath_prepend(str(site))
    yield
    sys.modules.pop(PACKAGE, None)


@pytest.fixture
def single_file(tmp_path: Path) -> None:
    """The example as fund IT drops it into plugins.d."""
    place_file(tmp_path, "policy_lunch", SINGLE_FILE.read_text("utf-8"))


@pytest.fixture(params=["distribution", "single_file"])
def road(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue(request.param)
    chosen: str = request.param
    return chosen


def start(folder: Path, **table: Any) -> AbstractAsyncContextManager[Host]:
    return hosted(folder, {"policy_lunch": table})


async def test_it_starts_and_is_asked(tmp_path: Path, road: str) -> None:
    async with start(tmp_path, ends=dt.time(12, 45)) as host:
        [lunch] = [one.provider for one in host.all("policy") if one.plugin == "policy_lunch"]
        verdict = await lunch.judge(replace(DELIVERY, now=at(12)))
        assert (verdict.decision, verdict.until) == (Decision.DENY, at(12, 45))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"begin": dt.time(11)}, "unknown key `begin`; did you mean `begins`?"),
        ({"begins": "12:00"}, "`begins` must be a time of day such as 12:00:00, not '12:00'"),
        ({"begins": dt.time(14)}, "`begins` must be earlier than `ends`"),
    ],
)
async def test_a_mistake_in_its_table_stops_the_start(
    tmp_path: Path, road: str, table: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        async with start(tmp_path, **table):
            pytest.fail("it started")
    assert str(caught.value) == f"config.toml: [plugins.policy_lunch]: {sentence}"


def test_the_distribution_is_listed(distribution: None) -> None:
    [row] = [row for row in catalogue() if row.name == "policy_lunch"]
    assert (row.version, row.tier, row.families, row.state) == ("0.1.0", "vault", ("policy",), State.INSTALLED)


# --- it will be copied --------------------------------------------------------------------------------------------


def test_both_forms_are_the_same_but_for_two_constants() -> None:
    single = SINGLE_FILE.read_text("utf-8").splitlines()
    extra = ["from appliance.model.words import Tier", "", "TIER = Tier.VAULT", 'VERSION = "0.1.0"']
    begin = single.index(extra[0])
    assert single[begin : begin + 4] == extra
    assert single[:begin] + single[begin + 4 :] == DISTRIBUTION.read_text("utf-8").splitlines()


def test_the_two_forms_have_one_version() -> None:
    assert f'VERSION = "{PROJECT["version"]}"' in SINGLE_FILE.read_text("utf-8")


def test_it_is_short() -> None:
    code = [line for line in DISTRIBUTION.read_text("utf-8").splitlines() if line and '"""' not in line]
    assert len(code) <= 33
