# SPDX-License-Identifier: Apache-2.0
"""A report beside what the vault holds: what is new, what is gone, and what the gate shows that should not be.

It is looked at whole every few seconds, so a session of which nothing has changed costs a look into one table.
"""

import math
from dataclasses import dataclass, field

from appliance.link.messages import GateReport, LiveSession
from appliance.model.time import SECOND, Instant
from appliance.model.tunnels import SessionState
from appliance.vault.tunnels.connected import Connected, Held

# What was told so many seconds ago must be seen by now; by so many the kernel's time may be off.
SETTLED_SECONDS = 3.0
SLACK_SECONDS = 3.0
# No name, and no number, of a session has more; a gate that says so is broken, or in other hands.
MOST_BYTES = 200
MOST_SECONDS = 1e9
MOST_MOVED = 2**63


@dataclass(slots=True)
class Noticed:
    """What a report shows, in the order of the report.

    waiting have appeared, and have an address by now. untold are open, and this gate does not know it yet. moved
    have another address than that for which they were let through. shut ought to be let through, and are not, or
    for too long. lingering were told to end, and did not; or this gate was not told of it yet.
    """

    new: list[LiveSession] = field(default_factory=list)
    gone: list[Held] = field(default_factory=list)
    waiting: list[Held] = field(default_factory=list)
    untold: list[Held] = field(default_factory=list)
    moved: list[Held] = field(default_factory=list)
    shut: list[Held] = field(default_factory=list)
    lingering: list[Held] = field(default_factory=list)
    drift: int = 0
    overrun: float = 0.0


def noticed(tunnels: Connected, report: GateReport, now: Instant, monotonic: float) -> Noticed:
    """Compare, and remember what is shown of each session."""
    found, held = Noticed(), tunnels.held
    shown = set[tuple[str, str]]()
    for live in report.live:
        if not _is_sound(live):
            found.drift += 1  # nobody judges it, and the gate ends what nobody confirms
            continue
        key = (live.engine, live.session)
        one = held.get(key)
        if key in shown:
            continue
        shown.add(key)
        if one is None:
            found.new.append(live)
        elif one.name != live.seat and one.name:
            found.gone.append(one)  # another PC has it under the same name: first the one, then the other
            found.new.append(live)
        else:
            one.live, one.name, one.seen = live, live.seat, now
            _compare(found, one, live, now, monotonic)
    answered = set(report.engines)
    for key, one in held.items():
        if key[0] in answered:
            found.gone += [one] if key not in shown else []
        elif one.row.state is SessionState.ENDING and one.told == -math.inf:
            found.lingering.append(one)  # the kernel of a gate that has not heard of it shuts it without the engine
    return found


def _is_sound(live: LiveSession) -> bool:
    """Whether it can be reckoned with, and kept."""
    names = (live.engine, live.session, live.seat, live.address, live.source)
    fits = all(name.isprintable() and len(name.encode()) <= MOST_BYTES for name in names)
    moved = (live.bytes_in, live.bytes_out)
    lasts = all(abs(seconds) < MOST_SECONDS for seconds in (live.seconds, live.open_seconds))
    return fits and lasts and all(0 <= number < MOST_MOVED for number in moved)


def _compare(found: Noticed, one: Held, live: LiveSession, now: Instant, monotonic: float) -> None:
    row = one.row
    is_settled = monotonic - one.told >= SETTLED_SECONDS
    if row.state is SessionState.OPEN:
        left = one.until - monotonic
        if live.address != row.address and live.address:
            found.moved.append(one)
        elif one.told == -math.inf:
            found.untold.append(one)
        elif (live.open_seconds <= 0 or live.open_seconds > left + SLACK_SECONDS) and is_settled:
            found.shut.append(one)
            found.drift += 1
        if left < 0 < live.open_seconds:
            found.overrun = max(found.overrun, -left)
        return
    if row.state is SessionState.APPEARED:
        if live.address:
            found.waiting.append(one)
    elif is_settled:
        found.lingering.append(one)
    if live.open_seconds > 0:
        found.overrun = max(found.overrun, (now - (row.ended_at or row.appeared_at)) / SECOND)
    found.drift += is_settled and (live.open_seconds > 0 or row.state is SessionState.ENDING)
