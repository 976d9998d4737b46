# SPDX-License-Identifier: Apache-2.0
"""A workbook has its parts, whole, and no macros."""

import random
import zipfile

import pytest

from appliance.model.problems import Rule
from appliance.vault.doorman.xlsx import MOST_PARTS, fault_of_xlsx
from tests.appliance.vault.doorman.lying import Part, lying_zip
from tests.appliance.vault.doorman.making import TYPES, WORKBOOK, aes_zip, plain_zip, workbook

NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_workbook_is_one(method: int) -> None:
    assert fault_of_xlsx(plain_zip(WORKBOOK, method)) is None
    assert fault_of_xlsx(plain_zip(dict(reversed(WORKBOOK.items())))) is None
    large = random.Random(1).randbytes(1_500_000)
    assert fault_of_xlsx(workbook({"xl/media/picture.png": large})) is None
    assert fault_of_xlsx(workbook({"xl/embeddings/oleObject1.bin": OLE + bytes(100)})) is None


@pytest.mark.parametrize("part", WORKBOOK)
def test_it_needs_two_of_its_parts(part: str) -> None:
    less = {name: content for name, content in WORKBOOK.items() if name != part}
    assert fault_of_xlsx(plain_zip(less)) is (Rule.XLSX_NONE if part in NEEDED else None)


@pytest.mark.parametrize("content", [b"x", b"PK\3\4", b"<html>", plain_zip({}), OLE + bytes(600)])
def test_what_is_none_is_refused(content: bytes) -> None:
    assert fault_of_xlsx(content) is Rule.XLSX_NONE


def test_one_that_is_locked_is_told_as_such() -> None:
    assert fault_of_xlsx(OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le")) is Rule.XLSX_ENCRYPTED
    assert fault_of_xlsx(aes_zip(WORKBOOK)) is Rule.XLSX_NONE


@pytest.mark.parametrize(
    "more",
    [
        {"xl/vbaProject.bin": b"x"},
        {"xl/VBAPROJECT.BIN": b"x"},
        {"xl/vbaData.xml": b"x"},
        {"xl/macrosheets/sheet1.xml": b"x"},
        {"xl/other.bin": OLE + "_VBA_PROJECT".encode("utf-16-le")},
        {"[Content_Types].xml": TYPES.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")},
        {"[Content_Types].xml": TYPES.replace(b"</Types>", b'<Override ContentType="x.vbaProject"/></Types>')},
    ],
)
def test_macros_are_found(more: dict[str, bytes]) -> None:
    assert fault_of_xlsx(workbook(more)) is Rule.XLSX_MACROS


@pytest.mark.parametrize(
    "types",
    [
        b"",
        b"<Types/>",
        TYPES.decode().encode("utf-16"),
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + TYPES,
        TYPES.replace(b"main", b"m&#97;in"),
    ],
)
def test_a_list_of_types_that_says_nothing_or_says_it_otherwise_is_refused(types: bytes) -> None:
    assert fault_of_xlsx(workbook({"[Content_Types].xml": types})) is Rule.XLSX_NONE


@pytest.mark.parametrize(
    "name", ["../evil", "/xl/x", "xl\\x", "C:x", "xl/con.xml", "xl/a.zip", "xl/a\u202e.xml", "XL/WORKBOOK.XML"]
)
def test_a_name_that_is_a_trap_is_refused(name: str) -> None:
    assert fault_of_xlsx(workbook({name: b"x"})) is Rule.XLSX_NONE


def test_a_container_that_is_unsound_is_refused() -> None:
    sound = plain_zip(WORKBOOK)
    assert fault_of_xlsx(sound + b"x") is Rule.XLSX_NONE
    assert fault_of_xlsx(sound[:-1]) is Rule.XLSX_NONE
    at = sound.index(WORKBOOK["xl/workbook.xml"]) if WORKBOOK["xl/workbook.xml"] in sound else 80
    assert fault_of_xlsx(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :]) is Rule.XLSX_NONE
    assert fault_of_xlsx(workbook({"xl/media/a.bin": bytes(2_000_000)})) is Rule.XLSX_NONE, "a bomb"
    link = Part(name=b"xl/link", attributes=0o120777 << 16)
    assert fault_of_xlsx(lying_zip(*_parts(), link)) is Rule.XLSX_NONE


def _parts() -> list[Part]:
    return [Part(name=name.encode(), content=content) for name, content in WORKBOOK.items()]


def test_it_may_have_many_parts_but_not_any_number() -> None:
    many = {f"xl/worksheets/sheet{number}.xml": b"<x/>" for number in range(2, 200)}
    assert fault_of_xlsx(workbook(many)) is None
    parts = [Part(name=b"xl/%d.xml" % number, content=b"") for number in range(MOST_PARTS)]
    assert fault_of_xlsx(lying_zip(*_parts(), *parts)) is Rule.XLSX_NONE
