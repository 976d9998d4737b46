# SPDX-License-Identifier: Apache-2.0
"""What the server's lists are read as."""

from typing import Any

from renkei_tunnel_softether.looking import helpers_in, moved, sessions_of

NOWHERE = "0.0.0.0"  # noqa: S104 - what a helper of the hub has


def row(name: str, user: str, **more: Any) -> dict[str, Any]:
    """A line of an EnumSession."""
    return {
        "Name_str": name,
        "Username_str": user,
        "ClientIP_ip": "198.51.100.7",
        "CreatedTime_dt": "2026-11-22T14:35:42.825Z",
        "PacketSize_u64": 1724,
        "UniqueId_bin": "M9/KcEZpoEToa2QyquXReQ==",
    } | more


HELPERS = [row("SID-SECURENAT-1", "SecureNAT"), row("SID-LOCALBRIDGE-2", "Local Bridge")]


def test_our_own_helpers_are_no_sessions() -> None:
    assert sessions_of({"SessionList": HELPERS}, {}) == []
    assert helpers_in({"SessionList": HELPERS}) == {"SecureNAT", "Local Bridge"}
    assert helpers_in({}) == set()


def test_a_session_is_its_user_and_the_address_that_it_was_given() -> None:
    given = {"SessionName_str": "SID-ABC-3", "Ip_ip": "10.0.0.100", "DhcpAllocated_bool": True}
    [seen] = sessions_of({"SessionList": [*HELPERS, row("SID-ABC-3", "abc")]}, {"IpTable": [given]})
    assert (seen.name, seen.seat, seen.source, seen.address) == ("SID-ABC-3", "abc", "198.51.100.7", "10.0.0.100")
    assert seen.began == 1_795_358_142_825


def test_an_address_that_was_taken_is_none() -> None:
    taken = {"SessionName_str": "SID-ABC-3", "Ip_ip": "10.0.0.123", "DhcpAllocated_bool": False}
    [seen] = sessions_of({"SessionList": [row("SID-ABC-3", "abc")]}, {"IpTable": [taken]})
    assert seen.address == ""


def test_whatever_a_client_claims_they_are_sessions_of_their_own() -> None:
    rows = [row(f"SID-ABC-{number}", "ABC") for number in (10, 9, 11)]
    seen = sessions_of({"SessionList": rows}, {})
    assert [one.name for one in seen] == ["SID-ABC-9", "SID-ABC-10", "SID-ABC-11"]
    assert {one.seat for one in seen} == {"abc"}


def test_a_moment_that_makes_no_sense_is_none() -> None:
    for moment in ("", "yesterday", "2026-11-22T14:35:42"):
        [seen] = sessions_of({"SessionList": [row("SID-ABC-3", "abc", CreatedTime_dt=moment)]}, {})
        assert seen.began == 0


def test_bytes_are_told_from_the_side_of_the_pc() -> None:
    status = {f"{way}.{kind}Bytes_u64": number for way, kind, number in WAYS}
    assert moved(status) == (33, 1100)


WAYS = [("Send", "Unicast", 30), ("Send", "Broadcast", 3), ("Recv", "Unicast", 1000), ("Recv", "Broadcast", 100)]
