# SPDX-License-Identifier: Apache-2.0
"""A seat as a user of the hub: known by its exact certificate, with all forbidden that a PC has no need of."""

import datetime as dt
import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from appliance.contracts.tunnel import TunnelSeat

BY_CERTIFICATE = 2
# CheckMac: without it whoever sends as another PC takes what is sent to that one.
# AutoDisconnect is obeyed by the client alone, and MultiLogins counts no session of the same UniqueId: neither is
# what a limit rests on (L2).
_POLICY = {
    "Access_bool": True,
    "ArpDhcpOnly_bool": False,
    "CheckIP_bool": True,
    "CheckMac_bool": True,
    "DHCPForce_bool": True,
    "DHCPNoServer_bool": True,
    "DHCPv6NoServer_bool": True,
    "FilterIPv6_bool": True,
    "FilterNonIP_bool": True,
    "MaxConnection_u32": 4,
    "MaxIP_u32": 1,
    "MaxMac_u32": 1,
    "MonitorPort_bool": False,
    "MultiLogins_u32": 1,
    "NoBridge_bool": True,
    "NoRouting_bool": True,
    "NoRoutingV6_bool": True,
    "NoServer_bool": True,
    "NoServerV6_bool": True,
    "PrivacyFilter_bool": True,
    "RSandRAFilter_bool": True,
    # A line that is dead is noticed within so many seconds.
    "TimeOut_u32": 5,
    "Ver3_bool": True,
}


def policy_of(minutes: int) -> dict[str, Any]:
    """What a user may, and how long its client should stay: 0 for as long as it likes."""
    wanted = _POLICY | {"AutoDisconnect_u32": minutes * 60}
    return {f"policy:{name}": value for name, value in sorted(wanted.items())}


def note_of(seat: TunnelSeat, minutes: int) -> str:
    """What tells the user of this seat, and certificate, from any other: a sum of it, and one of all the rest."""
    rest = json.dumps([policy_of(minutes), seat.not_after]).encode()
    return f"renkei {key_of(seat)} {hashlib.sha256(rest).hexdigest()[:16]}"


def key_of(seat: TunnelSeat) -> str:
    """The sum of its certificate."""
    return hashlib.sha256(seat.certificate).hexdigest()


def same_pc(note: str, seat: TunnelSeat) -> bool:
    """Whether a user with this note is the same PC, be it with other rules."""
    return note.split()[:2] == ["renkei", key_of(seat)]


def user_of(seat: TunnelSeat, hub: str, minutes: int) -> dict[str, Any]:
    """The fields of CreateUser and SetUser."""
    return {
        "HubName_str": hub,
        "Name_str": seat.name,
        "Note_utf": note_of(seat, minutes),
        "AuthType_u32": BY_CERTIFICATE,
        "UserX_bin": b64encode(seat.certificate).decode(),
        "ExpireTime_dt": _moment(seat.not_after) if seat.not_after else NEVER,
        "UsePolicy_bool": True,
    } | policy_of(minutes)


# How the server writes that there is no such time.
NEVER = "1970-01-01T09:00:00.000Z"


def _moment(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def listed(answer: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """All users of an EnumUser by name: the note, and whether it is one by certificate."""
    return {
        str(user["Name_str"]).lower(): (str(user["Note_utf"]), user["AuthType_u32"] == BY_CERTIFICATE)
        for user in answer.get("UserList", [])
    }
