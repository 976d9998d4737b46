# SPDX-License-Identifier: Apache-2.0
"""CSV: what is written comes back the same, or it is told which cell does not."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.csv_text import BOM, CP932, ENCODINGS, SUBSTITUTE, UTF_8, CsvText, Replaced

SELECTORS = {*map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0))}
ROWS = st.lists(
    st.lists(st.text() | st.text("葛辻𠮷\ufe00\U000e0100"), min_size=1, max_size=5), min_size=1, max_size=5
)


def written(table: CsvText, *rows: list[str]) -> bytes:
    return b"".join(table.row(row) for row in rows)


def read(data: bytes, encoding: str) -> list[list[str]]:
    text = data.decode("utf-8-sig" if encoding == UTF_8 else encoding)
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_every_cell_is_quoted_and_every_row_ends_in_crlf() -> None:
    assert written(CsvText(), ["番号", "名"], ["000123", 'a"b,c']) == BOM + (
        '"番号","名"\r\n"000123","a""b,c"\r\n'.encode()
    )


def test_cp932_has_no_bom_and_carries_what_windows_writes() -> None:
    table = CsvText(CP932)
    assert written(table, ["髙﨑①㈱～－ｱ"]).decode(CP932) == '"髙﨑①㈱～－ｱ"\r\n'
    assert table.replaced == []


@pytest.mark.parametrize("sign", ["𠮷", "㋿", "é", "—", "✓", "¥", "〜", "−", "‖", "\u3099", "🙂"])
def test_what_cp932_cannot_carry_is_told_and_never_becomes_a_question_mark(sign: str) -> None:
    table = CsvText(CP932)
    assert b"?" not in written(table, ["氏名", "備考"], ["a", f"x{sign}y"])
    assert table.replaced == [Replaced(2, 2, sign)]
    assert read(CsvText(CP932).row([f"x{sign}y"]), CP932) == [[f"x{SUBSTITUTE}y"]]


@pytest.mark.parametrize("selector", ["\ufe00", "\ufe0f", "\U000e0100", "\U000e01ef"])
def test_a_kanji_whose_shape_cp932_cannot_ask_for_is_that_kanji(selector: str) -> None:
    """It is the same kanji in a core system, and not a name of one sign more; what was left out is told."""
    table = CsvText(CP932)
    assert read(table.row([f"葛{selector}城"]), CP932) == [["葛城"]]
    assert table.replaced == [Replaced(1, 1, selector)]
    assert read(CsvText().row([f"葛{selector}城"]), UTF_8) == [[f"葛{selector}城"]]


def test_half_a_surrogate_is_no_text_in_any_encoding() -> None:
    for encoding in ENCODINGS:
        table = CsvText(encoding)
        assert read(table.row(["a\ud842"]), encoding) == [["a" + SUBSTITUTE]]
        assert table.replaced == [Replaced(1, 1, "\ud842")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_formulas_are_harmless_for_people_and_exact_for_machines(encoding: str, start: str) -> None:
    cell = start + "1+1"
    assert read(CsvText(encoding, for_people=True).row([cell, "1-1"]), encoding) == [["'" + cell, "1-1"]]
    assert read(CsvText(encoding).row([cell, "1-1"]), encoding) == [[cell, "1-1"]]


def test_an_encoding_that_nobody_agreed_on_is_refused() -> None:
    with pytest.raises(ValueError, match="shift_jis"):
        CsvText("shift_jis")


@given(ROWS)
def test_utf_8_gives_back_every_cell(rows: list[list[str]]) -> None:
    table = CsvText()
    assert read(written(table, *rows), UTF_8) == rows
    assert table.replaced == []


@given(ROWS)
def test_cp932_gives_back_every_cell_but_what_it_tells_of(rows: list[list[str]]) -> None:
    table = CsvText(CP932)
    got = read(written(table, *rows), CP932)
    assert len(got) == len(rows)
    for number, (row, cells) in enumerate(zip(rows, got, strict=True), 1):
        for column, (sent, came) in enumerate(zip(row, cells, strict=True), 1):
            lost = [one.sign for one in table.replaced if (one.row, one.column) == (number, column)]
            assert lost == [sign for sign in sent if sign in lost]
            stands = {sign: "" if sign in SELECTORS else SUBSTITUTE for sign in lost}
            assert came == "".join(stands.get(sign, sign) for sign in sent)
