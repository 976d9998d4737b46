# SPDX-License-Identifier: Apache-2.0
"""May this session be, and until when? Facts in, a verdict out; nothing here asks anybody (R6, R90, A14, A15, A44).

1. Of all that stands against a session, what lasts longest is said first: a seat that may not connect before an
   hour that is not right.
2. It may be until the earliest of its deadlines, and the verdict says which one that is.
3. Who comes in has to come in hours; who is there may stay until the grace is over (T18).
"""

from dataclasses import dataclass

from appliance.model.time import MINUTE, SECOND, Instant
from appliance.model.tunnels import Cause, TunnelSession

# After these the PC has not left: what comes back is the same session (A44).
BROKEN_OFF = frozenset({Cause.GONE, Cause.REPLACED})


@dataclass(frozen=True, slots=True)
class Hours:
    """What the policies say of the hours: whether somebody may come in, and stay, and when that ends."""

    comes_in: bool
    stays: bool
    until: Instant | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a session. kept_out is why its seat may not connect at all, as seats.kept_out() has it.

    is_new: it has not been let through yet. certificate_ends is 0 where that is not known. comes_from is when its
    seat may come again after the last session. minutes is how long a session lasts.
    """

    now: Instant
    began_at: Instant
    is_new: bool
    hours: Hours
    minutes: int
    kept_out: Cause | None = None
    certificate_ends: Instant = 0
    comes_from: Instant = 0


@dataclass(frozen=True, slots=True)
class Until:
    """It may be, until an instant; due is why it ends then."""

    at: Instant
    due: Cause


def judged(facts: Facts) -> Until | Cause:
    """The verdict: until when, or why not (promises 1 and 3)."""
    if facts.kept_out is not None:
        return facts.kept_out
    if not (facts.hours.comes_in if facts.is_new else facts.hours.stays):
        return Cause.CLOSED
    if facts.is_new and facts.now < facts.comes_from:
        return Cause.LIMIT
    first = earliest(facts)
    return first if first.at > facts.now else first.due


def earliest(facts: Facts) -> Until:
    """The first of all deadlines; of two at once the one that lasts longer (promise 2)."""
    deadlines = [Until(facts.began_at + facts.minutes * MINUTE, Cause.LIMIT)]
    if facts.hours.until is not None:
        deadlines.append(Until(facts.hours.until, Cause.CLOSED))
    if facts.certificate_ends:
        deadlines.append(Until(facts.certificate_ends, Cause.CERTIFICATE))
    return min(reversed(deadlines), key=lambda one: one.at)


@dataclass(frozen=True, slots=True)
class Start:
    """From when the minutes of a session count, and when it may come at the earliest."""

    began_at: Instant
    comes_from: Instant = 0


def start_of(
    last: TunnelSession | None, bond: str, appeared_at: Instant, *, minutes: int, back: int, cooldown: int
) -> Start:
    """A44: last is the session of the seat before this one that had been let through, None without one.

    A line that breaks and comes back within `back` minutes keeps its clock, unless that has run out meanwhile:
    then, and after any other end, a new one begins, `cooldown` seconds later at the earliest.
    """
    if last is None or last.bond != bond:
        return Start(appeared_at)
    ended_at, over = last.ended_at or appeared_at, last.began_at + minutes * MINUTE
    if last.cause not in BROKEN_OFF and last.cause is not None:
        return Start(appeared_at, ended_at + cooldown * SECOND)
    if appeared_at > ended_at + back * MINUTE:
        return Start(appeared_at)
    return Start(last.began_at) if appeared_at < over else Start(appeared_at, over + cooldown * SECOND)
