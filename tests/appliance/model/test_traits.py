# SPDX-License-Identifier: Apache-2.0
"""Traits become hashes in one way, which kits of all platforms follow."""

import pytest

from appliance.model.traits import canonical_mac, canonical_trait, salt_of, trait_hash


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("7B5RML2", "7B5RML2"),
        (" /7b5rml2/cnpe-1007 \n", "7B5RML2CNPE1007"),
        ("4c4c4544-0042-3510-8052-c7c04f4d3332", "4C4C45440042351080 52C7C04F4D3332".replace(" ", "")),
        ("", ""),
        ("None", ""),
        ("N/A", ""),
        ("00000000", ""),
        ("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", ""),
        ("12345", ""),
        ("製造番号123456", "123456"),
        ("製造番号", ""),
        ("ｓｅｒｉａｌ", ""),
    ],
)
def test_spellings_do_not_matter(value: str, canonical: str) -> None:
    assert canonical_trait(value) == canonical


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("8c:04:ba:5e:10:22", "8C04BA5E1022"),
        ("8C-04-BA-5E-10-22", "8C04BA5E1022"),
        ("02:42:ac:11:00:02", ""),
        ("da:a1:19:00:00:01", ""),
        ("01:00:5e:00:00:01", ""),
        ("00:00:00:00:00:00", ""),
        ("8c:04:ba:5e:10", ""),
        ("zz:04:ba:5e:10:22", ""),
    ],
)
def test_only_addresses_of_makers_count(value: str, canonical: str) -> None:
    assert canonical_mac(value) == canonical


def test_the_salt_is_the_funds() -> None:
    assert salt_of("916237-0000021") == salt_of("916237-0000099") == "renkei-trait/1/916237"


def test_a_hash_that_other_programs_must_make_too() -> None:
    """PBKDF2 with HMAC-SHA-256, 4096 rounds, 16 bytes, as `openssl kdf` has it."""
    assert trait_hash("7B5RML2", "renkei-trait/1/916237") == "6efaf9820864f54c1c052f3af625b24b"
