# SPDX-License-Identifier: Apache-2.0
"""Forms as offices really make them: by LibreOffice, with notes and furigana, in ZIPs of 7-Zip; and bad ones."""

import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.model.problems import Rule
from appliance.model.registration import FormRule
from tests.appliance.model.test_registration import HEADINGS, NOTES
from tests.appliance.vault.doorman.books import book_of, with_parts
from tests.appliance.vault.intake.forms import confirm, form, name_of, read, row_of, take_in
from tests.appliance.vault.world import Person

GOLDEN = Path(__file__).parents[3] / "golden"
PASSWORD = "Touroku-2026"
TYPED = {
    "entered_on": "2026-05-26",
    "office_number": "123",
    "name_kanji": "基金 太郎",
    "name_kana": "キキン　タロウ",
    "mail": "taro@office.example.jp",
    "user_id": "kikinT001",
    "office_name": "連携商事",
    "seats": "2",
}
BOMB = b"""<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&d;</t></si></sst>"""


async def reads_as_typed(clerk: Person, content: bytes) -> str:
    """The id of the registration in a ZIP, which says what the office has typed."""
    taken = await take_in(clerk, content, "登録届.zip", PASSWORD)
    found = await read(clerk, taken.registration)
    assert {cell.name: cell.read for cell in found.cells} == TYPED
    assert (found.row.file_name, found.problems, found.notices) == (name_of(), (), ())
    return taken.registration


@pytest.mark.parametrize("name", ["registration-aes.zip", "registration-zipcrypto.zip"])
async def test_what_an_office_has_sent_becomes_its_contract(clerk: Person, name: str) -> None:
    """T10 to T12: notes are no data, furigana no names, and the name of the file is readable."""
    content = (GOLDEN / name).read_bytes()
    assert name_of().encode("cp932") in content and name_of().encode() not in content
    registration = await reads_as_typed(clerk, content)
    assert [row.text for row in await confirm(clerk, registration)] == [""]


@pytest.fixture(params=["AES256", "ZipCrypto"])
def fresh(tmp_path: Path, program: Callable[[str], str], request: pytest.FixtureRequest) -> bytes:
    """The same, made now. 7-Zip of Linux writes no cp932: a name as long as that is put in its place."""
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = [program("soffice"), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*words, str(GOLDEN / "registration.fods")], check=True, capture_output=True)
    raw = name_of().encode("cp932")
    stand_in = "x" * len(raw)
    (tmp_path / "registration.xlsx").rename(tmp_path / stand_in)
    pack = [program("7zz"), "a", "-tzip", f"-mem={request.param}", f"-p{PASSWORD}", "made.zip", stand_in]
    subprocess.run(pack, cwd=tmp_path, check=True, capture_output=True)
    return (tmp_path / "made.zip").read_bytes().replace(stand_in.encode(), raw)


@pytest.mark.lab
async def test_so_does_what_these_programs_make_today(clerk: Person, fresh: bytes) -> None:
    await reads_as_typed(clerk, fresh)


# --- bad ones, the whole way --------------------------------------------------------------------------------------


def changed_row(field: str, typed: object) -> tuple[object, ...]:
    """Row 2 with another value in one cell."""
    return tuple((dict(zip(TYPED, row_of(), strict=True)) | {field: typed}).values())


async def problems(clerk: Person, content: bytes) -> list[tuple[str, FormRule]]:
    """What is told of a form, and at which cells."""
    found = await read(clerk, (await take_in(clerk, content)).registration)
    return [(one.finding.cell, one.finding.rule) for one in found.problems]


@pytest.mark.parametrize(
    ("changed", "cell", "rule"),
    [
        ({"name_kana": "キキンタロウ"}, "D2", FormRule.KANA_BLANK),
        ({"name_kana": "基金 タロウ"}, "D2", FormRule.KANA_SIGNS),
        ({"name_kana": "ア" * 25 + " " + "イ" * 25}, "D2", FormRule.KANA_LENGTH),
        ({"name_kanji": "山" * 51}, "C2", FormRule.NAME_LENGTH),
        ({"seats": 4}, "H2", FormRule.SEATS_CONSULT),
        ({"seats": 0}, "H2", FormRule.SEATS),
        ({"user_id": "kikin_T01"}, "F2", FormRule.USER_ID),
        ({"user_id": "kikinT1"}, "F2", FormRule.USER_ID),
        ({"user_id": "k" * 16}, "F2", FormRule.USER_ID),
        ({"user_id": "ｋｉｋｉｎＴ００１"}, "F2", FormRule.USER_ID_WIDTH),
        ({"office_number": 0}, "B2", FormRule.OFFICE_NUMBER),
        ({"office_number": 1_000_000}, "B2", FormRule.OFFICE_NUMBER),
        ({"office_number": 124}, "B2", FormRule.FILE_NAME_OTHER),
        ({"entered_on": "2024/2/30"}, "A2", FormRule.DAY),
        ({"entered_on": "=TODAY()"}, "A2", FormRule.FORMULA),
        ({"mail": "#N/A"}, "E2", FormRule.ERROR),
        ({"office_name": None}, "G2", FormRule.EMPTY),
    ],
)
async def test_each_fault_stands_at_its_cell(
    clerk: Person, changed: dict[str, object], cell: str, rule: FormRule
) -> None:
    [(field, typed)] = changed.items()
    assert await problems(clerk, book_of([HEADINGS, changed_row(field, typed), *NOTES])) == [(cell, rule)]


async def test_merged_cells_and_a_second_registration_are_told(clerk: Person) -> None:
    assert ("C2", FormRule.MERGED) in await problems(clerk, book_of([HEADINGS, row_of()], merged="C2:D2"))
    assert await problems(clerk, book_of([HEADINGS, row_of(), row_of(124)])) == [("A3", FormRule.ROW_MORE)]


@pytest.mark.parametrize(
    ("field", "typed", "kept", "is_told"),
    [
        ("name_kana", "ｷｷﾝ ﾀﾛｳ", "キキン　タロウ", True),
        ("name_kana", "ききん たろう", "キキン　タロウ", True),
        ("name_kanji", "髙﨑 太郎", "髙﨑 太郎", False),
        ("name_kanji", "𠮷田 太郎", "𠮷田 太郎", True),
        ("office_name", "㈱連携", "㈱連携", False),
        ("office_name", "葛\U000e0100城商事", "葛\U000e0100城商事", True),
        ("user_id", "KIKINT001", "KIKINT001", False),
        ("entered_on", dt.date(2026, 5, 26), "2026-05-26", False),
        ("seats", "３", "3", True),
    ],
)
async def test_what_can_be_kept_is_kept_as_typed_with_a_notice_at_most(
    clerk: Person, field: str, typed: object, kept: str, is_told: bool
) -> None:
    found = await read(clerk, (await take_in(clerk, book_of([HEADINGS, changed_row(field, typed)]))).registration)
    assert found.problems == ()
    assert {cell.name: cell.read for cell in found.cells}[field] == kept
    assert bool(found.notices) is is_told


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
async def test_a_csv_is_as_good(clerk: Person, encoding: str) -> None:
    rows = [HEADINGS, ("2026/5/26", *map(str, row_of()[1:])), *NOTES]
    content = "\r\n".join(",".join(map(str, row)) for row in rows).encode(encoding)
    taken = await take_in(clerk, content, name_of().replace("xlsx", "csv"))
    assert (taken.faults, (await read(clerk, taken.registration)).notices) == (0, ())


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (with_parts(form(), {"xl/worksheets/sheet1.xml": BOMB}), Rule.XLSX_NONE),
        (with_parts(form(), {"xl/vbaProject.bin": b"x"}), Rule.XLSX_MACROS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), Rule.XLSX_ENCRYPTED),
    ],
)
async def test_what_is_no_harmless_workbook_is_refused(clerk: Person, content: bytes, rule: Rule) -> None:
    taken = await take_in(clerk, content)
    assert not taken.registration
    assert [one.rule for one in taken.problems] in ([rule], [Rule.XLSX_NONE])
