# SPDX-License-Identifier: Apache-2.0
"""「VPN接続を開始」 and 「切断」: from the first step to the portal's answer, and back whatever happens (R87, R91).

1. Who connects is told before that no mail arrives while connected (R89), and what is being done.
2. What was begun and did not succeed is taken back.
3. 「切断」 asks nobody outside: it succeeds as well when the appliance is gone, within seconds.
4. Where the session is ended from the other side, a watch takes back what the PC still has of it, and writes down
   when that was: status says so.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from renkei_kit_linux.on_pc.clock import as_line, fresh_id, now, pause, seconds
from renkei_kit_linux.on_pc.connection import Connection, Ended, alone, forget, remember, remember_end, remembered
from renkei_kit_linux.on_pc.engines import ENGINES, Engine, engine_of, tunnel_of
from renkei_kit_linux.on_pc.order import Order, Trouble, Tunnel
from renkei_kit_linux.on_pc.places import Places
from renkei_kit_linux.on_pc.programs import path_of
from renkei_kit_linux.on_pc.reaching import KNOCK, is_heard, is_reached
from renkei_kit_linux.on_pc.routing import give_back

PORTAL_SECONDS = 15.0
_BETWEEN_KNOCKS, _MORE_PATIENCE, _MOST_PATIENCE = 0.02, 1.25, 2.0
# A line that only stumbles is not given up; and a silent engine would begin anew by itself after 15 s.
_MISSES, _BETWEEN = 4, 0.5
_NOT_LONG = 0.5
# As long as connecting may take.
_LONG = 60.0

Tell = Callable[..., None]


@dataclass(frozen=True)
class Line:
    """This PC's way to the portal, by one engine."""

    places: Places
    order: Order
    tunnel: Tunnel
    engine: Engine


def line_of(places: Places, order: Order, wanted: str = "") -> Line:
    """By the engine that is wanted, else by the first one of the kit. Raises Trouble."""
    tunnel = tunnel_of(order, wanted)
    return Line(places, order, tunnel, engine_of(places, tunnel))


def connect(line: Line, tell: Tell) -> Connection:
    """Connect, and wait until the portal answers. Raises Trouble; then all is as it was."""
    line.engine.need()
    # What an earlier one has left, broken or before the PC was started anew, is not in the way of this one.
    disconnect(line.places, line.order)
    fresh = Connection(fresh_id(), line.tunnel.engine, "", as_line(now()))
    try:
        return _connected(line, fresh, tell)
    except BaseException:  # also for who presses Ctrl+C: half a connection is none, and in the way of the Internet
        disconnect(line.places, line.order)
        raise


def _connected(line: Line, fresh: Connection, tell: Tell) -> Connection:
    started = seconds()
    tell("step_connect")
    made = line.engine.connect(fresh, lambda one: remember(line.places, one))
    tell("step_portal", seconds=f"{seconds() - started:.1f}")
    if not _opens(line, made):
        raise Trouble("not_opened")
    tell("step_done", seconds=f"{seconds() - started:.1f}")
    made = replace(made, until=until_of(line.tunnel, now()), ready=True)
    remember(line.places, made)
    return made


def _opens(line: Line, made: Connection) -> bool:
    """Whether the portal is reached in time; each knock wakes whoever has to let us in, or ends the connection.

    The first knocks have little patience, as nobody may have let us in yet; later ones more, as a line may be slow.
    """
    patience, deadline = KNOCK, seconds() + PORTAL_SECONDS
    while not is_reached(line.order.portal_url, patience):
        if not line.engine.is_up(made) or seconds() >= deadline:
            return False
        pause(_BETWEEN_KNOCKS)
        patience = min(patience * _MORE_PATIENCE, _MOST_PATIENCE)
    return line.engine.is_up(made)


def until_of(tunnel: Tunnel, since: dt.datetime) -> str:
    """When a session ends at the latest, "" where nobody said."""
    return as_line(since + dt.timedelta(minutes=tunnel.minutes)) if tunnel.minutes else ""


def disconnect(places: Places, order: Order) -> None:
    """Take back everything that a connection changes, remembered or not; the Internet comes first.

    Raises OSError.
    """
    connection = remembered(places)
    used = {connection.engine} if connection else {one.engine for one in order.tunnels}
    if path_of("ip"):
        give_back()
    for tunnel in order.tunnels:
        if tunnel.engine in used and tunnel.engine in ENGINES:
            engine_of(places, tunnel).disconnect(connection)
    forget(places)


def watch(line: Line) -> None:
    """Wait until this connection is over, and take back what is left of it; another one is none of ours."""
    mine = remembered(line.places)
    if mine is None:
        return
    misses = 0
    while misses < _MISSES and line.engine.is_up(mine):
        pause(_BETWEEN)
        if remembered(line.places) != mine:
            return
        heard = not line.engine.is_silent or is_heard(line.order.portal_url, _NOT_LONG)
        misses = 0 if heard else misses + 1
    # Somebody who disconnects just now has taken the interface down, and not yet forgotten it.
    with alone(line.places, _LONG):
        if remembered(line.places) == mine:
            disconnect(line.places, line.order)
            remember_end(line.places, Ended(mine.since, mine.until, as_line(now())))
