# SPDX-License-Identifier: Apache-2.0
"""Ready reasons are polite, short enough for the letters that they go into, and say what comes next."""

import re

import pytest

from appliance.vault.devices.deciding import MAX_TOLD
from appliance.web.console.ready_reasons import FOR_REFUSING, FOR_RETURNING, Reason, ready_reasons, text_of

# What a reason may have at most (ReturnFiling), with room for what the clerk adds.
MOST = 500


@pytest.mark.parametrize(("file", "least", "most"), [(FOR_RETURNING, 8, 12), (FOR_REFUSING, 6, 12)])
def test_there_are_enough_to_choose_from(file: str, least: int, most: int) -> None:
    assert least <= len(ready_reasons(file)) <= most
    assert len({reason.label for reason in ready_reasons(file)}) == len(ready_reasons(file))


@pytest.mark.parametrize("reason", ready_reasons(FOR_RETURNING), ids=lambda reason: reason.id)
def test_a_reason_for_returning_is_polite_and_on_one_line(reason: Reason) -> None:
    assert re.fullmatch(r"[a-z_]+", reason.id) and 0 < len(reason.label) <= 30
    assert len(reason.text) <= MOST and reason.text.isprintable()
    sentences = reason.text.removesuffix("。").split("。")
    assert all(re.search(r"(ます|ません|でした|ました|です|ください)$", sentence) for sentence in sentences)
    assert re.search(r"(お願いいたします|お返しいたします)", reason.text)


def test_a_reason_for_refusing_fits_into_a_letter_as_it_is() -> None:
    assert all(0 < len(one.text) <= MAX_TOLD and one.text.endswith("。") for one in ready_reasons(FOR_REFUSING))


def test_a_reason_of_nobody_is_empty() -> None:
    assert text_of(FOR_RETURNING, "missing_entry").startswith("いつもお手続き")
    assert text_of(FOR_REFUSING, "virtual") != "" == text_of(FOR_REFUSING, "nonsense")
    assert text_of(FOR_RETURNING, "../x") == text_of(FOR_RETURNING, "") == text_of(FOR_RETURNING, "virtual") == ""
