# SPDX-License-Identifier: Apache-2.0
"""One part while it arrives: exactly as long as was said, and a PDF from its first bytes on."""

import hashlib

import pytest

from appliance.link.refusals import Refused, Why
from appliance.vault.documents.arriving import HEAD, Arriving
from tests.appliance.vault.world import stream_of


def arriving(content: bytes, step: int, expected: int | None = None, shows_pdf: bool = True) -> Arriving:
    pieces = [content[at : at + step] for at in range(0, len(content), step)]
    size = len(content) if expected is None else expected
    return Arriving(stream_of(*pieces), size, hashlib.sha256(), shows_pdf)


async def text_of_refusal(stream: Arriving) -> str:
    with pytest.raises(Refused) as caught:
        async for _ in stream.pieces():
            pass
    assert stream.refusal is caught.value
    return caught.value.text


@pytest.mark.parametrize("step", [1, 7, 1_000])
async def test_what_comes_passes_and_is_hashed(step: int) -> None:
    content = b"%PDF-1.7 " + bytes(500)
    stream = arriving(content, step)
    assert b"".join([piece async for piece in stream.pieces()]) == content
    assert (stream.size, stream.refusal) == (len(content), None)
    assert stream.hash.digest() == hashlib.sha256(content).digest()


@pytest.mark.parametrize("step", [1, 7, HEAD - 1, HEAD, HEAD + 1, 5_000])
@pytest.mark.parametrize(("at", "is_pdf"), [(0, True), (HEAD - 5, True), (HEAD - 4, False), (HEAD + 100, False)])
async def test_the_magic_stands_within_the_first_bytes(step: int, at: int, is_pdf: bool) -> None:
    stream = arriving(b"%" * at + b"%PDF-1.7" + bytes(3_000), step)
    if is_pdf:
        assert [piece async for piece in stream.pieces()]
    else:
        assert await text_of_refusal(stream) == "upload.not_pdf"


async def test_a_magic_at_the_beginning_of_a_later_piece_is_none() -> None:
    pieces = (bytes(100_000), b"%PDF-1.7")
    stream = Arriving(stream_of(*pieces), 100_008, hashlib.sha256(), True)
    assert await text_of_refusal(stream) == "upload.not_pdf"


async def test_what_is_no_pdf_is_refused_before_the_rest_comes() -> None:
    stream = arriving(bytes(100_000), 2_000)
    assert await text_of_refusal(stream) == "upload.not_pdf"
    assert stream.size == 2_000


async def test_a_later_part_needs_no_magic() -> None:
    assert [piece async for piece in arriving(bytes(10), 3, shows_pdf=False).pieces()]


@pytest.mark.parametrize("shows_pdf", [True, False])
@pytest.mark.parametrize("step", [1, 1_000])
async def test_too_much_is_noticed_before_it_is_passed_on(step: int, shows_pdf: bool) -> None:
    stream = arriving(b"%PDF-1.7" + bytes(100), step, expected=50, shows_pdf=shows_pdf)
    passed = 0
    with pytest.raises(Refused) as caught:
        async for piece in stream.pieces():
            passed += len(piece)
    assert (caught.value.why, caught.value.text) == (Why.TOO_LARGE, "upload.part_size")
    assert passed <= 50


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%P"])
async def test_too_little_was_cut(content: bytes) -> None:
    assert await text_of_refusal(arriving(content, 3, expected=50)) == "upload.cut"


async def test_too_short_for_a_magic_is_no_pdf() -> None:
    assert await text_of_refusal(arriving(b"%PDF", 3)) == "upload.not_pdf"
