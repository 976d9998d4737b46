# SPDX-License-Identifier: Apache-2.0
"""Workbooks for the doorman: as openpyxl makes them, and with parts of our own."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from openpyxl import Workbook


def book_of(rows: Sequence[Sequence[object]], merged: str = "") -> bytes:
    """A workbook with one sheet of these rows."""
    made, book = io.BytesIO(), Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    book.save(made)
    return made.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook with these parts instead of its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts.get(name) or old.read(name))
    return made.getvalue()
