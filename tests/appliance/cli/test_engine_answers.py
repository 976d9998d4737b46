# SPDX-License-Identifier: Apache-2.0
"""Answers about the VPN engine that cannot be: a person hears it at once, others before anything is made."""

import re

import pytest

from appliance.cli.answers import settle
from appliance.cli.failure import Failure, NotUnderstood
from tests.appliance.cli.test_answers import Person, given

ADDRESS = "203.0.113.9"


@pytest.mark.parametrize(
    ("engine", "address", "said"),
    [
        (["vpn", "softether"], [ADDRESS], "write one of softether, wireguard"),
        (["loopback", "softether"], [ADDRESS], "is for demos alone"),
        (["softether"], ["", ADDRESS], "write for example 203.0.113.9"),
        (["softether"], ["vpn.example.jp", ADDRESS], "is no IP address"),
        (["wireguard"], ["224.0.0.5", ADDRESS], "write one IPv4 address"),
        (["softether"], ["2001:db8::1", ADDRESS], "write one IPv4 address"),
        (["softether"], ["10.0.0.10", ADDRESS], "is the portal's"),
        (["softether"], ["127.0.0.11", ADDRESS], "the public site has 127.0.0.11 and port 443 already"),
        (["softether"], ["127.0.0.13", ADDRESS], "the console has 127.0.0.13"),
    ],
)
def test_a_person_hears_it_at_once_and_is_asked_again(
    capsys: pytest.CaptureFixture[str], engine: list[str], address: list[str], said: str
) -> None:
    person, found = Person(VPN_engine=engine, address_of_this=address), given()
    settle(found, person)
    assert (found.engine, found.engine_address) == (engine[-1], ADDRESS)
    assert said in capsys.readouterr().err


def test_the_question_names_the_engines_and_takes_them_however_they_are_written() -> None:
    person, found = Person(VPN_engine=["SoftEther"], address_of_this=[ADDRESS]), given()
    settle(found, person)
    assert found.engine == "softether"
    assert [one for one in person.asked if "softether, wireguard, or nothing" in one]


def test_wireguard_is_in_no_sites_way() -> None:
    found = given("--engine", "wireguard", "--engine-address", "198.51.100.7", "--public", "198.51.100.7")
    settle(found)
    assert found.engine_address == found.public


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--engine softether --engine-address 10.0.0.10", "is the portal's"),
        ("--engine wireguard --engine-address 10.9.9.9 --portal 10.9.9.9", "is the portal's"),
        ("--engine softether --engine-address 127.0.0.11", "has 127.0.0.11 and port 443 already"),
        ("--engine softether --engine-address 203.0.113.9 --public 0.0.0.0", "has 0.0.0.0 and port 443 already"),
        ("--engine wireguard --engine-address 0.0.0.0", "write one IPv4 address"),
        ("--engine wireguard --engine-address 224.0.0.1", "write one IPv4 address"),
    ],
)
def test_flags_are_refused_before_anything_is_made(words: str, said: str) -> None:
    with pytest.raises(Failure, match=f"^--engine-address: .*{re.escape(said)}"):
        settle(given(*words.split()))


def test_on_another_port_softether_may_share_an_address() -> None:
    words = "--engine softether --engine-address 127.0.0.11 --port 8443"
    settle(given(*words.split()))


@pytest.mark.parametrize("flag", ["--engine-address", "--engine-name"])
def test_an_address_without_an_engine_would_be_a_portal_without_a_vpn(flag: str) -> None:
    with pytest.raises(NotUnderstood, match=f"^{flag}: say which engine"):
        settle(given(flag, ADDRESS))
