# SPDX-License-Identifier: Apache-2.0
"""A seat as a user: what it may, and by what it is told from others."""

from base64 import b64decode
from dataclasses import replace

from renkei_tunnel_softether.users import NEVER, key_of, listed, note_of, policy_of, same_pc, user_of

from tests.plugins.tunnel_softether.pcs import seat


def test_a_user_is_one_exact_certificate() -> None:
    fields = user_of(seat(1), "RENKEI", 90)
    assert (fields["Name_str"], fields["HubName_str"], fields["AuthType_u32"]) == (seat(1).name, "RENKEI", 2)
    assert b64decode(fields["UserX_bin"]) == seat(1).certificate


def test_it_ends_with_its_certificate() -> None:
    assert (
        user_of(replace(seat(1), not_after=1_798_761_599), "RENKEI", 90)["ExpireTime_dt"]
        == "2026-12-31T23:59:59.000Z"
    )
    assert user_of(seat(1), "RENKEI", 90)["ExpireTime_dt"] == NEVER


def test_a_pc_reaches_nobody_but_the_portal_and_is_no_bridge() -> None:
    policy = policy_of(90)
    forbidden = (
        "NoBridge",
        "NoRouting",
        "NoServer",
        "PrivacyFilter",
        "FilterIPv6",
        "FilterNonIP",
        "DHCPForce",
        "CheckIP",
    )
    assert all(policy[f"policy:{name}_bool"] for name in forbidden)
    assert (policy["policy:MaxIP_u32"], policy["policy:MaxMac_u32"], policy["policy:MultiLogins_u32"]) == (1, 1, 1)
    assert policy["policy:AutoDisconnect_u32"] == 5400


def test_hardware_addresses_of_others_and_dead_lines_are_thought_of() -> None:
    policy = policy_of(0)
    assert policy["policy:CheckMac_bool"] is True
    assert policy["policy:TimeOut_u32"] == 5
    assert policy["policy:AutoDisconnect_u32"] == 0


def test_its_note_tells_another_pc_from_other_rules() -> None:
    mine = note_of(seat(1), 90)
    assert same_pc(mine, seat(1))
    assert not same_pc(mine, seat(1, "new"))
    assert same_pc(note_of(seat(1), 60), seat(1)) and note_of(seat(1), 60) != mine
    later = replace(seat(1), not_after=5)
    assert same_pc(note_of(later, 90), seat(1)) and note_of(later, 90) != mine


def test_a_note_that_is_none_of_ours_is_another_pc() -> None:
    for note in ("", "renkei", f"somebody {key_of(seat(1))}", "renkei " + "0" * 64):
        assert not same_pc(note, seat(1))


def test_users_are_listed_by_small_names() -> None:
    rows = [
        {"Name_str": "Abc", "Note_utf": "renkei x", "AuthType_u32": 2},
        {"Name_str": "*", "Note_utf": "", "AuthType_u32": 4},
    ]
    assert listed({"UserList": rows}) == {"abc": ("renkei x", True), "*": ("", False)}
    assert listed({}) == {}
