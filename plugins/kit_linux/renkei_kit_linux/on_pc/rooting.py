# SPDX-License-Identifier: Apache-2.0
"""The network of a PC belongs to its administrator: by sudo, with the folders of the person who asked."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from renkei_kit_linux.on_pc.order import Trouble
from renkei_kit_linux.on_pc.programs import path_of

# Where the kit lies depends on these, and sudo leaves them out.
_KEPT = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "LANG")


def is_root() -> bool:
    """Whether this process may change the network."""
    return os.geteuid() == 0


def as_root(command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The command line that does the same as administrator. Raises Trouble where there is no way to become one."""
    sudo, env = path_of("sudo"), path_of("env")
    if sudo is None or env is None:
        raise Trouble("no_root")
    known = {"HOME": str(Path.home()), **environment}
    kept = [f"{name}={known[name]}" for name in _KEPT if known.get(name)]
    return [sudo, "--", env, *kept, sys.executable, "-I", *command]


def become(command: Sequence[str]) -> None:
    """Go on as this command, in place of this process."""
    os.execv(command[0], list(command))  # noqa: S606 - the words are the kit's own
