# SPDX-License-Identifier: Apache-2.0
"""Reasons for giving a filing back are polite, short enough, and say what comes next."""

import re

import pytest

from appliance.web.console.return_reasons import ReturnReason, return_reasons, text_of

# What a reason may have at most (ReturnFiling), with room for what the clerk adds.
MOST = 500


def test_there_are_enough_to_choose_from() -> None:
    assert 8 <= len(return_reasons()) <= 12
    assert len({reason.label for reason in return_reasons()}) == len(return_reasons())


@pytest.mark.parametrize("reason", return_reasons(), ids=lambda reason: reason.id)
def test_a_reason_is_polite_and_on_one_line(reason: ReturnReason) -> None:
    assert re.fullmatch(r"[a-z_]+", reason.id) and 0 < len(reason.label) <= 30
    assert len(reason.text) <= MOST and reason.text.isprintable()
    sentences = reason.text.removesuffix("。").split("。")
    assert all(re.search(r"(ます|ません|でした|ました|です|ください)$", sentence) for sentence in sentences)
    assert re.search(r"(お願いいたします|お返しいたします)", reason.text)


def test_a_reason_of_nobody_is_empty() -> None:
    assert text_of("missing_entry").startswith("いつもお手続き")
    assert text_of("../x") == text_of("") == ""
