# SPDX-License-Identifier: Apache-2.0
"""What the server and its hub have to be like: questions to the API, and the answers that are wanted."""

import ipaddress
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from renkei_tunnel_softether.links import HARDWARE, HUB_END
from renkei_tunnel_softether.rpc import Code, Fields
from renkei_tunnel_softether.settings import Settings

_ANY, _ICMP, _TCP, _UDP = 0, 1, 6, 17
_DHCP_SERVER = 67
_EVERYBODY = "255.255.255.255"
# The server inside the hub, next to the portal: what a PC sends as one of them would take what is sent to them.
SERVER_HARDWARE = "02:72:6b:73:65:01"
# Both of them.
_OURS = "ff:ff:ff:ff:ff:00"
_DROP: Fields = {"Discard_bool": True, "IsIPv6_bool": False}
# Of the hub itself, for every session, whatever its policy says. UDP acceleration would be another port (R17).
_HUB_OPTIONS = {
    "DisableUdpAcceleration": 1,
    "FilterBPDU": 1,
    "FilterIPv6": 1,
    "FilterOSPF": 1,
    "FilterPPPoE": 1,
    "NoDhcpPacketLogOutsideHub": 1,
    "DropBroadcastsInPrivacyFilterMode": 1,
    "DropArpInPrivacyFilterMode": 1,
    "ApplyIPv4AccessListOnArpPacket": 1,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A part of the server. Asked by get, with the fields key, it must answer all of fields; else put says them.

    absent is the number of the error by which the server says that it has no such thing at all, which is as good.
    """

    get: str
    put: str
    fields: Fields
    key: Fields = field(default_factory=dict)
    absent: int = 0


def server_settings() -> tuple[Setting, ...]:
    """Everything of the server that could let somebody in otherwise, or call somebody, is off."""
    return (
        Setting(
            "GetOpenVpnSstpConfig", "SetOpenVpnSstpConfig", {"EnableOpenVPN_bool": False, "EnableSSTP_bool": False}
        ),
        Setting(
            "GetIPsecServices",
            "SetIPsecServices",
            {"L2TP_Raw_bool": False, "L2TP_IPsec_bool": False, "EtherIP_IPsec_bool": False},
        ),
        Setting(
            "GetSpecialListener",
            "SetSpecialListener",
            {"VpnOverIcmpListener_bool": False, "VpnOverDnsListener_bool": False},
        ),
        Setting("GetKeep", "SetKeep", {"UseKeepConnect_bool": False}),
        Setting("GetAzureStatus", "SetAzureStatus", {"IsEnabled_bool": False}, absent=Code.UNSUPPORTED),
    )


def hub_settings(settings: Settings) -> tuple[Setting, ...]:
    """Of the hub: what is logged, and the addresses that it hands out, without a way to anywhere (R88)."""
    log = {
        "SaveSecurityLog_bool": True,
        "SecurityLogSwitchType_u32": 4,
        "SavePacketLog_bool": False,
        "PacketLogSwitchType_u32": 4,
        "PacketLogConfig_u32": [0] * 16,
    }
    return (
        Setting("GetHubLog", "SetHubLog", log, {"HubName_str": settings.hub}),
        Setting("GetSecureNATOption", "SetSecureNATOption", _addresses(settings), {"RpcHubName_str": settings.hub}),
    )


def _addresses(settings: Settings) -> Fields:
    """DHCP, and neither NAT nor a route; who asks for names or for the Internet asks the portal, which has none."""
    return {
        "MacAddress_bin": _bytes(SERVER_HARDWARE),
        "Ip_ip": settings.server,
        "Mask_ip": settings.mask,
        "UseNat_bool": False,
        "Mtu_u32": 1500,
        "NatTcpTimeout_u32": 1800,
        "NatUdpTimeout_u32": 60,
        "UseDhcp_bool": True,
        "DhcpLeaseIPStart_ip": settings.first,
        "DhcpLeaseIPEnd_ip": settings.last,
        "DhcpSubnetMask_ip": settings.mask,
        "DhcpExpireTimeSpan_u32": settings.lease_seconds,
        "DhcpGatewayAddress_ip": settings.portal,
        "DhcpDnsServerAddress_ip": settings.portal,
        "DhcpDnsServerAddress2_ip": "0.0.0.0",  # noqa: S104 - none
        "DhcpDomainName_str": "",
        "SaveLog_bool": False,
        "DhcpPushRoutes_str": "",
    }


def hub_options() -> list[Fields]:
    """As SetHubExtOptions wants them."""
    return [{"Name_str": name, "Value_u32": value} for name, value in sorted(_HUB_OPTIONS.items())]


def bridge(settings: Settings) -> Fields:
    """Between the hub and the portal's interface."""
    return {"DeviceName_str": HUB_END, "HubNameLB_str": settings.hub, "TapMode_bool": False}


def access_list(settings: Settings) -> list[Fields]:
    """What passes between sessions and the bridge: addresses by DHCP, ARP, and the portal's ports; nothing else.

    The gate's table in the kernel says the same for those that are open; this holds for all, inside the hub. A rule
    without a protocol fits ARP as well, so it stands behind those that say what becomes of everything else.
    """
    portal = _one("Src", settings.portal) | _comes_from(HARDWARE)
    server = _one("Src", settings.server) | _comes_from(SERVER_HARDWARE)
    ours = _comes_from(HARDWARE, _OURS)
    rules = [
        *(_passes(_TCP, portal | _from(port)) for port in settings.ports),
        _passes(_UDP, server | _from(_DHCP_SERVER)),
        *_drops(ours),
        _passes(_ANY, portal),
        _passes(_ANY, server),
        _DROP | ours,
        *(_passes(_UDP, _one("Dest", asked) | _to(_DHCP_SERVER)) for asked in (_EVERYBODY, settings.server)),
        *(_passes(_TCP, _one("Dest", settings.portal) | _to(port)) for port in settings.ports),
        *_drops({}),
        _passes(_ANY, _net("Src", str(ipaddress.IPv4Network(settings.network)[0]), settings.mask)),
        _DROP,
        _DROP | {"IsIPv6_bool": True},
    ]
    return [
        {"Id_u32": number, "Priority_u32": number, "Active_bool": True, "Note_utf": "renkei"} | rule
        for number, rule in enumerate(rules, 1)
    ]


def _passes(protocol: int, places: Fields) -> Fields:
    return {"Discard_bool": False, "IsIPv6_bool": False, "Protocol_u32": protocol} | places


def _drops(places: Fields) -> list[Fields]:
    """What is no ARP."""
    return [_DROP | {"Protocol_u32": protocol} | places for protocol in (_TCP, _UDP, _ICMP)]


def _one(side: str, address: str) -> Fields:
    return _net(side, address, "255.255.255.255")


def _net(side: str, address: str, mask: str) -> Fields:
    return {f"{side}IpAddress_ip": address, f"{side}SubnetMask_ip": mask}


def _comes_from(hardware: str, mask: str = "ff:ff:ff:ff:ff:ff") -> Fields:
    return {"CheckSrcMac_bool": True, "SrcMacAddress_bin": _bytes(hardware), "SrcMacMask_bin": _bytes(mask)}


def _bytes(hardware: str) -> str:
    return b64encode(bytes.fromhex(hardware.replace(":", ""))).decode()


def _to(port: int) -> Fields:
    return {"DestPortStart_u32": port, "DestPortEnd_u32": port}


def _from(port: int) -> Fields:
    return {"SrcPortStart_u32": port, "SrcPortEnd_u32": port}


def is_so(answer: Any, wanted: Any) -> bool:
    """Whether an answer says all that is wanted; what else it says is nothing to us."""
    if isinstance(wanted, dict):
        return isinstance(answer, dict) and all(is_so(answer.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(answer, list) and len(answer) == len(wanted) and all(map(is_so, answer, wanted))
    return bool(answer == wanted)
