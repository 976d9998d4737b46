# SPDX-License-Identifier: Apache-2.0
"""Sealed streams: documents in chunks, opened whole or by range, after c2sp.org/chunked-encryption (design §6).

A stream is a header and chunks. The header: `RKC`, format version (1 byte), chunk size (4), salt (32), and a
commitment (32) that tells the right key from a wrong one before a chunk is opened. From the data key, HKDF-SHA-256
(RFC 5869) with this salt makes key (32), first nonce (12) and commitment. Its info is `renkei chunks AES-256-GCM`,
a zero byte, the first 8 bytes of the header, and the context: a stream opens in its own place only. Chunk n is
AES-256-GCM under the first nonce XOR n. The last chunk is always shorter than the chunk size, empty if need be: a
stream that ends in a full chunk was cut.
"""

import hmac
import struct
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.contracts.plugin import Random
from appliance.vault.keys.sealing import KEY, NONCE, TAG, Unsealable

CHUNK = 256 * 1024
MAX_CHUNK = 16 * 1024 * 1024
SALT = 32
COMMITMENT = 32

_MAGIC = b"RKC\x01"
_HEADER = struct.Struct(f">4sI{SALT}s{COMMITMENT}s")
HEADER = _HEADER.size

Read = Callable[[int, int | None], AsyncIterator[bytes]]
_Bytes = bytes | bytearray | memoryview


def part_context(document: str, part: int) -> bytes:
    """The context of one part of a document: it opens nowhere else."""
    return f"document {document} part {part}".encode()


def sealed_size(plain_size: int) -> int:
    """The size of the stream that seal() makes of plain_size bytes."""
    return HEADER + plain_size + TAG * (plain_size // CHUNK + 1)


async def seal(
    key: bytes, context: bytes, chunks: AsyncIterable[bytes], random: Random
) -> AsyncGenerator[bytes, None]:
    """The sealed stream of chunks, in pieces of at most 256 KiB and a tag. key has 32 bytes, chunks any sizes."""
    salt = random.bytes(SALT)
    cipher = _derive(key, context, CHUNK, salt)
    yield _HEADER.pack(_MAGIC, CHUNK, salt, cipher.commitment)
    pieces = _Pieces(aiter(chunks))
    number, size = 0, CHUNK
    while size == CHUNK:
        plain = await pieces.take(CHUNK)
        size = len(plain)
        yield cipher.seal(number, plain)
        number += 1


async def open(
    key: bytes, context: bytes, read: Read, start: int = 0, stop: int | None = None
) -> AsyncGenerator[bytes, None]:
    """The plain bytes start ≤ position < stop, in pieces of at most a chunk; each is proven before it is given.

    read(start, stop) gives a range of the sealed stream, such as BlobStore.open of one blob. Only the chunks of the
    range are read; start must not lie behind the end. With stop=None the end is proven, too. Raises Unsealable at
    the first chunk that is not as it was sealed, and what read raises.
    """
    if start < 0:
        raise ValueError("a range begins at 0 or later")
    async with _positioned(key, context, read, start, stop) as (cipher, pieces):
        chunk = size = cipher.chunk
        number = start // chunk
        while size == chunk and (stop is None or number * chunk < stop):
            plain = cipher.open(number, await pieces.take(chunk + TAG))
            size, begin = len(plain), number * chunk
            low, high = max(start - begin, 0), size if stop is None else min(stop - begin, size)
            if low < high:
                yield plain if high - low == size else plain[low:high]
            number += 1


@asynccontextmanager
async def _positioned(
    key: bytes, context: bytes, read: Read, start: int, stop: int | None
) -> AsyncIterator[tuple["_Cipher", "_Pieces"]]:
    """The stream from the first chunk of the range on, and what opens it. The whole is read in one go."""
    whole = start == 0 and stop is None
    async with _cut_anew(read(0, None if whole else HEADER)) as pieces:
        cipher = _parse(await pieces.take(HEADER), key, context)
        if whole:
            yield cipher, pieces
            return
    async with _cut_anew(read(*cipher.sealed_range(start, stop))) as pieces:
        yield cipher, pieces


@dataclass(frozen=True, slots=True)
class _Cipher:
    """What the data key becomes for one stream."""

    aead: AESGCM
    nonce: int
    commitment: bytes
    chunk: int

    def seal(self, number: int, plain: _Bytes) -> bytes:
        return self.aead.encrypt(self._nonce(number), plain, None)

    def open(self, number: int, sealed: _Bytes) -> bytes:
        if len(sealed) < TAG:
            raise Unsealable(f"the stream ends before chunk {number}")
        try:
            return self.aead.decrypt(self._nonce(number), sealed, None)
        except InvalidTag:
            raise Unsealable(f"chunk {number} was changed, moved or cut") from None

    def _nonce(self, number: int) -> bytes:
        return (self.nonce ^ number).to_bytes(NONCE, "big")

    def sealed_range(self, start: int, stop: int | None) -> tuple[int, int | None]:
        """Where the chunks that hold the plain bytes start to stop are."""
        whole = self.chunk + TAG
        first = HEADER + start // self.chunk * whole
        return first, None if stop is None else HEADER + -(-stop // self.chunk) * whole


def _derive(key: bytes, context: bytes, chunk: int, salt: bytes) -> _Cipher:
    if len(key) != KEY:
        raise ValueError(f"a data key has {KEY} bytes, not {len(key)}")
    info = b"renkei chunks AES-256-GCM\0" + struct.pack(">4sI", _MAGIC, chunk) + context
    made = HKDF(SHA256(), KEY + NONCE + COMMITMENT, salt, info).derive(key)
    nonce = int.from_bytes(made[KEY : KEY + NONCE], "big")
    return _Cipher(AESGCM(made[:KEY]), nonce, made[KEY + NONCE :], chunk)


def _parse(header: _Bytes, key: bytes, context: bytes) -> _Cipher:
    if len(header) < HEADER:
        raise Unsealable("the stream ends within its header")
    magic, chunk, salt, commitment = _HEADER.unpack(header)
    if magic != _MAGIC:
        raise Unsealable("this is no sealed stream, or one of an unknown format")
    if not 0 < chunk <= MAX_CHUNK:
        raise Unsealable(f"chunks of {chunk} bytes are out of bounds")
    cipher = _derive(key, context, chunk, salt)
    if not hmac.compare_digest(commitment, cipher.commitment):
        raise Unsealable("the stream was sealed with another key or for another place, or its header was changed")
    return cipher


class _Pieces:
    """Cuts a stream of pieces of any size anew; copies only what does not line up."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self._source = source
        self._rest: _Bytes = b""

    async def take(self, size: int) -> _Bytes:
        """The next size bytes, or what is left."""
        taken, self._rest = self._rest[:size], self._rest[size:]
        while len(taken) < size and (piece := await anext(self._source, None)) is not None:
            view, missing = memoryview(piece), size - len(taken)
            taken, self._rest = _joined(taken, view[:missing]), view[missing:]
        return taken


@asynccontextmanager
async def _cut_anew(source: AsyncIterator[bytes]) -> AsyncIterator["_Pieces"]:
    """The pieces of source; at the end it is let go of, for it may hold a file or a connection."""
    try:
        yield _Pieces(source)
    finally:
        if isinstance(source, AsyncGenerator):
            await source.aclose()


def _joined(taken: _Bytes, more: memoryview) -> _Bytes:
    if not taken:
        return more
    if not isinstance(taken, bytearray):
        taken = bytearray(taken)
    taken += more
    return taken
