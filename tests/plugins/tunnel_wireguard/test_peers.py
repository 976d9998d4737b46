# SPDX-License-Identifier: Apache-2.0
"""Who is a peer, and who cannot be one: no seat takes the place of another by what it says to be its key."""

import base64
import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_tunnel_wireguard.peers import (
    Peer,
    Peers,
    chosen,
    configuration,
    is_address,
    is_key,
    missing,
    networks,
)

from tests.plugins.tunnel_wireguard.fake_host import OWN, key_of, seat

PORTAL = "10.0.0.10"
SIGNS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


def peers(*numbers: int) -> Peers:
    return chosen(map(seat, numbers), OWN, PORTAL)


def test_a_seat_is_its_key_and_its_one_address() -> None:
    made = peers(1, 2)
    assert made.seats[seat(1).name] == Peer(seat(1).wireguard_key, "10.8.0.3")
    assert made.seats[seat(1).name].allowed == "10.8.0.3/32"
    assert made.seat_of(seat(2).wireguard_key) == seat(2).name and made.seat_of("other") == ""


def test_a_pc_without_a_key_is_none_and_no_fault() -> None:
    """It connects by another engine."""
    made = peers()
    assert made.add(replace(seat(1), wireguard_key="")) is None
    assert (made.seats, made.left_out) == ({}, {})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"wireguard_key": "short"}, "its key is none"),
        ({"wireguard_key": "A" * 43 + "="}, "its key is none"),
        ({"wireguard_key": OWN}, "its key is ours"),
        ({"wireguard_key": seat(1).wireguard_key}, f"its key is that of {seat(1).name}"),
        ({"address": ""}, "its address is ''"),
        ({"address": "10.8.0.0/16"}, "its address is '10.8.0.0/16'"),
        ({"address": PORTAL}, f"its address is '{PORTAL}'"),
        ({"address": seat(1).address}, f"its address is that of {seat(1).name}"),
    ],
)
def test_who_cannot_be_told_from_others_is_left_out(change: dict[str, Any], why: str) -> None:
    made = peers(1)
    assert made.add(replace(seat(2), **change)) is None
    assert made.left_out == {seat(2).name: why} and list(made.seats) == [seat(1).name]


def test_a_key_stays_with_who_had_it_first_and_is_free_after() -> None:
    made = peers(1)
    thief = replace(seat(2), wireguard_key=seat(1).wireguard_key)
    assert made.add(thief) is None
    assert made.remove(seat(1).name) == Peer(seat(1).wireguard_key, seat(1).address)
    assert made.add(thief) is not None and made.left_out == {}


def test_a_seat_gets_another_key_and_keeps_its_address() -> None:
    made = peers(1)
    assert made.add(seat(1, "new")) == Peer(seat(1, "new").wireguard_key, seat(1).address)
    assert made.seat_of(seat(1).wireguard_key) == "" and made.remove("stranger") is None


def test_the_configuration_says_all_and_no_more() -> None:
    assert configuration("secret", 51820, [Peer("a", "10.8.0.2"), Peer("b", "10.8.0.3")]) == (
        "[Interface]\nPrivateKey = secret\nListenPort = 51820\n"
        "[Peer]\nPublicKey = a\nAllowedIPs = 10.8.0.2/32\n[Peer]\nPublicKey = b\nAllowedIPs = 10.8.0.3/32\n"
    )


def test_networks_are_a_few() -> None:
    assert networks(f"10.8.{third}.{last}" for third in (3, 0) for last in range(2, 250)) == [
        "10.8.0.0/24",
        "10.8.3.0/24",
    ]
    assert networks([]) == []


def test_what_is_missing_is_named() -> None:
    made = {name: Peer(name, f"10.8.0.{number}") for number, name in enumerate("abc", 2)}
    there = {"a": ["10.8.0.2/32"], "b": [], "z": ["10.8.0.9/32"]}
    assert missing(made, there) == ["b", "c"]


@given(st.binary(min_size=32, max_size=32).filter(any))
def test_any_32_bytes_are_a_key(raw: bytes) -> None:
    text = key_of(raw.hex())
    assert is_key(text) and not is_key(text[:-1]) and not is_key(f"{text}\n") and not is_key(f" {text}")


@given(st.text())
def test_what_is_no_key_or_address_is_said_so(text: str) -> None:
    """It comes from PCs, or from a network that somebody has set wrong."""
    assert not (is_key(text) and len(text) != 44)
    assert not is_address(text) or text.replace(".", "").isdigit()


def test_two_ways_to_write_a_key_are_not_two_keys() -> None:
    """The last sign of 44 has two bits that say nothing."""
    text = key_of("a")
    other = text[:42] + SIGNS[SIGNS.index(text[42]) + 1] + "="
    assert base64.b64decode(text) == base64.b64decode(other)
    assert is_key(text) and not is_key(other)


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1", "0.0.0.0", "169.254.1.1", "8.8.8.8", "::1", "10.8.0"],  # noqa: S104 - wrong ones
)
def test_addresses_of_others_are_none(text: str) -> None:
    assert not is_address(text)
