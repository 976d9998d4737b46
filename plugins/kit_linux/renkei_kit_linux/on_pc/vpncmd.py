# SPDX-License-Identifier: Apache-2.0
"""Commands to SoftEther's client, by vpncmd: several in one file, which is quicker than one after another.

Words of a command line can be read by everybody on the PC: keys go by the names of their files.
"""

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from renkei_kit_linux.on_pc.order import Trouble
from renkei_kit_linux.on_pc.places import OWN_ONLY, write_own
from renkei_kit_linux.on_pc.programs import tried

PORT = 9931
# It takes a third of a second, unless the client does not listen.
SECONDS = 5.0
# The client takes commands only with the name `localhost`, without a port.
_CLIENT = ("vpncmd", "localhost", "/CLIENT", "/CSV")
# What listens on this PC (proc(5)).
_SOCKETS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENS = "0A"
_COMMAND = re.compile(r"^VPN Client>\s*(\w+)")
_ERROR = re.compile(r"^Error occurred\. \(Error code: (\d+)\)")


def answers() -> bool:
    """Whether a client runs on this PC that takes commands; it is not asked, for it minds who hangs up at once."""
    lines = [line.split() for file in _SOCKETS if file.exists() for line in file.read_text("ascii").splitlines()]
    return any(words[3] == _LISTENS and words[1].endswith(f":{PORT:04X}") for words in lines)


def commanded(folder: Path, lines: Sequence[str], may_fail: Collection[str] = ()) -> None:
    """Do them all; of those that may fail nothing is asked. Raises Trouble."""
    file = folder / "commands"
    write_own(file, "".join(f"{line}\n" for line in lines).encode(), OWN_ONLY)
    done = tried(*_CLIENT, f"/IN:{file}", most=SECONDS)
    failed = {name: code for name, code in failures(done.stdout).items() if name not in may_fail}
    if failed or f">{lines[-1].partition(' ')[0]}" not in done.stdout:
        name, code = next(iter(failed.items()), ("vpncmd", str(done.returncode)))
        raise Trouble("not_done", detail=f"{name}: {code}")


def failures(said: str) -> dict[str, str]:
    """Which commands failed with what code, by what vpncmd printed."""
    found, name = {}, ""
    for line in said.splitlines():
        if match := _COMMAND.match(line):
            name = match[1]
        elif match := _ERROR.match(line):
            found[name] = match[1]
    return found


def asked(*words: str, most: float = 3.0) -> bool:
    """Whether one command was done."""
    return tried(*_CLIENT, "/CMD", *words, most=most).returncode == 0


def quoted(path: Path) -> str:
    """A path as a word of a command."""
    return f'"{path}"'
