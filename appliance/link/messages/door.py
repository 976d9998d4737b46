# SPDX-License-Identifier: Apache-2.0
"""Messages about coming in and going out."""

from dataclasses import dataclass, field

from appliance.model.time import Instant
from appliance.model.words import Step


@dataclass(frozen=True, slots=True)
class RequestCode:
    """Somebody wants a one-time password by mail (SC4). Both as typed; no reply tells whether it was sent."""

    contract_number: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Arrive:
    """An office user wants in (SC6). Both as typed."""

    contract_number: str
    user_id: str


@dataclass(frozen=True, slots=True)
class ArriveStaff:
    """One of the fund's staff wants in. Both as typed."""

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GiveCode:
    """The code of the second factor, as typed (SC7). arrival is from the reply before."""

    arrival: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GivePassword:
    """The password, as typed (SC8). arrival is from the reply before."""

    arrival: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What comes next. arrival goes back with it, within ten minutes; it is sealed and kept nowhere.

    With step IN the visit has begun: its token, of which only the hash is kept, and its end; serves: there are
    other offices to choose from (R240). shown is what a person must see once to enrol a second factor: `qr` (SVG),
    `uri`, `secret`.
    """

    step: Step
    arrival: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ends_at: Instant = 0
    serves: bool = False
    shown: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SignOut:
    """The visit ends now."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """cuts: the VPN session ends in a moment as well, and the PC's Internet is back."""

    cuts: bool = False


@dataclass(frozen=True, slots=True)
class ReportRefusal:
    """The web tier turned a request away before it became a message. reason is a fixed word of limits.py."""

    reason: str
