# SPDX-License-Identifier: Apache-2.0
"""Which answers about the VPN engine cannot be, in the light of the answers before them."""

import argparse
import ipaddress
from collections.abc import Mapping

from appliance.cli import engines
from appliance.cli.failure import Failure, NotUnderstood
from appliance.config.problems import is_same_host

CALLED = {"public": "public site", "portal": "portal", "console": "console"}


def engine(text: str) -> str:
    """The name of an engine however it is written, or nothing. Raises ValueError."""
    return engines.known(text.strip().lower())


def refuse(key: str, value: object, given: argparse.Namespace) -> None:
    """Raise ValueError, for a person who is asked, where this answer cannot be."""
    if key == "engine" and value == engines.LOOPBACK and not given.demo:
        raise ValueError("loopback has no tunnel, and is for demos alone; write softether, wireguard, or nothing")
    if key == "engine_address" and given.engine not in ("", engines.LOOPBACK):
        _refuse_address(str(value), given)


def refuse_settled(given: argparse.Namespace) -> None:
    """The same of all answers at the end. Raises Failure, and NotUnderstood for an engine that nobody named."""
    for key in ("engine_address", "engine_name"):
        if getattr(given, key) and not given.engine:
            raise NotUnderstood(f"--{_flag(key)}: say which engine: --engine softether or --engine wireguard")
    if given.engine_address:
        try:
            refuse("engine_address", given.engine_address, given)
        except ValueError as error:
            raise Failure(f"--engine-address: {error}") from error


def _flag(key: str) -> str:
    return key.replace("_", "-")


def _refuse_address(text: str, given: argparse.Namespace) -> None:
    if not text:
        raise ValueError("PCs connect to an address of this machine; write for example 203.0.113.9")
    address = ipaddress.ip_address(text)
    if address.version != 4 or address.is_unspecified or address.is_multicast:
        raise ValueError(f"{text} is nothing that PCs connect to; write one IPv4 address of this machine")
    if text == engines.portal_of(given):
        raise ValueError(f"{text} is the portal's, which PCs reach once they are connected; write another one")
    for key, site in _beside(given).items():
        if is_same_host(taken := str(getattr(given, key)), text):
            port = engines.SOFTETHER_PORT
            raise ValueError(f"the {site} has {taken} and port {port} already; the engine needs its own address")


def _beside(given: argparse.Namespace) -> Mapping[str, str]:
    """The sites that listen where this engine would: WireGuard takes UDP and is in nobody's way."""
    is_same_port = given.port in (None, engines.SOFTETHER_PORT)
    return CALLED if given.engine == "softether" and is_same_port else {}
