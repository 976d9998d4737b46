# SPDX-License-Identifier: Apache-2.0
"""Messages about locks: who is locked out, and the end of it, at the desk or at the vault's own host."""

from dataclasses import dataclass, field

from appliance.model.time import Instant
from appliance.model.words import LockState, Role


@dataclass(frozen=True, slots=True)
class ListLocks:
    """Whose sign-in is locked or blocked just now, at offices."""


@dataclass(frozen=True, slots=True)
class LockRow:
    """One of them. until is 0 for a blocked one; office is "" for the fund's staff."""

    account: str
    office: str
    contract_number: str
    office_name: str
    login: str
    name: str
    role: Role
    state: LockState
    until: Instant


@dataclass(frozen=True, slots=True)
class CounterLock:
    """An office whose download password is locked or blocked (A43). until is 0 for a blocked one."""

    office: str
    contract_number: str
    office_name: str
    state: LockState
    until: Instant


@dataclass(frozen=True, slots=True)
class LockPage:
    """All of them, up to 1,000 of people and of download passwords each."""

    rows: tuple[LockRow, ...]
    counters: tuple[CounterLock, ...] = ()


@dataclass(frozen=True, slots=True)
class Unlock:
    """End a lock before its time. reason is for the journal."""

    account: str
    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Initialise:
    """A new first password for an account (初期化), blocked or not; its visits end. reason is for the journal."""

    account: str
    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class AskLocks:
    """Whose sign-in is locked or blocked just now."""


@dataclass(frozen=True, slots=True)
class ReleaseLock:
    """End a lock before its time, or initialise what is blocked. contract_number is "" for the fund's staff."""

    contract_number: str
    login: str
    reason: str


@dataclass(frozen=True, slots=True)
class LockReleased:
    """password is the new first password, shown this once; "" where the old one is good."""

    password: str = field(default="", repr=False)
