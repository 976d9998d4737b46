# SPDX-License-Identifier: Apache-2.0
"""docs/doorman.md has every rule once, with its reason, and the limits as they are."""

import re
from pathlib import Path

from appliance.model.problems import Rule
from appliance.vault.doorman import asked, confine, doorman, entry_names, structure
from appliance.vault.doorman.ends import REACH

PAGE = (Path(__file__).parents[4] / "docs" / "doorman.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([a-z0-9_.]+)` \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)


def test_every_rule_has_one_row_in_their_order() -> None:
    assert [rule for rule, _, _ in ROWS] == [rule.value for rule in Rule]


def test_every_row_says_what_and_why() -> None:
    assert [rule for rule, what, why in ROWS if len(what) < 10 or not why.strip()] == []


def test_the_limits_are_those_of_the_code() -> None:
    told = [
        f"last {REACH:,} bytes",
        f"more than {structure.MOST_ENTRIES} entries",
        f"{asked.MOST_OPENED // asked.MIB} MiB if nobody",
        f"above {structure.RATIO_FROM // asked.MIB} MiB",
        f"format above {structure.NEWEST / 10}",
        f"longer than {entry_names.LONGEST} signs",
        f"{confine.SPARE // asked.MIB} MiB, twice",
        f"{confine.SECONDS} s and {confine.SECONDS_A_MIB} s for each MiB",
        f"{doorman.SECONDS:g} s and {doorman.SECONDS_A_MIB:g} s for each MiB",
        f"| {confine.FILES}: its socket",
        f"| {doorman.AT_ONCE}; {doorman.QUEUED} more",
    ]
    assert [words for words in told if words not in PAGE] == []
