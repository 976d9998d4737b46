# SPDX-License-Identifier: Apache-2.0
"""Sheets: cells by their names, and nothing where nothing is."""

import pytest

from appliance.model.sheets import NOTHING, Cell, CellKind, Sheet, cell_name

SHEET = Sheet(((Cell("a"), Cell(" \u3000")), (), (Cell("", CellKind.MERGED), Cell("1", CellKind.NUMBER))))


@pytest.mark.parametrize(
    ("row", "column", "cell"), [(1, 1, Cell("a")), (1, 3, NOTHING), (2, 1, NOTHING), (4, 1, NOTHING)]
)
def test_a_cell_is_found_by_row_and_column(row: int, column: int, cell: Cell) -> None:
    assert SHEET.cell(row, column) == cell


@pytest.mark.parametrize(("row", "filled"), [(1, 1), (2, 0), (3, 2), (4, 0)])
def test_blanks_fill_nothing(row: int, filled: int) -> None:
    assert SHEET.filled(row) == filled


def test_cells_are_named_as_in_a_spreadsheet() -> None:
    assert [cell_name(2, 1), cell_name(10, 8), cell_name(1, 26)] == ["A2", "H10", "Z1"]
