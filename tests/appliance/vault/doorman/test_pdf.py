# SPDX-License-Identifier: Apache-2.0
"""Real PDFs pass; those that are cut, locked, continued or something else besides do not."""

import re

import pytest

from appliance.model.problems import Rule
from appliance.vault.doorman.pdf import MOST_UPDATES, fault_of_pdf
from tests.appliance.vault.doorman.making import plain_zip, small_pdf
from tests.appliance.vault.doorman.samples import LOCKED_PDFS, PDFS, sample

SOUND = small_pdf()


def updated(content: bytes, extra: bytes = b"", prev: int | None = None) -> bytes:
    """One more version of a document, appended as editors do it."""
    start = int(re.findall(rb"startxref\n(\d+)", content)[-1]) if prev is None else prev
    table = b"xref\n0 1\n0000000000 65535 f \n"
    trailer = b"trailer\n<< /Size 2 /Root 1 0 R /Prev %d %s>>\n" % (start, extra)
    return content + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(content)


def streamed(extra: bytes = b"/Type /XRef ", head: bytes = b"7 0 obj\n") -> bytes:
    """A document whose table is a stream."""
    body = b"%PDF-1.7\n"
    table = head + b"<< " + extra + b"/Root 1 0 R /Length 0 >> stream\n\nendstream endobj\n"
    return body + table + b"startxref\n%d\n%%%%EOF" % len(body)


@pytest.mark.parametrize("name", PDFS)
def test_real_ones_pass(name: str) -> None:
    assert fault_of_pdf(sample(name)) is None


@pytest.mark.parametrize("name", LOCKED_PDFS)
def test_real_ones_with_a_lock_are_told_as_such(name: str) -> None:
    assert fault_of_pdf(sample(name)) is Rule.PDF_ENCRYPTED


@pytest.mark.parametrize("name", PDFS)
def test_real_ones_that_are_cut_do_not_pass(name: str) -> None:
    whole = sample(name)
    found = {fault_of_pdf(whole[: len(whole) * tenth // 10]) for tenth in range(10)}
    assert found <= {Rule.PDF_NONE, Rule.PDF_TRAILING}


@pytest.mark.parametrize("end", [b"", b"\n", b"\r", b"\r\n", b"\n\n"])
def test_line_ends_may_follow(end: bytes) -> None:
    assert fault_of_pdf(SOUND.rstrip() + end) is None


@pytest.mark.parametrize("content", [updated(SOUND), updated(updated(SOUND)), streamed(), updated(SOUND, prev=0)])
def test_updates_and_streams_are_followed(content: bytes) -> None:
    assert fault_of_pdf(content) is None


def test_one_as_word_makes_it_passes() -> None:
    """A stream of the table, the table, and an update that changes nothing and names both."""
    trailer = b"trailer\r\n<</Size 2/Root 1 0 R%s>>\r\nstartxref\r\n%d\r\n%%%%EOF\r\n"
    body = b"%PDF-1.7\r\n9 0 obj\r\n<</Type/XRef/Root 1 0 R/W[1 4 2]>>\r\nstream\r\nx\r\nendstream\r\nendobj\r\n"
    first = body + b"xref\r\n0 1\r\n0000000000 65535 f\r\n" + trailer % (b"", len(body))
    chain = b"/Prev %d/XRefStm 10" % len(body)
    assert fault_of_pdf(first + b"xref\r\n0 0\r\n" + trailer % (chain, len(first))) is None


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4", b"PDF", b"%PDF-3.0" + SOUND[8:], b"%pdf-1.4" + SOUND[8:], b"\n%%EOF"]
)
def test_what_is_none_is_refused(content: bytes) -> None:
    assert fault_of_pdf(content) is Rule.PDF_NONE


@pytest.mark.parametrize("before", [b"\n", b"\xef\xbb\xbf", b"MZ" + bytes(100)])
def test_nothing_precedes(before: bytes) -> None:
    assert fault_of_pdf(before + SOUND) is Rule.PDF_TRAILING


@pytest.mark.parametrize("after", [b"x", b" ", b"\0", b"<script>", bytes(10_000)])
def test_nothing_follows(after: bytes) -> None:
    assert fault_of_pdf(SOUND + after) is Rule.PDF_TRAILING


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"startxref\n", b"startxref\n9"),
        (b"startxref\n", b"startxref\n-"),
        (b"startxref", b"startxxxx"),
        (b"xref\n0 2", b"xxxx\n0 2"),
        (b"trailer", b"trailor"),
        (b"/Root", b"/Boot"),
        (b"<< /Size", b"/Size"),
        (b"1 0 R >>", b"1 0 R  "),
    ],
)
def test_one_whose_parts_cannot_be_found_is_broken(old: bytes, new: bytes) -> None:
    assert fault_of_pdf(SOUND.replace(old, new)) is Rule.PDF_NONE


@pytest.mark.parametrize(
    "content",
    [
        updated(SOUND, prev=10**9),
        updated(SOUND, prev=3),
        updated(SOUND, b"/XRefStm 5 "),
        streamed(b"/Type /Catalog "),
        streamed(head=b"obj\n"),
        SOUND.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev (x)"),
        SOUND.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 99999999999"),
    ],
)
def test_a_chain_that_leads_nowhere_is_broken(content: bytes) -> None:
    assert fault_of_pdf(content) is Rule.PDF_NONE


def test_a_lock_is_seen_in_every_trailer_and_spelling() -> None:
    locked = SOUND.replace(b"/Root", b"/Encrypt 5 0 R /Root")
    assert fault_of_pdf(locked) is Rule.PDF_ENCRYPTED
    assert fault_of_pdf(updated(locked)) is Rule.PDF_ENCRYPTED, "an older one"
    assert fault_of_pdf(SOUND.replace(b"/Root", b"/Encr#79pt 5 0 R /Root")) is Rule.PDF_ENCRYPTED
    assert fault_of_pdf(streamed(b"/Type /XRef /Encrypt << /V 4 >> ")) is Rule.PDF_ENCRYPTED
    assert fault_of_pdf(small_pdf("/Encrypt 5 0 R")) is None, "only a comment"


def test_a_chain_that_goes_in_a_circle_or_on_for_ever_ends() -> None:
    start = int(re.findall(rb"startxref\n(\d+)", SOUND)[-1])
    assert fault_of_pdf(SOUND.replace(b"/Root", b"/Prev %d /Root" % start)) is None
    content = SOUND
    for _ in range(MOST_UPDATES):
        content = updated(content)
    assert fault_of_pdf(content) is Rule.PDF_NONE


def test_what_is_also_an_archive_is_refused() -> None:
    inner = plain_zip({"evil.exe": b"MZ"})
    inside = SOUND.replace(b"%x", b"%" + inner)
    assert fault_of_pdf(inside) is Rule.PDF_POLYGLOT
    reaching_out = inner[:-2] + len(SOUND).to_bytes(2, "little")
    assert fault_of_pdf(SOUND.replace(b"%x", b"%" + reaching_out)) is Rule.PDF_POLYGLOT
    assert fault_of_pdf(SOUND.replace(b"%x", b"%7z\xbc\xaf\x27\x1c")) is Rule.PDF_POLYGLOT


def test_trailers_inside_each_other_are_not_read_again_and_again() -> None:
    """As many trailers as may be, each in an array of the one before: 60 kB that would be read a thousand times."""
    content, start = b"%PDF-1.7\n", 0
    for _ in range(MOST_UPDATES):
        earlier, start = b"/Prev %d" % start if start else b"", len(content)
        content += b"1 0 obj<</Type/XRef/Root 1%s/A[" % earlier
    whole = content + b"[]" * 8_000 + b"]>>" * MOST_UPDATES + b"\nstartxref\n%d\n%%%%EOF\n" % start
    assert fault_of_pdf(whole) is Rule.PDF_NONE
