# SPDX-License-Identifier: Apache-2.0
"""What kits have written once, every later release takes."""

from pathlib import Path

import pytest
from renkei_device_code.reading import claim_of

from appliance.model.confirmation import typed_short_code

GOLDEN = Path(__file__).parents[2] / "golden" / "confirmation"
SHORT_CODES = {"linux.txt": "C7K-38S-AUJ-P"}


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.txt")), ids=lambda file: file.name)
def test_a_golden_file_is_taken(file: Path) -> None:
    claim = claim_of(file.read_bytes())
    assert (claim.contract_number, claim.seat) == ("916237-0000021", 1)
    assert len(claim.fingerprint) >= 3
    assert typed_short_code(claim.short_code) == claim.short_code
    assert claim.short_code == SHORT_CODES.get(file.name, claim.short_code)


def test_the_file_of_linux_is_there() -> None:
    assert (GOLDEN / "linux.txt").is_file()
