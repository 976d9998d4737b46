# SPDX-License-Identifier: Apache-2.0
"""Sealed streams give back what was sealed, whole or by range, and nothing at all that was not."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.testing.clock import FakeRandom
from appliance.vault.documents import chunks
from appliance.vault.documents.chunks import CHUNK, HEADER, part_context, sealed_size
from appliance.vault.keys.sealing import TAG, Unsealable

KEY = bytes(range(32))
PLACE = part_context("a" * 26, 1)
WHOLE = CHUNK + TAG
GOLDEN: dict[str, dict[str, str]] = json.loads((Path(__file__).parents[3] / "golden/chunks-1.json").read_text())


class Store:
    """One blob in memory, given in pieces of a size; it counts what is read of it and whether it is let go."""

    def __init__(self, blob: bytes, piece: int = 1 << 20) -> None:
        self.blob = blob
        self.piece = piece
        self.given = 0
        self.open = 0

    async def read(self, start: int, stop: int | None) -> AsyncIterator[bytes]:
        self.open += 1
        try:
            end = len(self.blob) if stop is None else min(stop, len(self.blob))
            for at in range(start, end, self.piece):
                piece = self.blob[at : min(at + self.piece, end)]
                self.given += len(piece)
                yield piece
        finally:
            self.open -= 1


async def cut_in(plain: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(plain), size):
        yield plain[at : at + size]


def some(size: int) -> bytes:
    return hashlib.shake_128(b"plain").digest(size)


async def sealed(
    plain: bytes, *, key: bytes = KEY, place: bytes = PLACE, piece: int = 100_000, seed: str = ""
) -> bytes:
    stream = chunks.seal(key, place, cut_in(plain, piece), FakeRandom(seed))
    return b"".join([piece async for piece in stream])


async def opened(
    blob: bytes,
    start: int = 0,
    stop: int | None = None,
    *,
    key: bytes = KEY,
    place: bytes = PLACE,
    piece: int = 1 << 20,
) -> bytes:
    store = Store(blob, piece)
    try:
        return b"".join([plain async for plain in chunks.open(key, place, store.read, start, stop)])
    finally:
        assert store.open == 0


SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [4_000, 65_536, CHUNK, 1 << 20])
async def test_what_was_sealed_opens(size: int, piece: int) -> None:
    plain = some(size)
    blob = await sealed(plain, piece=piece)
    assert len(blob) == sealed_size(size)
    assert await opened(blob, piece=piece) == plain


async def test_tiny_pieces_and_empty_ones() -> None:
    async def dribble() -> AsyncIterator[bytes]:
        for byte in some(700):
            yield bytes((byte,))
            yield b""

    stream = chunks.seal(KEY, PLACE, dribble(), FakeRandom())
    assert await opened(b"".join([piece async for piece in stream]), piece=1) == some(700)


@settings(max_examples=60)
@given(size=st.sampled_from(SIZES), cut=st.tuples(st.integers(0, 4 * CHUNK), st.integers(0, 4 * CHUNK)))
async def test_a_range_is_a_slice(size: int, cut: tuple[int, int]) -> None:
    plain = some(size)
    start, stop = min(cut[0], size), cut[1]
    blob = await sealed(plain)
    assert await opened(blob, start, stop) == plain[start:stop]
    assert await opened(blob, start) == plain[start:]


@pytest.mark.parametrize(
    ("start", "stop", "wanted"),
    [
        (0, 1, 1),
        (CHUNK, 2 * CHUNK, 1),
        (CHUNK - 1, CHUNK + 1, 2),
        (4 * CHUNK + 5, 4 * CHUNK + 6, 1),
        (5, 6 * CHUNK, 6),
    ],
)
async def test_a_range_reads_only_its_chunks(start: int, stop: int, wanted: int) -> None:
    store = Store(await sealed(some(8 * CHUNK)))
    found = b"".join([piece async for piece in chunks.open(KEY, PLACE, store.read, start, stop)])
    assert found == some(8 * CHUNK)[start:stop]
    assert store.given == HEADER + wanted * WHOLE


async def test_the_whole_is_read_in_one_go() -> None:
    store = Store(await sealed(some(3 * CHUNK)))
    assert len([piece async for piece in chunks.open(KEY, PLACE, store.read)]) == 3
    assert store.given == len(store.blob)


async def test_a_reader_that_stops_lets_go_of_the_store() -> None:
    store = Store(await sealed(some(3 * CHUNK)))
    stream = chunks.open(KEY, PLACE, store.read)
    await anext(stream)
    assert store.open == 1
    await stream.aclose()
    assert store.open == 0


async def test_a_negative_start_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="begins at 0"):
        await opened(await sealed(b"x"), -1)


@pytest.mark.parametrize("key", [b"", bytes(16), bytes(33)])
async def test_a_data_key_has_32_bytes(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        await sealed(b"x", key=key)


async def test_streams_of_one_key_differ() -> None:
    first, second = await sealed(some(100), seed="1"), await sealed(some(100), seed="2")
    assert first[-100:] != second[-100:]
    assert await opened(first) == await opened(second)


async def test_another_key_or_place_opens_nothing() -> None:
    blob = await sealed(some(10))
    for key, place in (
        (bytes(32), PLACE),
        (KEY, part_context("a" * 26, 2)),
        (KEY, part_context("b" * 26, 1)),
        (KEY, b""),
    ):
        with pytest.raises(Unsealable, match="another key or for another place"):
            await opened(blob, key=key, place=place)


@pytest.mark.parametrize("byte", range(HEADER + 6 + TAG))
async def test_a_change_of_any_byte_shows(byte: int) -> None:
    blob = bytearray(await sealed(b"plain!"))
    blob[byte] ^= 1
    with pytest.raises(Unsealable):
        await opened(bytes(blob))


def _swap(blob: bytes) -> bytes:
    first, second = blob[HEADER : HEADER + WHOLE], blob[HEADER + WHOLE : HEADER + 2 * WHOLE]
    return blob[:HEADER] + second + first + blob[HEADER + 2 * WHOLE :]


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda blob: b"",
    "within the header": lambda blob: blob[: HEADER - 1],
    "header alone": lambda blob: blob[:HEADER],
    "within the first chunk": lambda blob: blob[: HEADER + 1000],
    "after the first chunk": lambda blob: blob[: HEADER + WHOLE],
    "after the second chunk": lambda blob: blob[: HEADER + 2 * WHOLE],
    "all but the last byte": lambda blob: blob[:-1],
    "all but the last chunk": lambda blob: blob[: HEADER + 3 * WHOLE],
    "a byte more": lambda blob: blob + b"x",
    "a chunk more": lambda blob: blob + blob[HEADER : HEADER + WHOLE],
    "the first chunk missing": lambda blob: blob[:HEADER] + blob[HEADER + WHOLE :],
    "two chunks swapped": _swap,
    "a chunk twice": lambda blob: blob[: HEADER + WHOLE] + blob[HEADER:],
    "the last chunk first": lambda blob: blob[:HEADER] + blob[HEADER + 3 * WHOLE :],
    "sealed twice": lambda blob: blob[:HEADER] + blob,
    "noise": lambda blob: some(len(blob)),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
async def test_what_is_not_as_it_was_sealed_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    blob = spoil(await sealed(some(3 * CHUNK + 50)))
    for stop in (None, 4 * CHUNK):
        with pytest.raises(Unsealable):
            await opened(blob, 0, stop)


async def test_a_range_that_reaches_the_cut_is_refused() -> None:
    blob = (await sealed(some(3 * CHUNK + 50)))[: HEADER + 2 * WHOLE]
    assert await opened(blob, CHUNK, 2 * CHUNK) == some(2 * CHUNK)[CHUNK:]
    for start, stop in ((0, 2 * CHUNK + 1), (2 * CHUNK, None), (2 * CHUNK + 10, 2 * CHUNK + 20)):
        with pytest.raises(Unsealable, match="ends before chunk 2"):
            await opened(blob, start, stop)


async def test_a_chunk_of_another_stream_of_the_same_key_is_refused() -> None:
    mine, other = await sealed(some(2 * CHUNK)), await sealed(some(2 * CHUNK), seed="2")
    with pytest.raises(Unsealable, match="chunk 1 "):
        await opened(mine[: HEADER + WHOLE] + other[HEADER + WHOLE :])


async def test_what_comes_before_a_change_is_given_and_no_more() -> None:
    blob = bytearray(await sealed(some(3 * CHUNK)))
    blob[HEADER + WHOLE + 7] ^= 128
    store, found = Store(bytes(blob)), bytearray()
    with pytest.raises(Unsealable, match="chunk 1 "):
        async for piece in chunks.open(KEY, PLACE, store.read):
            found += piece
    assert found == some(CHUNK)


@pytest.mark.parametrize("size", [0, chunks.MAX_CHUNK + 1, 2**32 - 1])
async def test_a_chunk_size_out_of_bounds_reserves_no_memory(size: int) -> None:
    blob = await sealed(b"x")
    with pytest.raises(Unsealable, match="out of bounds"):
        await opened(blob[:4] + size.to_bytes(4, "big") + blob[8:])


async def test_an_unknown_format_says_so() -> None:
    with pytest.raises(Unsealable, match="unknown format"):
        await opened(b"RKC\x02" + (await sealed(b"x"))[4:])


async def test_an_error_of_the_source_goes_through() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * CHUNK
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        _ = [piece async for piece in chunks.seal(KEY, PLACE, broken(), FakeRandom())]


@pytest.mark.parametrize("case", GOLDEN.values(), ids=GOLDEN.keys())
async def test_streams_of_format_1_stay_readable(case: dict[str, str]) -> None:
    key, place, plain, blob = bytes.fromhex(case["key"]), case["context"].encode(), case["plain"], case["sealed"]
    assert (await opened(bytes.fromhex(blob), key=key, place=place)).hex() == plain
    assert _opened_by_the_book(bytes.fromhex(blob), key, place).hex() == plain


def _opened_by_the_book(blob: bytes, key: bytes, place: bytes) -> bytes:
    """The stream, opened with nothing but the text at the head of chunks.py and RFC 5869."""
    chunk, salt, commitment = int.from_bytes(blob[4:8], "big"), blob[8:40], blob[40:72]
    info = b"renkei chunks AES-256-GCM\0" + b"RKC\1" + chunk.to_bytes(4, "big") + place
    prk = hmac.digest(salt, key, "sha256")
    made, block = b"", b""
    for number in (1, 2, 3):
        block = hmac.digest(prk, block + info + bytes((number,)), "sha256")
        made += block
    assert made[44:76] == commitment
    first, plain = int.from_bytes(made[32:44], "big"), b""
    for number, at in enumerate(range(72, len(blob), chunk + 16)):
        nonce = (first ^ number).to_bytes(12, "big")
        plain += AESGCM(made[:32]).decrypt(nonce, blob[at : at + chunk + 16], None)
    return plain
