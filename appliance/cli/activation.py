# SPDX-License-Identifier: Apache-2.0
"""Listeners that systemd has opened for this process (sd_listen_fds(3)).

1. They are ours only where LISTEN_PID is our own number: a child never takes its parent's.
2. Each has the name of FileDescriptorName= in its socket unit: web-<site>, vault-<site>, gate-vault or figures.
3. They are asked for once: the variables go away, and what the process starts inherits nothing.
"""

import os
import socket
from collections.abc import MutableMapping

from appliance.cli.failure import Failure

FIRST = 3
FIGURES = "figures"
_VARIABLES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


def inherited(environ: MutableMapping[str, str] = os.environ) -> dict[str, socket.socket]:
    """The listeners by their names; none where systemd has opened none. Raises Failure for two of one name."""
    pid, count, names = (environ.pop(name, "") for name in _VARIABLES)
    if pid != str(os.getpid()):
        return {}
    called = names.split(":")
    if twice := [name for name in called if called.count(name) > 1]:
        raise Failure(f"systemd hands over two listeners `{twice[0]}`: one ListenStream= a socket unit is enough")
    return {name: _listener(number) for number, name in zip(range(FIRST, FIRST + int(count)), called, strict=True)}


def _listener(number: int) -> socket.socket:
    os.set_inheritable(number, False)
    listener = socket.socket(fileno=number)
    listener.setblocking(False)
    return listener
