# SPDX-License-Identifier: Apache-2.0
"""What the server has to be like."""

import ipaddress
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from renkei_tunnel_softether.links import HARDWARE
from renkei_tunnel_softether.settings import Settings
from renkei_tunnel_softether.wanted import (
    SERVER_HARDWARE,
    access_list,
    bridge,
    hub_options,
    hub_settings,
    is_so,
    server_settings,
)

NOWHERE = "0.0.0.0"  # noqa: S104 - what a rule has that names no address


def passes(
    rules: list[dict[str, Any]], protocol: int, source: str, sport: int, to: str, dport: int, hardware: str = ""
) -> bool:
    """What the hub would do with a packet: the first rule that fits it, by priority. protocol 0 is ARP.

    hardware is what it says to come from, by itself that of whose address the source is.
    """
    comes_from = hardware or HARDWARES.get(source, HARDWARES[PC])
    for rule in sorted(rules, key=lambda rule: int(rule["Priority_u32"])):
        fits = (
            not rule["IsIPv6_bool"]
            and rule.get("Protocol_u32", 0) in (0, protocol)
            and _is_of(rule, comes_from)
            and _inside(rule, "Src", source)
            and _inside(rule, "Dest", to)
            and _at(rule, "Src", sport)
            and _at(rule, "Dest", dport)
        )
        if fits:
            return not rule["Discard_bool"]
    return True


def _is_of(rule: dict[str, Any], hardware: str) -> bool:
    if not rule.get("CheckSrcMac_bool"):
        return True
    wanted, mask = (b64decode(rule[f"SrcMac{part}_bin"]) for part in ("Address", "Mask"))
    said = bytes.fromhex(hardware.replace(":", ""))
    return all(one & bits == other & bits for one, other, bits in zip(wanted, said, mask, strict=True))


def _inside(rule: dict[str, Any], side: str, address: str) -> bool:
    mask = int(ipaddress.IPv4Address(rule.get(f"{side}SubnetMask_ip", NOWHERE)))
    wanted = int(ipaddress.IPv4Address(rule.get(f"{side}IpAddress_ip", NOWHERE)))
    return int(ipaddress.IPv4Address(address)) & mask == wanted & mask


def _at(rule: dict[str, Any], side: str, port: int) -> bool:
    first = rule.get(f"{side}PortStart_u32", 0)
    return not first or first <= port <= rule[f"{side}PortEnd_u32"]


UDP, TCP, ICMP, ARP = 17, 6, 1, 0
PC, OTHER, PORTAL, SERVER = "10.0.0.100", "10.0.0.101", "10.0.0.10", "10.0.0.1"
ALL = "255.255.255.255"
HARDWARES = {PC: "5e:11:22:33:44:55", PORTAL: HARDWARE, SERVER: SERVER_HARDWARE}


def test_the_portal_and_an_address_are_all_that_is_reached() -> None:
    rules = access_list(Settings())
    assert passes(rules, TCP, PC, 40_000, PORTAL, 443)
    assert passes(rules, TCP, PORTAL, 443, PC, 40_000)
    assert passes(rules, UDP, NOWHERE, 68, ALL, 67) and passes(rules, UDP, PC, 68, SERVER, 67)
    assert passes(rules, UDP, SERVER, 67, ALL, 68)
    assert all(passes(rules, ARP, one, 0, other, 0) for one, other in ((PC, PORTAL), (PORTAL, PC), (SERVER, PC)))


@pytest.mark.parametrize(
    ("protocol", "source", "sport", "to", "dport"),
    [
        (TCP, PC, 40_000, PORTAL, 22),
        (TCP, PC, 40_000, "198.51.100.1", 443),
        (TCP, PC, 40_000, OTHER, 443),
        (UDP, PC, 40_000, PORTAL, 443),
        (UDP, PC, 40_000, PORTAL, 53),
        (ICMP, PC, 0, PORTAL, 0),
        (TCP, PORTAL, 22, PC, 40_000),
        (TCP, "198.51.100.1", 443, PC, 40_000),
        (UDP, PC, 67, ALL, 68),
        (UDP, PC, 68, PORTAL, 67),
        (UDP, PC, 68, OTHER, 67),
        (ARP, "198.51.100.1", 0, PORTAL, 0),
    ],
)
def test_nothing_else_passes(protocol: int, source: str, sport: int, to: str, dport: int) -> None:
    assert not passes(access_list(Settings()), protocol, source, sport, to, dport)


@pytest.mark.parametrize("hardware", [HARDWARE, SERVER_HARDWARE])
@pytest.mark.parametrize(
    ("protocol", "source", "sport", "to", "dport"),
    [(UDP, NOWHERE, 68, ALL, 67), (TCP, PC, 40_000, PORTAL, 443), (ARP, PC, 0, PORTAL, 0), (ICMP, PC, 0, PC, 0)],
)
def test_nobody_sends_as_the_portal_or_the_server(
    hardware: str, protocol: int, source: str, sport: int, to: str, dport: int
) -> None:
    """One such packet, and all that is sent to them would go to that PC."""
    assert not passes(access_list(Settings()), protocol, source, sport, to, dport, hardware)


def test_arp_is_under_the_same_rules() -> None:
    assert {"Name_str": "ApplyIPv4AccessListOnArpPacket", "Value_u32": 1} in hub_options()


def test_every_port_of_the_portal_is_reached() -> None:
    rules = access_list(replace(Settings(), ports=(443, 8443)))
    assert all(passes(rules, TCP, PC, 40_000, PORTAL, port) for port in (443, 8443))


def test_ipv6_has_a_rule_of_its_own() -> None:
    assert [rule["Discard_bool"] for rule in access_list(Settings()) if rule["IsIPv6_bool"]] == [True]


def test_addresses_lead_to_the_portal_and_nowhere_else() -> None:
    [addresses] = [one.fields for one in hub_settings(Settings()) if one.put == "SetSecureNATOption"]
    assert addresses["UseNat_bool"] is False and addresses["UseDhcp_bool"] is True
    assert {addresses["DhcpGatewayAddress_ip"], addresses["DhcpDnsServerAddress_ip"]} == {"10.0.0.10"}
    assert addresses["DhcpPushRoutes_str"] == ""


def test_the_server_inside_the_hub_has_a_hardware_address_of_ours() -> None:
    [addresses] = [one.fields for one in hub_settings(Settings()) if one.put == "SetSecureNATOption"]
    assert b64decode(addresses["MacAddress_bin"]).hex(":") == SERVER_HARDWARE != HARDWARE


def test_what_could_let_somebody_in_otherwise_is_off() -> None:
    wanted = {name: value for one in server_settings() for name, value in one.fields.items()}
    assert len(wanted) >= 8
    assert not any(wanted.values())


def test_the_bridge_is_to_the_hub_end_of_our_pair() -> None:
    assert bridge(Settings()) == {"DeviceName_str": "rk-se0h", "HubNameLB_str": "RENKEI", "TapMode_bool": False}


def test_no_second_way_by_udp() -> None:
    assert {"Name_str": "DisableUdpAcceleration", "Value_u32": 1} in hub_options()


def test_an_answer_may_say_more_than_is_wanted_and_not_less() -> None:
    assert is_so({"a": 1, "b": [{"c": 2, "d": 3}]}, {"b": [{"c": 2}]})
    assert not is_so({"b": [{"c": 2}, {"c": 2}]}, {"b": [{"c": 2}]})
    assert not is_so({"b": None}, {"b": [{"c": 2}]})
    assert not is_so(None, {"a": 1})
    assert not is_so({}, {"a": False})
