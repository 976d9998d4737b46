# SPDX-License-Identifier: Apache-2.0
"""Documents of S3 are read with limits, and what is no such document is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_blobs_s3 import documents
from renkei_blobs_s3.documents import Kept

from appliance.contracts.blobs import BlobError
from appliance.model.time import SECOND

SPACE = 'xmlns="urn:s3"'
ENTRY = "<Contents><Key>{}</Key><Size>5</Size><LastModified>1970-01-01T00:00:01.500Z</LastModified></Contents>"


def page(*entries: str, more: str = "") -> bytes:
    truncated = "true" if more else "false"
    return f"<R {SPACE}><IsTruncated>{truncated}</IsTruncated>{more}{''.join(entries)}</R>".encode()


def test_objects_with_their_times_and_sizes() -> None:
    found = documents.objects(page(ENTRY.format("a"), ENTRY.format("b &amp; c")))
    assert found.kept == [Kept("a", 5, 1500), Kept("b & c", 5, 1500)]
    assert found.more == ()


def test_the_next_page_begins_where_the_server_says() -> None:
    found = documents.objects(page(ENTRY.format("a"), more="<NextContinuationToken>t/1=</NextContinuationToken>"))
    assert found.more == (("continuation-token", "t/1="),)


def test_versions_and_markers_in_the_order_of_the_server() -> None:
    version = "<Version><Key>k</Key><VersionId>2</VersionId><Size>7</Size><LastModified>1970-01-01T00:00:01Z"
    marker = "<DeleteMarker><Key>k</Key><VersionId>3</VersionId><LastModified>1970-01-01T00:00:02+00:00"
    more = "<NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>2</NextVersionIdMarker>"
    document = page(marker + "</LastModified></DeleteMarker>", version + "</LastModified></Version>", more=more)
    found = documents.versions(document)
    assert found.kept == [Kept("k", 0, 2 * SECOND, "3", marker=True), Kept("k", 7, SECOND, "2")]
    assert found.more == (("key-marker", "k"), ("version-id-marker", "2"))


BILLION = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><R><Code>&b;</Code></R>'
NO_DOCUMENTS = {
    "nothing": b"",
    "text": b"no",
    "open": b"<R>",
    "entities": BILLION,
    "utf-16": "<!DOCTYPE x><R/>".encode("utf-16"),
    "bytes": b"\xff\xfe\x00",
    "huge": b"<R>" + b" " * documents.MAX_BYTES + b"</R>",
}


@pytest.mark.parametrize("document", NO_DOCUMENTS.values(), ids=NO_DOCUMENTS)
def test_what_is_no_document_is_refused(document: bytes) -> None:
    for read in (documents.objects, documents.versions, lambda text: documents.value(text, "Code")):
        with pytest.raises(BlobError, match="S3 answered with"):
            read(document)
    assert documents.code(document) == ""


TIME = "<LastModified>1970-01-01T00:00:01Z</LastModified>"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (TIME, "a size that is none"),
        (f"<Size>many</Size>{TIME}", "a size that is none"),
        (f"<Size>-5</Size>{TIME}", "a size that is none"),
        (f"<Size>{'9' * 5000}</Size>{TIME}", "a size that is none"),
        ("<Size>5</Size>", "a time that is none"),
        ("<Size>5</Size><LastModified>yesterday</LastModified>", "a time that is none"),
        ("<Size>5</Size><LastModified>1970-01-01T00:00:01</LastModified>", "a time that is none"),
    ],
)
def test_an_object_without_time_or_size_is_refused(wrong: str, said: str) -> None:
    with pytest.raises(BlobError, match=said):
        documents.objects(page(f"<Contents><Key>a</Key>{wrong}</Contents>"))


def test_a_list_that_breaks_off_is_not_taken_for_its_end() -> None:
    document = page(ENTRY.format("a"), more="<Other/>")
    for read in (documents.objects, documents.versions):
        with pytest.raises(BlobError, match="not where it goes on"):
            read(document)


@given(st.binary(max_size=200))
def test_nothing_breaks_the_reader_of_codes(document: bytes) -> None:
    assert len(documents.code(document)) <= 64


@pytest.mark.parametrize(
    ("text", "found"),
    [("SlowDown", "SlowDown"), ("a b", ""), ("x" * 65, ""), ("", ""), ("<Code>inner</Code>", "")],
)
def test_only_a_code_is_a_code(text: str, found: str) -> None:
    document = f"<Error><Code>{text}</Code><Message>secret</Message></Error>".encode()
    assert documents.code(document) == found
