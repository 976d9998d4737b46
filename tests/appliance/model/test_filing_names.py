# SPDX-License-Identifier: Apache-2.0
"""The names of filings: what is right, what is not, and what the right one would be (R28, T13)."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appliance.model.documents import Catalogue, Direction, DocumentType
from appliance.model.filing_names import ENDINGS, LONGEST, NameJudged, judge_name, proper_name
from appliance.model.problems import Rule


def kind(id: str, name: str, *aliases: str, by_post: bool = False) -> DocumentType:
    return DocumentType(id, name, Direction.TO_FUND, aliases=aliases, by_post=by_post)


ACQUISITION = kind("acquisition", "加入者資格取得届", "資格取得届")
CORRECTION = kind("correction", "加入者に関する訂正（変更）届")
KINDS = (
    ACQUISITION,
    kind("loss", "加入者資格喪失届", "資格喪失届"),
    CORRECTION,
    kind("office_change", "事業所名称・代理人変更届", "事業所変更届"),
    kind("salary_change", "基準給与変更届"),
    kind("estimate", "年金・一時金見込額試算依頼書", by_post=True),
    DocumentType("taken_away", "旧様式届", Direction.TO_FUND, offered=False),
    DocumentType("acquisition_notice", "資格取得通知書", Direction.TO_OFFICE),
)
CATALOGUE = Catalogue({found.id: found for found in KINDS})
DAY = dt.date(2024, 5, 24)
RIGHT = "20240524_0123_資格取得届.pdf"


def judged(name: str) -> NameJudged:
    return judge_name(name, CATALOGUE)


def rules(name: str) -> list[Rule]:
    return [problem.rule for problem in judged(name).problems]


# --- right --------------------------------------------------------------------------------------------------------


def test_the_name_of_the_sources() -> None:
    assert judged(RIGHT) == NameJudged(  # T13
        accepted=True,
        date=DAY,
        office=123,
        form="資格取得届",
        type="acquisition",
        problems=(),
        notices=(),
        suggestion=RIGHT,
    )


@pytest.mark.parametrize(
    ("name", "office", "type"),
    [
        ("20240524_0123_資格取得届", 123, "acquisition"),
        ("20240524_0123_資格取得届.zip", 123, "acquisition"),
        ("20240524_0123_加入者資格取得届.pdf", 123, "acquisition"),  # A52
        ("20240524_0001_資格喪失届.pdf", 1, "loss"),
        ("20240524_9999_資格喪失届.pdf", 9999, "loss"),
        ("20240524_12345_基準給与変更届.pdf", 12345, "salary_change"),  # A4
        ("20240524_999999_事業所名称・代理人変更届.pdf", 999999, "office_change"),
        ("99991231_0123_資格取得届.pdf", 123, "acquisition"),  # there is no clock
    ],
)
def test_a_right_name_is_accepted_as_it_is(name: str, office: int, type: str) -> None:
    found = judged(name)
    assert found.accepted and found.notices == () and found.suggestion == name
    assert (found.office, found.type) == (office, type)


@pytest.mark.parametrize(
    ("name", "right", "notices"),
    [
        ("２０２４０５２４_0123_資格取得届", "20240524_0123_資格取得届", ("width",)),  # T13
        ("20240524＿０１２３＿資格取得届．ｐｄｆ", RIGHT, ("width",)),
        ("20240524_0123_事業所名称･代理人変更届", "20240524_0123_事業所名称・代理人変更届", ("width",)),
        ("20240524_0123_加入者に関する訂正(変更)届", "20240524_0123_加入者に関する訂正(変更)届", ()),
        ("20240524_0123_加入者に関する訂正（変更）届", "20240524_0123_加入者に関する訂正(変更)届", ("width",)),
    ],
)
def test_width_is_normalised_and_told(name: str, right: str, notices: tuple[str, ...]) -> None:
    found = judged(name)
    assert found.accepted and (found.suggestion, found.notices) == (right, notices)


def test_decomposed_kana_are_composed_and_told() -> None:
    catalogue = Catalogue({"x": kind("x", "データ届")})
    found = judge_name(unicodedata.normalize("NFD", "20240524_0123_データ届.pdf"), catalogue)
    assert found.accepted and found.notices == ("unicode",) and found.form == "データ届"
    found = judge_name("20240524_0123_ﾃﾞｰﾀ届.pdf", catalogue)
    assert found.accepted and found.notices == ("width",)


# --- wrong, with a right one to suggest ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("20240524_123_資格取得届.pdf", Rule.NAME_OFFICE),  # A4
        ("20240524_000123_資格取得届.pdf", Rule.NAME_OFFICE),
        ("20240524_00123_資格取得届.pdf", Rule.NAME_OFFICE),
        ("2024-05-24_0123_資格取得届.pdf", Rule.NAME_DATE),
        ("2024.5.24_0123_資格取得届.pdf", Rule.NAME_DATE),
        ("2024−05−24_0123_資格取得届.pdf", Rule.NAME_DATE),  # U+2212
        ("R6.5.24_0123_資格取得届.pdf", Rule.NAME_DATE),
        ("令和6年5月24日_0123_資格取得届.pdf", Rule.NAME_DATE),
        ("平成36年5月24日_0123_資格取得届.pdf", Rule.NAME_DATE),
        ("20240524-0123-資格取得届.pdf", Rule.NAME_PARTS),
        ("20240524_0123__資格取得届.pdf", Rule.NAME_PARTS),
        ("_20240524_0123_資格取得届.pdf", Rule.NAME_PARTS),
        ("20240524_0123_資格取得届.PDF", Rule.NAME_ENDING),
        ("20240524_0123_資格取得届.Pdf", Rule.NAME_ENDING),
        ("20240524_0123_資格取得届.xlsx", Rule.NAME_ENDING),
        ("20240524_0123_資格取得届.", Rule.NAME_ENDING),
        ("20240524_0123_資格取得届.pdf.pdf", Rule.NAME_ENDING),
        ("20240524_0123_資格取得屆.pdf", Rule.NAME_TYPE),
        ("20240524_0123_資格取得.pdf", Rule.NAME_TYPE),
        ("20240524_0123_資格取得届(1).pdf", Rule.NAME_TYPE),
        ("20240524_0123_資格取得届-コピー.pdf", Rule.NAME_TYPE),
        ("20240524_0123_資格取得届 .pdf", Rule.NAME_SPACES),
        (" 20240524_0123_資格取得届.pdf", Rule.NAME_SPACES),
        ("20240524 _0123_資格取得届.pdf", Rule.NAME_SPACES),
        ("20240524_0123_資格　取得届.pdf", Rule.NAME_SPACES),
        ("20240524_0123_資格取得届.pdf\n", Rule.NAME_SPACES),
        ("20240524_0123_資格取得届\u200b.pdf", Rule.NAME_SPACES),
        ("20240524_0123_\u202e資格取得届.pdf", Rule.NAME_SPACES),
        ("20240524_0123_資格取得届\U000e0100.pdf", Rule.NAME_SPACES),
        ("20240524_0123_資格\u3164取得届.pdf", Rule.NAME_SPACES),
        ("20240524_0123_資格取得届\x00.pdf", Rule.NAME_SPACES),
        ("20240524_0123_資格取得届\udc80.pdf", Rule.NAME_SPACES),
        ("届書/20240524_0123_資格取得届.pdf", Rule.ENTRY_FOLDER),
        ("..\\20240524_0123_資格取得届.pdf", Rule.ENTRY_FOLDER),
        ("届書／20240524_0123_資格取得届.pdf", Rule.ENTRY_FOLDER),
    ],
)
def test_one_fault_is_told_with_the_right_name(name: str, rule: Rule) -> None:
    found = judged(name)
    assert [problem.rule for problem in found.problems] == [rule] and not found.accepted
    assert (found.suggestion, found.date, found.office) == (RIGHT, DAY, 123)


def test_the_first_year_of_an_era() -> None:
    assert judged("令和元年5月24日_0123_資格取得届").date == dt.date(2019, 5, 24)
    assert judged("H31.4.30_0123_資格取得届").date == dt.date(2019, 4, 30)


def test_a_persons_name_after_the_form_is_left_out() -> None:
    found = judged("20240524_0123_資格取得届_山田太郎.pdf")
    assert Rule.NAME_PARTS in [problem.rule for problem in found.problems]
    assert found.suggestion == RIGHT


def test_what_was_found_is_told_even_where_it_is_wrong() -> None:
    [problem] = judged("20240524_123_資格取得届.pdf").problems
    assert problem.values == {"given": "123"}


def test_hyphens_for_everything_can_be_read() -> None:
    found = judged("2024-05-24-0123-資格取得届.pdf")
    assert [problem.rule for problem in found.problems] == [Rule.NAME_PARTS, Rule.NAME_DATE]
    assert found.suggestion == RIGHT


def test_all_faults_are_told_at_once() -> None:
    assert rules("a/R6.5.24 _123_資格取得屆.PDF") == [
        *(Rule.NAME_SPACES, Rule.ENTRY_FOLDER, Rule.NAME_ENDING),
        *(Rule.NAME_DATE, Rule.NAME_OFFICE, Rule.NAME_TYPE),
    ]


# --- wrong, and nobody can know what was meant --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found", "wrong"),
    [
        ("20240230_0123_資格取得届.pdf", (None, 123, "acquisition"), [Rule.NAME_DATE]),  # T13
        ("20230229_0123_資格取得届.pdf", (None, 123, "acquisition"), [Rule.NAME_DATE]),
        ("00000101_0123_資格取得届.pdf", (None, 123, "acquisition"), [Rule.NAME_DATE]),
        ("240524_0123_資格取得届.pdf", (None, 123, "acquisition"), [Rule.NAME_DATE]),
        ("24.5.24_0123_資格取得届.pdf", (None, 123, "acquisition"), [Rule.NAME_DATE]),
        ("令和6年13月1日_0123_資格取得届.pdf", (None, 123, "acquisition"), [Rule.NAME_DATE]),
        ("٢٠٢٤٠٥٢٤_0123_資格取得届.pdf", (None, 123, "acquisition"), [Rule.NAME_DATE]),
        ("20240524_0000_資格取得届.pdf", (DAY, None, "acquisition"), [Rule.NAME_OFFICE]),
        ("20240524_1000000_資格取得届.pdf", (DAY, None, "acquisition"), [Rule.NAME_OFFICE]),
        ("20240524_-123_資格取得届.pdf", (DAY, None, "acquisition"), [Rule.NAME_OFFICE]),
        ("20240524_A事業所_資格取得届.pdf", (DAY, None, "acquisition"), [Rule.NAME_OFFICE]),
        ("資格取得届.pdf", (None, None, "acquisition"), [Rule.NAME_PARTS]),  # T13
        ("0123_資格取得届.pdf", (None, 123, "acquisition"), [Rule.NAME_PARTS]),
        ("20240524_資格取得届.pdf", (DAY, None, "acquisition"), [Rule.NAME_PARTS]),
        ("20240524_0123.pdf", (DAY, 123, ""), [Rule.NAME_PARTS]),
        ("20240524_0123_.pdf", (DAY, 123, ""), [Rule.NAME_PARTS]),
        ("scan.pdf", (None, None, ""), [Rule.NAME_PARTS, Rule.NAME_TYPE]),
        ("", (None, None, ""), [Rule.NAME_PARTS]),
        ("__", (None, None, ""), [Rule.NAME_PARTS]),
        ("   ", (None, None, ""), [Rule.NAME_SPACES, Rule.NAME_PARTS]),
        ("20240524_0123_退職届.pdf", (DAY, 123, ""), [Rule.NAME_TYPE]),
        ("20240524_0123_資格得喪届.pdf", (DAY, 123, ""), [Rule.NAME_TYPE]),  # two are as near
        ("20240524_0123_変更届.pdf", (DAY, 123, ""), [Rule.NAME_TYPE]),
        ("20240524_0123_資格取得通知書.pdf", (DAY, 123, ""), [Rule.NAME_TYPE]),  # one of the fund's
        ("20240524_0123_旧様式届.pdf", (DAY, 123, ""), [Rule.NAME_TYPE]),  # taken away
        ("20240524_0123_年金・一時金見込額試算依頼書.pdf", (DAY, 123, "estimate"), [Rule.NAME_PAPER]),  # R131
        ("長" * (LONGEST + 1), (None, None, ""), [Rule.ENTRY_NAME]),
    ],
)
def test_no_name_is_invented(name: str, found: tuple[dt.date | None, int | None, str], wrong: list[Rule]) -> None:
    told = judged(name)
    assert (told.date, told.office, told.type) == found
    assert rules(name) == wrong and not told.accepted and told.suggestion == ""


# --- made ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("office", "name"),
    [
        (1, "20240524_0001_加入者資格取得届"),
        (9999, "20240524_9999_加入者資格取得届"),
        (10000, "20240524_10000_加入者資格取得届"),
        (999999, "20240524_999999_加入者資格取得届"),
    ],
)
def test_proper_name(office: int, name: str) -> None:
    assert proper_name(DAY, office, ACQUISITION) == name  # R28, A4


@pytest.mark.parametrize("office", [0, -1, 1_000_000])
def test_no_proper_name_without_an_office(office: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 999999"):
        proper_name(DAY, office, ACQUISITION)


@given(st.dates(), st.integers(1, 999_999), st.sampled_from(KINDS[:5]), st.sampled_from(["", ".pdf", ".zip"]))
def test_every_proper_name_is_accepted(date: dt.date, office: int, type: DocumentType, ending: str) -> None:
    found = judged(proper_name(date, office, type) + ending)
    assert found.accepted
    assert (found.date, found.office, found.type) == (date, office, type.id)


# --- anything at all ----------------------------------------------------------------------------------------------

SIGNS = st.text(
    st.one_of(st.characters(), st.sampled_from("0123456789__-./年月日令和RH資格取得届pdfzip 　")), max_size=60
)
WORDS = st.sampled_from(
    ["20240524", "R6.5.24", "2024-02-30", "0123", "123", "資格取得届", "取得", "_", "_", ".pdf", "/"]
)


def is_right(name: str) -> bool:
    """The rule said another way."""
    stem, dot, ending = unicodedata.normalize("NFKC", name).partition(".")
    date, *rest = stem.split("_")
    names = [unicodedata.normalize("NFKC", one) for found in KINDS[:5] for one in (found.name, *found.aliases)]
    if len(rest) != 2 or rest[1] not in names or (dot and ending not in ENDINGS):
        return False
    if not (
        rest[0].isascii()
        and rest[0].isdecimal()
        and 0 < int(rest[0]) < 1_000_000
        and rest[0] == f"{int(rest[0]):04}"
    ):
        return False
    try:
        return dt.datetime.strptime(date, "%Y%m%d").date().isoformat().replace("-", "") == date  # noqa: DTZ007
    except ValueError:
        return False


@settings(max_examples=1500)
@given(st.one_of(SIGNS, st.lists(st.one_of(WORDS, SIGNS), max_size=8).map("".join)))
@example("\ufdfa" * LONGEST)
@example("1-1-" * 60)
def test_any_text_is_judged_as_the_rule_says(name: str) -> None:
    found = judged(name)
    assert found.accepted is (not found.problems) is is_right(name)
    if found.suggestion:
        assert judged(found.suggestion).accepted


@given(st.integers(0, len(RIGHT)), st.characters())
def test_a_sign_more_is_a_fault(place: int, sign: str) -> None:
    name = RIGHT[:place] + sign + RIGHT[place:]
    assert judged(name).accepted is is_right(name)
