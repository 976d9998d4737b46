# SPDX-License-Identifier: Apache-2.0
"""A clean process beside the vault that makes one worker for each file: it holds no key, no file, no document.

It is started anew from the program's own files, has read everything that a worker will need, and forks: that takes
a millisecond, and the vault itself never forks (its record store would not survive that).
The vault speaks to it on standard input: START and a number, with the worker's socket; END and a number.
"""

import gc
import os
import select
import signal
import socket
import sys

from appliance.vault.doorman.confine import die_with, memory_now
from appliance.vault.doorman.frames import END, NONE, ORDER, READY, Broken
from appliance.vault.doorman.worker import serve, warm_up


class Zygote:
    """The workers at work. They end by themselves, by order, or with this process."""

    def __init__(self, control: socket.socket) -> None:
        """control is where orders come from."""
        self._control = control
        self._memory = memory_now()
        self._workers: dict[int, int] = {}
        self._pids: dict[int, int] = {}
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def run(self) -> None:
        """Until the vault is gone; then all workers are, too."""
        self._control.sendall(READY)
        try:
            while self._turn():
                pass
        finally:
            for number in list(self._workers):
                self._end(number)

    def _turn(self) -> bool:
        """Wait for something to do, and do one thing; False when there is no vault any more."""
        ready, _ = self._poll.poll()[-1]
        if ready == self._control.fileno():
            return self._obey()
        self._bury(ready)
        return True

    def _obey(self) -> bool:
        try:
            order, sockets, _, _ = socket.recv_fds(self._control, ORDER.size, 1)
        except ConnectionResetError:
            return False
        if len(order) != ORDER.size:
            return False
        what, number = ORDER.unpack(order)
        if what == END:
            self._end(number)
        elif sockets:
            self._start(number, socket.socket(fileno=sockets[0]))
        return True

    def _start(self, number: int, job: socket.socket) -> None:
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            job.send(NONE)
            job.close()
            return
        if pid == 0:
            _live(job, parent, self._memory)
        job.close()
        watched = os.pidfd_open(pid)
        self._workers[number], self._pids[watched] = watched, pid
        self._poll.register(watched, select.POLLIN)

    def _end(self, number: int) -> None:
        """It may have ended before."""
        watched = self._workers.get(number)
        if watched is not None:
            signal.pidfd_send_signal(watched, signal.SIGKILL)
            self._bury(watched)

    def _bury(self, watched: int) -> None:
        os.waitpid(self._pids.pop(watched), 0)
        self._workers = {number: one for number, one in self._workers.items() if one != watched}
        self._poll.unregister(watched)
        os.close(watched)


def _live(job: socket.socket, parent: int, memory: int) -> None:
    """The worker's whole life, in the new process. Never returns; nothing of the zygote's is run at its end."""
    code = 1
    try:
        die_with(parent)
        os.dup2(job.detach(), 0)
        os.dup2(1, 2)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        serve(socket.socket(fileno=0), memory)
        code = 0
    except (Broken, OSError):
        code = 2
    finally:
        os._exit(code)


def main() -> None:
    """The whole process."""
    control = socket.socket(fileno=os.dup(0))
    os.dup2(1, 0)
    warm_up()
    gc.freeze()
    Zygote(control).run()
    sys.exit(0)


if __name__ == "__main__":
    main()
