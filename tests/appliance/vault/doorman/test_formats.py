# SPDX-License-Identifier: Apache-2.0
"""A document is what its ending says."""

import pytest

from appliance.model.problems import Rule
from appliance.model.words import Format
from appliance.vault.doorman.formats import fault_of, format_of
from tests.appliance.vault.doorman.making import plain_zip, small_pdf


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.pdf", Format.PDF),
        ("A.PDF", Format.PDF),
        ("a.csv", Format.CSV),
        ("a.b.xlsx", Format.XLSX),
        ("pdf", Format.PDF),
    ],
)
def test_the_ending_tells(name: str, format: Format) -> None:
    assert format_of(name) is format


@pytest.mark.parametrize("name", ["", "a", "a.exe", "a.pdf.exe", "a.pdf ", "a.xlsm", "a.ｐｄｆ"])
def test_other_endings_are_none(name: str) -> None:
    assert format_of(name) is None


def test_each_format_has_its_check() -> None:
    assert {format: fault_of(b"\0", format) for format in Format} == {
        Format.PDF: Rule.PDF_NONE,
        Format.CSV: Rule.CSV_NONE,
        Format.XLSX: Rule.XLSX_NONE,
    }
    assert fault_of(small_pdf(), Format.PDF) is None
    assert fault_of(b"a,b\n", Format.CSV) is None


@pytest.mark.parametrize("format", Format)
def test_nothing_is_no_document(format: Format) -> None:
    assert fault_of(b"", format) is Rule.CONTENT_EMPTY


def test_an_archive_in_disguise_is_called_one() -> None:
    archive = plain_zip({"a.pdf": small_pdf()})
    assert fault_of(archive, Format.PDF) is fault_of(archive, Format.CSV) is Rule.ENTRY_ARCHIVE
    assert fault_of(archive, Format.XLSX) is Rule.XLSX_NONE
