# SPDX-License-Identifier: Apache-2.0
"""Ready reasons for refusing: each fits into a letter as it is."""

from appliance.vault.devices.deciding import MAX_TOLD
from appliance.web.console.refusal_reasons import refusal_reasons, text_of


def test_each_has_a_label_and_a_text_that_can_be_sent() -> None:
    reasons = refusal_reasons()
    assert len(reasons) == len({reason.label for reason in reasons}) >= 6
    assert all(0 < len(reason.text) <= MAX_TOLD and reason.text.endswith("。") for reason in reasons)


def test_one_of_nobody_is_empty() -> None:
    assert text_of("virtual") != "" == text_of("nonsense")
