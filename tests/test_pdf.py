# SPDX-License-Identifier: Apache-2.0
"""The PDFs of the tests are of the asked size, and the doorman has nothing against them."""

import pytest

from appliance.vault.doorman.pdf import fault_of_pdf
from tests.pdf import around, pdf


@pytest.mark.parametrize("size", [400, 401, 4_096, 100_000, 3_000_000])
def test_it_is_one_and_of_that_size(size: int) -> None:
    for number in range(5):
        made = pdf(number, size)
        assert len(made) == size and fault_of_pdf(made) is None


def test_each_number_has_bytes_of_its_own() -> None:
    assert pdf(1, 1_000) == pdf(1, 1_000) != pdf(2, 1_000)


def test_too_small_is_told() -> None:
    with pytest.raises(ValueError, match="bytes or more"):
        around(100)
