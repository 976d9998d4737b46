# SPDX-License-Identifier: Apache-2.0
"""A refusal says why, has a text for people, and never repeats what a person typed into a log."""

import pytest

from appliance.link.exchange import STATUS
from appliance.link.refusals import Refused, Why


@pytest.mark.parametrize("why", Why)
def test_every_reason_has_a_text_and_a_status(why: Why) -> None:
    refused = Refused(why)
    assert refused.text == f"refused.{why}"
    assert refused.values == {}
    assert 400 <= STATUS[why] < 600


def test_a_text_and_values_of_its_own() -> None:
    refused = Refused(Why.INVALID, "upload.too_many_parts", {"most": "25"})
    assert (refused.text, refused.values) == ("upload.too_many_parts", {"most": "25"})


def test_the_log_never_holds_what_was_typed() -> None:
    assert "山田" not in str(Refused(Why.INVALID, "sign_in.unknown", {"typed": "山田"}))


def test_values_are_a_copy() -> None:
    values = {"a": "1"}
    refused = Refused(Why.BUSY, values=values)
    values["a"] = "2"
    assert refused.values == {"a": "1"}
