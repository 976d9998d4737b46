# SPDX-License-Identifier: Apache-2.0
"""Which PCs are the same: repairs and new parts leave one what it is, and parts that move make none of two."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_device_code.likeness import WEIGHTS, is_same, is_worthless
from renkei_device_code.reading import claim_of

from appliance.testing.device_suite import FIRST
from tests.plugins.device_code.pc import OFFICE_PC, OTHER_PC, Pc

# A board without any number of its own, put together in a shop.
CHEAP = {"os-id": "b1946ac92492d2347c6235b4d2611184", "disk.1": "50026B7782A5C1E0", "mac.1": "B4:2E:99:10:20:30"}


def without(traits: Mapping[str, str], *kinds: str) -> dict[str, str]:
    return {name: value for name, value in traits.items() if name.partition(".")[0] not in kinds}


@pytest.mark.parametrize(
    ("what", "now"),
    [
        ("nothing", OFFICE_PC),
        ("a new disk with a new Windows", {**OFFICE_PC, "disk.1": "NEWDISK01", "os-id": "another-installation"}),
        ("a new network card", {**OFFICE_PC, "mac.1": "AA:00:00:11:22:33"}),
        ("a network card more, found first", {**OFFICE_PC, "mac.1": "NEWCARD1", "mac.2": OFFICE_PC["mac.1"]}),
        ("a dock", {**OFFICE_PC, "mac.2": "00:50:B6:12:34:56"}),
        ("a disk more, found first", {**OFFICE_PC, "disk.1": "BIGDISK1", "disk.2": OFFICE_PC["disk.1"]}),
        ("a new board, with the maker's numbers", {**OFFICE_PC, "board-serial": "NEWBOARD", "mac.1": "NEWMAC1"}),
        ("a kit that may not read the board", without(OFFICE_PC, "system-uuid", "system-serial", "board-serial")),
    ],
)
def test_the_same_pc_after(what: str, now: Mapping[str, str]) -> None:
    assert is_same(OFFICE_PC, now) and is_same(now, OFFICE_PC), what


@pytest.mark.parametrize(
    ("what", "other"),
    [
        ("another model", OTHER_PC),
        ("a copy of the installation", {**OTHER_PC, "os-id": OFFICE_PC["os-id"]}),
        ("the disk moved over", {**OTHER_PC, "os-id": OFFICE_PC["os-id"], "disk.1": OFFICE_PC["disk.1"]}),
        ("the dock went over", {**OTHER_PC, "mac.1": OFFICE_PC["mac.1"]}),
        ("one number alone is known", {"system-uuid": OFFICE_PC["system-uuid"]}),
        ("nothing is known", {}),
        ("a name that no release knows", {"hostname": "PC01", "system-uuid": OFFICE_PC["system-uuid"]}),
    ],
)
def test_another_pc(what: str, other: Mapping[str, str]) -> None:
    assert not is_same(OFFICE_PC, other) and not is_same(other, OFFICE_PC), what


def test_a_pc_without_numbers_survives_one_new_part_and_not_two() -> None:
    assert is_same(CHEAP, {**CHEAP, "disk.1": "NEWDISK01"})
    assert is_same(CHEAP, {**CHEAP, "mac.1": "NEWCARD1"})
    assert not is_same(CHEAP, {**CHEAP, "disk.1": "NEWDISK01", "os-id": "another-installation"})


@pytest.mark.parametrize(
    ("traits", "worthless"),
    [
        (OFFICE_PC, False),
        (CHEAP, False),
        ({"os-id": "0f3d6a0e-8c1a-4f61-9d7e-2b5c9a7e4d10"}, True),
        ({"mac.1": "B4:2E:99:10:20:30", "mac.2": "B4:2E:99:10:20:31"}, True),
        ({"mac.1": "B4:2E:99:10:20:30", "os-id": "0f3d6a0e8c1a4f61"}, False),
        ({}, True),
    ],
)
def test_too_little_is_worthless(traits: Mapping[str, str], worthless: bool) -> None:
    assert is_worthless(claim_of(Pc(traits).confirmation(FIRST))) is worthless


fingerprints = st.dictionaries(
    st.sampled_from([kind if kind not in ("disk", "mac") else f"{kind}.1" for kind in WEIGHTS] + ["mac.2"]),
    st.sampled_from("abc"),
)


@given(fingerprints, fingerprints)
def test_likeness_is_the_same_from_both_sides(one: dict[str, str], other: dict[str, str]) -> None:
    assert is_same(one, other) is is_same(other, one)
