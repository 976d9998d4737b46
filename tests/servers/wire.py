# SPDX-License-Identifier: Apache-2.0
"""A wire of TCP before a server, which a test can cut, stall, slow down and mend."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

PIECE = 1 << 16
PATIENCE = 30
AT_ONCE = struct.pack("ii", 1, 0)
Matches = Callable[[bytes], bool]


@dataclass(eq=False)
class Pair:
    """One connection through the wire. doomed: the next answer of the server is swallowed, and the pair is cut."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    doomed: bool = False

    def cut(self) -> None:
        """Reset both sides."""
        reset(self.client)
        reset(self.server)


class Wire:
    """Passes bytes on between 127.0.0.1:port and the server's port; in a thread of its own, so that all may block.

    cuts counts the connections that cut_before() and cut_after() have cut.
    """

    def __init__(self, server_port: int) -> None:
        """Nothing is open before start()."""
        self.port = 0
        self.cuts = 0
        self._server_port = server_port
        self._before: Matches | None = None
        self._after: Matches | None = None
        self._refusing = False
        self._delay = 0.0
        self._pairs: set[Pair] = set()
        self._passing = asyncio.Event()
        self._ended = asyncio.Event()
        self._started = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="wire", daemon=True)

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        assert self._started.wait(PATIENCE)

    def stop(self) -> None:
        """Cut everything and listen no more."""
        self._do(self._ended.set)
        self._thread.join(PATIENCE)

    def cut(self) -> None:
        """Reset every connection now; new ones may come."""
        self._do(self._cut_all)

    def cut_before(self, matches: Matches) -> None:
        """The next piece that matches never reaches the server: its connection is reset."""
        self._before = matches

    def cut_after(self, matches: Matches) -> None:
        """The next piece that matches is answered by the server, but the answer is lost with the connection."""
        self._after = matches

    def refuse(self) -> None:
        """Reset every connection, now and as it comes."""
        self._refusing = True
        self.cut()

    def stall(self) -> None:
        """Pass nothing on from now, but keep every connection, and take new ones."""
        self._do(self._passing.clear)

    def slow(self, seconds: float) -> None:
        """Pass each piece on only after so many seconds."""
        self._delay = seconds

    def heal(self) -> None:
        """Everything works from now; what was held back is passed on."""
        self._refusing, self._delay, self._before, self._after = False, 0.0, None, None
        self._do(self._passing.set)

    def _do(self, act: Callable[[], None]) -> None:
        """Do act in the wire's own thread, and return when it is done."""
        assert self._loop is not None
        done = threading.Event()

        def and_say_so() -> None:
            act()
            done.set()

        self._loop.call_soon_threadsafe(and_say_so)
        assert done.wait(PATIENCE)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._passing.set()
        listening = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        self._started.set()
        await self._ended.wait()
        listening.close()
        self._passing.set()
        while self._pairs:
            self._cut_all()
            await asyncio.sleep(0)

    def _cut_all(self) -> None:
        for pair in self._pairs:
            pair.cut()

    async def _connected(self, from_client: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            if self._refusing:
                raise ConnectionRefusedError
            from_server, server = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            reset(client)
            return
        pair = Pair(client, server)
        self._pairs.add(pair)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._to_server(from_client, pair))
                both.create_task(self._to_client(from_server, pair))
        finally:
            self._pairs.discard(pair)

    async def _to_server(self, source: asyncio.StreamReader, pair: Pair) -> None:
        with suppress(OSError):
            while piece := await self._next(source):
                if self._before is not None and self._before(piece):
                    self._before = None
                    self.cuts += 1
                    break
                if self._after is not None and self._after(piece):
                    self._after = None
                    pair.doomed = True
                pair.server.write(piece)
                await pair.server.drain()
        pair.cut()

    async def _to_client(self, source: asyncio.StreamReader, pair: Pair) -> None:
        with suppress(OSError):
            while piece := await self._next(source):
                if pair.doomed:
                    self.cuts += 1
                    break
                pair.client.write(piece)
                await pair.client.drain()
        pair.cut()

    async def _next(self, source: asyncio.StreamReader) -> bytes:
        """The next piece, as late as the wire is slow."""
        piece = await source.read(PIECE)
        await self._passing.wait()
        if self._delay:
            await asyncio.sleep(self._delay)
        return piece


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a broken network does: at once, with RST."""
    plain = writer.get_extra_info("socket")
    with suppress(OSError):
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    writer.transport.abort()


@contextmanager
def wire(server_port: int) -> Iterator[Wire]:
    """A wire that has ended afterwards."""
    made = Wire(server_port)
    made.start()
    try:
        yield made
    finally:
        made.stop()
