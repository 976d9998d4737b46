# SPDX-License-Identifier: Apache-2.0
"""A body is the bytes that came, however they came, as often as it is sent."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_blobs_s3.body import PIECE, Proof, collected

from appliance.contracts.blobs import MAX_BLOB, BlobError, BlobTooLarge
from appliance.testing.blobs_suite import cut, pieces


@given(st.lists(st.sampled_from([b"", b"a", b"bc" * 9, b"d" * (PIECE - 1), b"e" * PIECE, b"f" * (PIECE + 1)])))
async def test_it_is_sent_as_it_came_and_can_be_sent_again(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    body = await collected(pieces(*chunks))
    for _ in range(2):
        sent = [piece async for piece in body]
        assert b"".join(sent) == whole
        assert all(sent)
    assert body.size == len(whole)
    assert body.sha256 == hashlib.sha256(whole).hexdigest()
    assert base64.b64decode(body.checksum).hex() == body.sha256


async def test_many_tiny_chunks_are_few_pieces() -> None:
    body = await collected(pieces(*[b"x" * 100] * 10_000))
    assert len([piece async for piece in body]) == 1_000_000 // PIECE + 1


async def test_the_largest_blob_fits_and_one_byte_more_does_not() -> None:
    assert (await collected(pieces(*[bytes(MAX_BLOB // 4)] * 4))).size == MAX_BLOB
    with pytest.raises(BlobTooLarge, match=f"at most {MAX_BLOB} bytes"):
        await collected(pieces(bytes(MAX_BLOB), b"x"))


async def test_a_source_that_breaks_is_heard() -> None:
    with pytest.raises(ConnectionResetError):
        await collected(cut(b"x"))


def test_a_proof_compares_all_pieces_with_what_was_saved() -> None:
    wanted = hashlib.sha256(b"onetwo").hexdigest()
    good, bad, silent = Proof("id", wanted), Proof("id", wanted), Proof("id", "")
    for proof in (good, bad, silent):
        proof.update(b"one")
    good.end_with(b"two")
    silent.end_with(b"three")
    with pytest.raises(BlobError, match="blob id came back changed"):
        bad.end_with(b"tw0")
