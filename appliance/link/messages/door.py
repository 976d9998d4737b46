# SPDX-License-Identifier: Apache-2.0
"""Messages about coming in and going out."""

from dataclasses import dataclass, field

from appliance.model.time import Instant


@dataclass(frozen=True, slots=True)
class SignIn:
    """An office user wants in (SC6, SC8). All three as typed."""

    contract_number: str
    user_id: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInStaff:
    """One of the fund's staff wants in. Both as typed."""

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token of the new visit; it is never stored, only its hash."""

    token: str = field(repr=False)
    ends_at: Instant


@dataclass(frozen=True, slots=True)
class SignOut:
    """The visit ends now."""


@dataclass(frozen=True, slots=True)
class ReportRefusal:
    """The web tier turned a request away before it became a message. reason is a fixed word of limits.py."""

    reason: str
