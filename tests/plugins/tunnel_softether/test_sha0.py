# SPDX-License-Identifier: Apache-2.0
"""SHA-0, by the sums that FIPS 180 and the server itself have."""

from base64 import b64encode

import pytest
from renkei_tunnel_softether.sha0 import sha0

FIPS_180 = {
    b"abc": "0164b8a914cd2a5e74c4f7ff082c4d97f1edf880",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": "d2516ee1acfa5baf33dfc1c471e438449ef134c8",
    b"": "f96cea198ad1dd5617ac084a3d92c6107708c0ef",
}


@pytest.mark.parametrize("data", list(FIPS_180))
def test_the_sums_of_the_standard(data: bytes) -> None:
    assert sha0(data).hex() == FIPS_180[data]


def test_what_a_server_kept_of_its_password() -> None:
    assert b64encode(sha0(b"adminpw")) == b"26KDTH2woEqTBgoNUfFv6JdtxxE="


@pytest.mark.parametrize("length", [54, 55, 56, 63, 64, 65, 119, 120])
def test_every_length_has_a_sum_of_its_own(length: int) -> None:
    sums = {sha0(b"x" * near) for near in (length - 1, length, length + 1)}
    assert len(sums) == 3
    assert all(len(one) == 20 for one in sums)
