# SPDX-License-Identifier: Apache-2.0
"""Archives are known by their bytes."""

import bz2
import gzip
import io
import lzma
import tarfile

import pytest

from appliance.vault.doorman.magic import is_also_archive, is_archive
from tests.appliance.vault.doorman.making import aes_zip, plain_zip, small_pdf


def tar() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return made.getvalue()


ARCHIVES = [
    plain_zip({"a": b"a"}),
    plain_zip({}),
    aes_zip({"a": b"a"}),
    gzip.compress(b"a", mtime=0),
    bz2.compress(b"a"),
    lzma.compress(b"a"),
    tar(),
    b"7z\xbc\xaf\x27\x1c\0\4",
    b"Rar!\x1a\x07\x01\x00",
    b"MSCF\0\0\0\0abc",
    b"\x1a\x3e-lh5-\0\0",
]


@pytest.mark.parametrize("content", ARCHIVES)
def test_archives_are_known(content: bytes) -> None:
    assert is_archive(content)


@pytest.mark.parametrize(
    "content", [b"", b"P", b"PK", small_pdf(), b"a,b\n" * 100, "資格".encode("cp932"), b"BZ,h"]
)
def test_documents_are_none(content: bytes) -> None:
    assert not is_archive(content)
    assert not is_also_archive(content)


def test_something_that_an_archiver_would_find_is_found() -> None:
    for content in (plain_zip({"a": b"a"}), b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x00"):
        assert is_also_archive(small_pdf() + content)
        assert is_also_archive(small_pdf() + content + small_pdf())
    assert is_also_archive(b"%PDF-1.4\n".ljust(257) + b"ustar\0")
    assert is_also_archive(b"%PDF-1.4\n".ljust(32_769) + b"CD001")
