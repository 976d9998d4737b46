# SPDX-License-Identifier: Apache-2.0
"""The words connect, disconnect and status of the kit, for people; and watch, which they never type."""

import datetime as dt
import shlex
import sys

from renkei_kit_linux.on_pc.clock import now, seconds
from renkei_kit_linux.on_pc.connecting import Line, connect, disconnect, line_of, watch
from renkei_kit_linux.on_pc.connection import Connection, alone, last_end, remembered
from renkei_kit_linux.on_pc.installing import installed
from renkei_kit_linux.on_pc.one_run import Run
from renkei_kit_linux.on_pc.order import Order, Trouble
from renkei_kit_linux.on_pc.programs import begun
from renkei_kit_linux.on_pc.reaching import is_reached
from renkei_kit_linux.on_pc.rooting import as_root, become, is_root

_PATIENCE = 2.0
_A_WHILE = 5.0
_LINE = "%Y-%m-%dT%H:%M:%SZ"


def vpn_connect(run: Run) -> None:
    """「VPN接続を開始」. Raises Trouble."""
    line = line_of(run.places, installed(run.places), run.given.engine)
    if _is_up(run, line):
        run.say("already", program=shlex.join(run.places.command))
        return
    engine = ("--engine", line.tunnel.engine.removeprefix("tunnel_"))
    _need_root(run, line, "connect", *(("--agree",) if run.given.agree else ()), *engine)
    _need_mail(run)
    with alone(run.places, _A_WHILE):
        made = connect(line, run.step)
    begun(sys.executable, "-I", *_same_places(run, "watch", *engine))
    run.say("connected", portal=line.order.portal_url)
    _say_until(run, made)
    run.say("end_by", program=shlex.join(run.places.command))


def vpn_disconnect(run: Run) -> None:
    """「切断」. Raises Trouble, OSError."""
    order = _order_of(run)
    _need_root(run, line_of(run.places, order), "disconnect")
    started = seconds()
    with alone(run.places, _A_WHILE):
        disconnect(run.places, order)
    run.say("disconnected", seconds=f"{seconds() - started:.1f}")


def vpn_status(run: Run) -> None:
    """Since when, until when, and what is reached. Raises Trouble."""
    line = line_of(run.places, installed(run.places))
    connection = remembered(run.places)
    if connection is None:
        run.say("not_connected", program=shlex.join(run.places.command))
        _say_why(run)
    else:
        run.say("connected_since" if _is_up(run, line) else "broken", since=_spoken(connection.since))
        _say_until(run, connection)
    run.say("reach_portal", url=line.order.portal_url, answer=_answer(run, line.order.portal_url))
    # While connected nobody tells the address of a name, and to wait for that takes long.
    if connection is None:
        run.say("reach_public", url=line.order.public_url, answer=_answer(run, line.order.public_url))


def _answer(run: Run, url: str) -> str:
    return run.words("yes_reached" if is_reached(url, _PATIENCE) else "not_reached")


def vpn_watch(run: Run) -> None:
    """What `connect` leaves behind. Raises Trouble, OSError."""
    watch(line_of(run.places, installed(run.places), run.given.engine))


def _order_of(run: Run) -> Order:
    """What is installed; that of the kit itself where nobody can read it any more."""
    try:
        return installed(run.places)
    except Trouble:
        return run.order


def _is_up(run: Run, line: Line) -> bool:
    """Whether what is remembered still stands."""
    connection = remembered(run.places)
    used = line_of(run.places, line.order, connection.engine.removeprefix("tunnel_")) if connection else line
    return connection is not None and connection.ready and used.engine.is_up(connection)


def _need_mail(run: Run) -> None:
    """R89: whoever connects too early waits for a mail that cannot come. Raises Trouble."""
    run.say("have_the_mail", one_time=f"{run.order.public_url}onetime/")
    if not run.given.agree and sys.stdin.isatty() and not run.words.is_yes(input(run.words("go_on"))):
        raise Trouble("not_connected_yet")


def _need_root(run: Run, line: Line, *words: str) -> None:
    """Goes on as administrator where that is needed. Raises Trouble."""
    if line.engine.needs_root and not is_root():
        command = as_root(_same_places(run, *words), run.environment)
        run.say("as_root")
        become(command)


def _same_places(run: Run, *words: str) -> tuple[str, ...]:
    """This kit once more, for the same places."""
    prefix = ("--prefix", run.places.prefix) if run.places.prefix else ()
    waiting = ("--wait",) if run.given.wait else ()
    return (str(run.places.program), *words, *prefix, *waiting)


def _say_until(run: Run, connection: Connection) -> None:
    if connection.until:
        left = max(_moment(connection.until) - now(), dt.timedelta())
        run.say("until", until=_spoken(connection.until), left=str(left // dt.timedelta(minutes=1)))


def _say_why(run: Run) -> None:
    """What may have ended the last connection, where it was not this PC."""
    ended = last_end(run.places)
    if ended is None:
        return
    since, at = _spoken(ended.since), _spoken(ended.at)
    is_over = bool(ended.until) and _moment(ended.at) >= _moment(ended.until)
    run.say("ended_in_time" if is_over else "ended", since=since, at=at)


def _spoken(line: str) -> str:
    """An instant as people of this PC tell the time."""
    return f"{_moment(line).astimezone():%H:%M}"


def _moment(line: str) -> dt.datetime:
    return dt.datetime.strptime(line, _LINE).replace(tzinfo=dt.UTC)
