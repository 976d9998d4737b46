# SPDX-License-Identifier: Apache-2.0
"""Messages of `renkei doctor` and of its page: how everything is on which the service depends."""

from dataclasses import dataclass

from appliance.model.health import About, Light
from appliance.model.time import Instant


@dataclass(frozen=True, slots=True)
class Diagnose:
    """How is everything? For an administrator at the vault's own host."""


@dataclass(frozen=True, slots=True)
class ReadDiagnosis:
    """The same for the fund's staff."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One dependency. which tells several of a kind apart; said is the other side's own words, in one line.

    number is percent, days or minutes, as the words for it say. Nothing in it is secret or about a person.
    """

    about: About
    light: Light
    which: str = ""
    number: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """at is when it was looked: who asks again soon is told the same."""

    version: str
    at: Instant
    findings: tuple[Finding, ...]
