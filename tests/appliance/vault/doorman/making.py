# SPDX-License-Identifier: Apache-2.0
"""ZIPs and documents for the doorman: sound ones, and the streams in which they come."""

import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from typing import Any

from pyzipper import WZ_AES, AESZipFile

from appliance.model.words import Format
from appliance.vault.doorman.asked import Asked

PASSWORD = "Himitsu-2026"
NAME = "20240524_0123_資格取得届.pdf"
CSV_NAME = "20240524_0123_資格取得届.csv"
ANY = frozenset(Format)


def small_pdf(text: str = "x") -> bytes:
    """The smallest thing that is a PDF, with a comment of its own."""
    body = f"%PDF-1.4\n%{text}\n1 0 obj\n<< /Type /Catalog >>\nendobj\n".encode()
    table = b"xref\n0 2\n0000000000 65535 f \n0000000011 00000 n \n"
    return body + table + b"trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def aes_zip(contents: Mapping[str, bytes], password: str = PASSWORD, *, bits: int = 256, method: int = 8) -> bytes:
    """A ZIP as pyzipper makes it."""
    made = io.BytesIO()
    with AESZipFile(made, "w", method, encryption=WZ_AES, encryption_kwargs={"nbits": bits}) as package:
        package.setpassword(password.encode())
        for name, content in contents.items():
            package.writestr(name, content)
    return made.getvalue()


def plain_zip(contents: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP as Python makes it, not locked."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as package:
        for name, content in contents.items():
            package.writestr(zipfile.ZipInfo(name, (2024, 5, 24, 0, 0, 0)), content, method)
    return made.getvalue()


def asked_of(package: bytes, *, name: str = "a.zip", password: str = PASSWORD, **more: Any) -> Asked:
    """A question about the package that has nothing against any format."""
    return Asked(name, len(package), password=password, **{"formats": ANY, **more})


async def pieces(package: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    """The package as it comes from the store."""
    for at in range(0, len(package), size):
        yield package[at : at + size]


_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types><Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/></Types>""".encode()
WORKBOOK = {
    "[Content_Types].xml": TYPES,
    "_rels/.rels": b"<Relationships/>",
    "xl/workbook.xml": b'<workbook><sheets><sheet name="1"/></sheets></workbook>',
    "xl/worksheets/sheet1.xml": b"<worksheet><sheetData/></worksheet>",
}


def workbook(more: Mapping[str, bytes]) -> bytes:
    """A small workbook with other parts, or parts that are otherwise."""
    return plain_zip({**WORKBOOK, **more})
