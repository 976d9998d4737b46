# SPDX-License-Identifier: Apache-2.0
"""Which verdicts make sense, and who may say allow."""

from appliance.contracts.policy import Decision, Verdict
from appliance.host.guarded import Complaint


def complaint_for(plugin: str, rights: str) -> Complaint:
    """What is wrong with a verdict of this plugin, where rights is the one policy that may allow (design §4)."""

    def complaint(verdict: Verdict) -> str:
        if verdict.decision is Decision.ALLOW and plugin != rights:
            return f"only {rights} may allow"
        return _malformed(verdict)

    return complaint


def _malformed(verdict: Verdict) -> str:
    if not isinstance(verdict.decision, Decision):
        return f"{verdict.decision!r} is no decision"
    if not isinstance(verdict.reason, str):
        return "the reason is a text"
    if verdict.until is not None and type(verdict.until) is not int:
        return "until is an instant in milliseconds, or None"
    if type(verdict.because_closed) is not bool:
        return "because_closed is true or false"
    return ""
