# SPDX-License-Identifier: Apache-2.0
"""What the kit remembers of a connection, so that 「切断」 finds all of it again; and how the last one ended."""

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from renkei_kit_linux.on_pc.clock import until
from renkei_kit_linux.on_pc.places import Places, write_own


@dataclass(frozen=True)
class Connection:
    """One connection. engine is the name of its plugin, interface where it arrives.

    since and until are instants as files have them; until is when it ends at the latest, "" where nobody said.
    """

    id: str
    engine: str
    interface: str
    since: str
    until: str = ""
    ready: bool = False


ENDED = "ended.json"
Keep = Callable[[Connection], None]


def remember(places: Places, connection: Connection) -> None:
    """Write it down. Raises OSError."""
    write_own(_file(places), json.dumps(asdict(connection)).encode())


def remembered(places: Places) -> Connection | None:
    """What was written down; None where nothing was, or what nobody can read: then there is all to look for."""
    try:
        said = json.loads(_file(places).read_text("utf-8"))
        return Connection(**{one.name: said[one.name] for one in fields(Connection)})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def forget(places: Places) -> None:
    """There is no connection any more, and nothing to say of an earlier one. Raises OSError."""
    _file(places).unlink(missing_ok=True)
    _file(places, ENDED).unlink(missing_ok=True)


@dataclass(frozen=True)
class Ended:
    """A connection that this PC did not end itself: since when, until when at the latest, and when it was over."""

    since: str
    until: str
    at: str


def remember_end(places: Places, ended: Ended) -> None:
    """Write it down, for who asks why. Raises OSError."""
    write_own(_file(places, ENDED), json.dumps(asdict(ended)).encode())


def last_end(places: Places) -> Ended | None:
    """What was written down; None where nothing was, or what nobody can read."""
    try:
        said = json.loads(_file(places, ENDED).read_text("utf-8"))
        return Ended(**{one.name: str(said[one.name]) for one in fields(Ended)})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def alone(places: Places, most: float) -> Iterator[None]:
    """Connecting, disconnecting and the end of a watch keep out of each other's way.

    After most seconds it goes on nevertheless: nothing shall keep a PC from the Internet.
    """
    places.own.mkdir(parents=True, exist_ok=True)
    with (places.own / "connecting").open("a") as file:
        until(lambda: _is_locked(file.fileno()), most)
        yield


def _is_locked(file: int) -> bool:
    """The lock goes with the process that has it, however it ends."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _file(places: Places, name: str = "connection.json") -> Path:
    return places.own / name
