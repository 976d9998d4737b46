# SPDX-License-Identifier: Apache-2.0
"""Offices as people say them."""

import pytest

from appliance.web.office_names import numbered


@pytest.mark.parametrize(
    ("number", "name", "said"),
    [
        (12, "ABC商事", "0012 ABC商事"),
        (12345, "", "12345 "),
        (0, "", "削除された事業所"),
        (0, "x", "削除された事業所"),
    ],
)
def test_an_office_has_four_figures_and_its_name(number: int, name: str, said: str) -> None:
    assert numbered(number, name) == said
