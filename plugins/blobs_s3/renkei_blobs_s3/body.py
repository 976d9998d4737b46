# SPDX-License-Identifier: Apache-2.0
"""What is sent: a blob in memory, hashed while it came, that can be sent again; and the same of what comes back."""

import base64
import hashlib
from collections.abc import AsyncIterable, AsyncIterator

from appliance.contracts.blobs import MAX_BLOB, BlobError, BlobTooLarge

PIECE = 256 * 1024


class Body:
    """Some bytes with their size and SHA-256. Iterating over it twice gives the same bytes twice."""

    def __init__(self, *chunks: bytes) -> None:
        """chunks are the first bytes; add() takes more."""
        self.size = 0
        self._pieces: list[bytes] = []
        self._small = bytearray()
        self._hash = hashlib.sha256()
        for chunk in chunks:
            self.add(chunk)

    def add(self, chunk: bytes) -> None:
        """Append chunk. Raises BlobTooLarge."""
        self.size += len(chunk)
        if self.size > MAX_BLOB:
            raise BlobTooLarge(f"a blob has at most {MAX_BLOB} bytes")
        self._hash.update(chunk)
        if len(chunk) >= PIECE:
            self._close_small()
            self._pieces.append(chunk)
            return
        self._small += chunk
        if len(self._small) >= PIECE:
            self._close_small()

    @property
    def sha256(self) -> str:
        """The SHA-256 in hexadecimal digits."""
        return self._hash.hexdigest()

    @property
    def checksum(self) -> str:
        """The SHA-256 in Base64, as `x-amz-checksum-sha256` wants it."""
        return base64.b64encode(self._hash.digest()).decode("ascii")

    @property
    def md5(self) -> str:
        """The MD5 in Base64: S3 demands it, or a newer sum, of a list of what to delete."""
        made = hashlib.md5(b"".join([*self._pieces, self._small]), usedforsecurity=False)
        return base64.b64encode(made.digest()).decode("ascii")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The bytes in pieces that do not hold up the loop."""
        self._close_small()
        for piece in self._pieces:
            yield piece

    def _close_small(self) -> None:
        if self._small:
            self._pieces.append(bytes(self._small))
            self._small.clear()


async def collected(chunks: AsyncIterable[bytes]) -> Body:
    """All chunks. Raises BlobTooLarge, and whatever chunks raises."""
    body = Body()
    async for chunk in chunks:
        body.add(chunk)
    return body


class Proof:
    """Compares what comes back with the SHA-256 that it was saved with; where there is none, says nothing."""

    def __init__(self, id: str, sha256: str) -> None:
        """sha256 is in hexadecimal digits, or ""."""
        self._id = id
        self._wanted = sha256
        self._hash = hashlib.sha256()

    def update(self, piece: bytes) -> None:
        """The next piece."""
        if self._wanted:
            self._hash.update(piece)

    def end_with(self, piece: bytes) -> None:
        """The last piece, which should not be given away before. Raises BlobError."""
        self.update(piece)
        if self._wanted and self._hash.hexdigest() != self._wanted:
            raise BlobError(f"blob {self._id} came back changed")
