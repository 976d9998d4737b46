# SPDX-License-Identifier: Apache-2.0
"""What the kit remembers of a connection, so that 「切断」 finds all of it again."""

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
    """There is no connection any more. Raises OSError."""
    _file(places).unlink(missing_ok=True)


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


def _file(places: Places) -> Path:
    return places.own / "connection.json"
