# SPDX-License-Identifier: Apache-2.0
"""The body of a message that carries bytes up."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator


class Upload:
    """Head and stream, one after the other, pulled only as fast as the other side takes them.

    Not a generator: a sender that gives up would leave one suspended, with the stream's source inside.
    """

    def __init__(self, head: bytes, stream: AsyncIterable[bytes], size: int) -> None:
        """size is the length of the stream in bytes, 0 if it is not known."""
        self._head = head
        self._stream = aiter(stream)
        self._size = self._left = size
        self.broken: Exception | None = None
        self._watch: asyncio.Timeout | None = None
        self._stall = self._patience = 0.0

    @property
    def headers(self) -> dict[str, str]:
        """The length where it is known, which saves the chunk marks."""
        return {"Content-Length": str(len(self._head) + self._size)} if self._size else {}

    def watched(self, watch: asyncio.Timeout, stall: float, patience: float) -> None:
        """Let watch ring when a piece is not taken in stall seconds, or no reply comes patience seconds after."""
        self._watch = watch
        self._stall = stall
        self._patience = patience

    def __aiter__(self) -> AsyncIterator[bytes]:
        """It is read once."""
        return self

    async def __anext__(self) -> bytes:
        """The next piece. While it is awaited from the source the watch stands still."""
        self._wind(None)
        piece, self._head = self._head, b""
        try:
            piece = piece or await self._pulled()
        except StopAsyncIteration:
            self._wind(self._patience)
            raise
        except Exception as error:  # the HTTP client would hide it; the asker raises it
            self.broken = error
            raise
        self._wind(self._stall)
        return piece

    async def _pulled(self) -> bytes:
        """The source's next piece. Raises ValueError unless it ends exactly at its size (where that is known)."""
        try:
            piece = await anext(self._stream)
        except StopAsyncIteration:
            if self._size and self._left:
                raise ValueError(f"the stream ended {self._left} bytes early") from None
            raise
        self._left -= len(piece)
        if self._size and self._left < 0:
            raise ValueError("the stream is longer than it was said to be")
        return piece

    def _wind(self, seconds: float | None) -> None:
        """Set the watch, unless it has rung or been put away."""
        if self._watch is None or self._watch.expired():
            return
        loop = asyncio.get_running_loop()
        self._watch.reschedule(None if seconds is None else loop.time() + seconds)
