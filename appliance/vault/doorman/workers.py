# SPDX-License-Identifier: Apache-2.0
"""The process that makes workers (zygote.py), as the vault holds it: started, noticed when it is gone, ended."""

import asyncio
import itertools
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from appliance.host.refused import StartRefused
from appliance.link.refusals import Refused, Why
from appliance.vault.doorman.frames import END, ORDER, READY, START

PROGRAM = ("-m", "appliance.vault.doorman.zygote")
SECONDS_TO_START = 30.0
SECONDS_TO_END = 5.0
_log = logging.getLogger(__name__)


class Workers:
    """Makes one worker after another. Belongs to one event loop."""

    def __init__(self, program: Sequence[str] = PROGRAM) -> None:
        """Nothing is started yet. program is what Python is to run."""
        self._program = program
        self._numbers = itertools.count(1)
        self._starting = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The process that makes them, while there is one."""
        return self._process.pid if self._process and self._process.poll() is None else None

    async def start(self) -> None:
        """Have the process, if there is none. Raises StartRefused when it does not come up."""
        async with self._starting:
            if self.pid is not None:
                return
            if self._process is not None:
                _log.warning(
                    "the process that opens ZIPs was gone (%s); it is started again", self._process.returncode
                )
            self._lose()
            self._spawn()
            try:
                await self._ready()
            except BaseException:
                self._lose()
                raise

    def _spawn(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        self._control = ours
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, and no word of anybody else
                [sys.executable, "-I", *self._program],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={},
                cwd="/",
                close_fds=True,
            )

    async def _ready(self) -> None:
        assert self._control is not None
        try:
            async with asyncio.timeout(SECONDS_TO_START):
                said = await asyncio.get_running_loop().sock_recv(self._control, len(READY))
        except (TimeoutError, OSError) as error:
            raise StartRefused("the process that opens ZIPs does not start") from error
        if said != READY:
            raise StartRefused("the process that opens ZIPs ends at once; its last words are in the log")

    @contextmanager
    def one(self) -> Iterator[socket.socket]:
        """A worker for one file, by its socket; it ends with the context. Raises Refused BROKEN."""
        number = next(self._numbers)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with ours:
            with theirs:
                self._order(START, number, theirs)
            try:
                yield ours
            finally:
                self._end(number)

    def _order(self, what: int, number: int, worker: socket.socket) -> None:
        if self._control is None:
            raise Refused(Why.BROKEN)
        try:
            socket.send_fds(self._control, [ORDER.pack(what, number)], [worker.fileno()])
        except OSError as error:
            self._lose()
            raise Refused(Why.BROKEN) from error

    def _end(self, number: int) -> None:
        """Whoever takes no orders any more is ended with all its workers."""
        if self._control is None:
            return
        try:
            self._control.send(ORDER.pack(END, number))
        except OSError:
            self._lose()

    def _lose(self) -> None:
        """End the process now. Its workers end with it."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait(SECONDS_TO_END)
        self._control = self._process = None

    async def close(self) -> None:
        """Let the process end, and its workers with it; also when there is none."""
        control, process = self._control, self._process
        self._control = self._process = None
        if control is None or process is None:
            return
        control.close()
        try:
            await asyncio.to_thread(process.wait, SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)
