# SPDX-License-Identifier: Apache-2.0
"""Which verdicts make sense, and who may say allow."""

import pytest

from appliance.contracts.policy import ABSTAIN, Decision, Verdict
from appliance.host.verdicts import complaint_for

RIGHTS = complaint_for("rights", "rights")
OTHER = complaint_for("other", "rights")
ALLOW = Verdict(Decision.ALLOW, "in the table")


def test_only_the_rights_policy_allows() -> None:
    assert RIGHTS(ALLOW) == ""
    assert OTHER(ALLOW) == "only rights may allow"


@pytest.mark.parametrize("verdict", [ABSTAIN, Verdict(Decision.DENY, "no"), Verdict(Decision.DENY, "no", until=0)])
def test_all_may_deny_and_abstain(verdict: Verdict) -> None:
    assert RIGHTS(verdict) == OTHER(verdict) == ""


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (Verdict("deny", "no"), "is no decision"),  # type: ignore[arg-type]
        (Verdict(None, "no"), "is no decision"),  # type: ignore[arg-type]
        (Verdict(Decision.DENY, None), "the reason is a text"),  # type: ignore[arg-type]
        (Verdict(Decision.DENY, "no", until=True), "until is an instant"),
        (Verdict(Decision.DENY, "no", until="soon"), "until is an instant"),  # type: ignore[arg-type]
        (Verdict(Decision.DENY, "no", because_closed=1), "because_closed is"),  # type: ignore[arg-type]
    ],
)
def test_a_malformed_verdict_is_told(verdict: Verdict, text: str) -> None:
    assert text in RIGHTS(verdict)
