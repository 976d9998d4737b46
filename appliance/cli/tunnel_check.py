# SPDX-License-Identifier: Apache-2.0
"""What `renkei check` says of VPN engines: three tables that have to agree, of which each alone is well formed."""

import ipaddress
from collections.abc import Iterator, Mapping

from appliance.cli.engines import SOFTETHER_PORT, TUNNEL_PORTAL
from appliance.config.problems import ANY_HOST, is_same_host
from appliance.config.settings import Settings
from appliance.config.tunnel_settings import TunnelNeed
from appliance.host.catalogue import Row
from appliance.model.words import Site

FAMILY = "tunnel"
SOFTETHER = "tunnel_softether"
SOFTETHER_NETWORK = "10.0.0.0/18"
# Engines with a `portal` of their own.
OURS = (SOFTETHER, "tunnel_wireguard")


def without_portal(settings: Settings, rows: list[Row]) -> list[str]:
    """A sentence for each reason for which no PC would reach the portal by its VPN."""
    engines = _engines(settings, rows)
    # With a gate on another host the engines stand in the configuration there.
    if settings.tunnels.portal is TunnelNeed.REQUIRED and not engines and not settings.link.gate_address:
        return ['tunnels.portal is "required", and no table names an engine; nobody would ever come to the portal']
    found = [text for name in engines for text in _disagreeing(name, settings)] + list(_in_the_way(settings))
    return found + list(_same_addresses(engines, settings))


def unused_engines(settings: Settings, rows: list[Row]) -> list[str]:
    """A sentence for engines by which nobody has to come."""
    engines = _engines(settings, rows)
    if settings.tunnels.portal is TunnelNeed.REQUIRED or not engines:
        return []
    return [
        f'tunnels.portal is "none", and there is {", ".join(engines)}: whoever reaches the portal some other way '
        'comes in without a VPN; write portal = "required" into [tunnels]'
    ]


def _engines(settings: Settings, rows: list[Row]) -> list[str]:
    return sorted({row.name for row in rows if FAMILY in row.families and row.name in settings.plugins})


def _disagreeing(name: str, settings: Settings) -> Iterator[str]:
    """The engine's portal is that of the kernel's table, and that at which the site listens where it is here."""
    if name not in OURS:
        return
    inside, portal = settings.plugins[name].get("portal", TUNNEL_PORTAL), settings.gate.portal
    site = settings.sites.portal
    if inside != portal:
        yield f"[plugins.{name}]: `portal` is {inside}, and [gate] has {portal}; write the same address into both"
    elif Site.PORTAL in settings.sites.here and site.address not in (portal, *ANY_HOST):
        yield f"sites.portal.address is {site.address}, and PCs of the VPN reach {portal}; write that one"


def _same_addresses(engines: list[str], settings: Settings) -> Iterator[str]:
    """A PC with an address of `[tunnels] addresses` is neither the portal nor a PC of SoftEther's own network.

    Those addresses are of engines that hand out none by themselves: all but SoftEther.
    """
    if set(engines) <= {SOFTETHER}:
        return
    ours = ipaddress.IPv4Network(settings.tunnels.addresses)
    if ipaddress.IPv4Address(settings.gate.portal) in ours:
        yield (
            f"tunnels.addresses is {ours}, and the portal's {settings.gate.portal} ([gate] portal) is in it: "
            "a PC would get the portal's address; write a network without it"
        )
    told = str(settings.plugins.get(SOFTETHER, {}).get("network", SOFTETHER_NETWORK))
    if SOFTETHER in engines and _overlap(told, ours):
        yield (
            f"tunnels.addresses is {ours}, and [plugins.{SOFTETHER}] has `network` {told}: "
            "PCs of both engines would have the same addresses; write networks that have none in common"
        )


def _overlap(told: str, ours: ipaddress.IPv4Network) -> bool:
    """What is no network is told of by its own plugin."""
    try:
        return ipaddress.IPv4Network(told).overlaps(ours)
    except ValueError:
        return False


def _in_the_way(settings: Settings) -> Iterator[str]:
    table: Mapping[str, object] = settings.plugins.get(SOFTETHER, {})
    listen, port = table.get("listen"), table.get("port", SOFTETHER_PORT)
    for name in settings.sites.here:
        site = settings.sites.of(name)
        if listen and site.port == port and is_same_host(site.address, str(listen)):
            taken = f"{site.address}:{site.port} is where the {name} site listens"
            yield f"[plugins.{SOFTETHER}]: {taken}; give one of them another address"
