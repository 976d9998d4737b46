# SPDX-License-Identifier: Apache-2.0
"""Names of filings: a right one says it all, one that came alone is given, several must each be right."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.config.catalogue import default_catalogue
from appliance.model.documents import Direction, DocumentType
from appliance.model.filing_names import judge_name
from appliance.model.problems import Problem, Rule
from appliance.model.words import Format
from appliance.vault.doorman.asked import Found
from appliance.vault.filings.naming import Chosen, Named, name_all

CATALOGUE = default_catalogue()
TODAY = dt.date(2026, 6, 9)
PLAIN = Chosen(123, TODAY)
LOSS = dataclasses.replace(PLAIN, type=CATALOGUE.types["loss"], filed_on=dt.date(2026, 6, 8), event_on="2026-06-01")
RIGHT = "20260609_0123_加入者資格取得届.pdf"


def found(name: str, format: Format = Format.PDF) -> Found:
    return Found(name, format, 8, bytes(32))


def one(name: str, chosen: Chosen, format: Format = Format.PDF) -> Named:
    """What becomes of a document that came alone and can be taken."""
    [named], problems = name_all([found(name, format)], chosen, CATALOGUE)
    assert problems == ()
    return named


def wrong(chosen: Chosen, *names: str) -> list[tuple[str, Rule]]:
    """Where there are problems there are no names."""
    named, problems = name_all([found(name) for name in names], chosen, CATALOGUE)
    assert named == ()
    return [(problem.entry, problem.rule) for problem in problems]


@pytest.mark.parametrize(
    ("name", "type", "kept"),
    [
        (RIGHT, "acquisition", RIGHT),
        ("20260609_0123_資格取得届.pdf", "acquisition", "20260609_0123_資格取得届.pdf"),
        ("２０２６０６０９_０１２３_中断者届.pdf", "suspension", "20260609_0123_中断者届.pdf"),
        ("20260609_0123_中断者届.pdf", "suspension", "20260609_0123_中断者届.pdf"),
    ],
)
def test_a_right_name_says_it_all(name: str, type: str, kept: str) -> None:
    named = one(name, LOSS)
    assert (named.type.id, named.filed_on, named.file_name) == (type, TODAY, kept)
    assert named.came_as == ("" if name == kept else name)


def test_what_came_alone_is_given_its_name() -> None:
    named = one("スキャン.pdf", LOSS)
    assert (named.type.id, named.filed_on) == ("loss", dt.date(2026, 6, 8))
    assert (named.file_name, named.came_as) == ("20260608_0123_加入者資格喪失届.pdf", "スキャン.pdf")


def test_a_large_number_keeps_its_width() -> None:
    named = one("a.pdf", dataclasses.replace(LOSS, number=123_456))
    assert named.file_name == "20260608_123456_加入者資格喪失届.pdf"


@pytest.mark.parametrize(
    "chosen", [PLAIN, dataclasses.replace(LOSS, type=None), dataclasses.replace(LOSS, filed_on=None)]
)
def test_without_kind_and_date_there_is_no_name_to_give(chosen: Chosen) -> None:
    assert ("", Rule.NAME_PARTS) in wrong(chosen, "スキャン.pdf")


def test_the_right_name_is_suggested() -> None:
    _, [problem] = name_all([found("20260609_123_資格取得届.pdf")], PLAIN, CATALOGUE)
    assert problem.rule is Rule.NAME_OFFICE
    assert judge_name(problem.values["suggestion"], CATALOGUE).accepted


@pytest.mark.parametrize("chosen", [PLAIN, LOSS])
@pytest.mark.parametrize(
    "name", ["20260609_0124_加入者資格取得届.pdf", "20260609_124_資格取得届.pdf", "20260609_1123_中断者届.pdf"]
)
def test_another_offices_number_is_never_made_ones_own(chosen: Chosen, name: str) -> None:
    assert wrong(chosen, name) == [("", Rule.NAME_OTHER_OFFICE)]


def test_what_goes_by_post_is_not_made_something_else() -> None:
    assert ("", Rule.NAME_PAPER) in wrong(LOSS, "20260609_0123_年金・一時金見込額試算依頼書.pdf")


def test_of_several_each_must_be_right() -> None:
    assert wrong(LOSS, RIGHT, "b.pdf", "20260609_0124_中断者届.pdf")[1:] == [
        ("b.pdf", Rule.NAME_TYPE),
        ("20260609_0124_中断者届.pdf", Rule.NAME_OTHER_OFFICE),
    ]
    named, problems = name_all([found(RIGHT), found("20260609_0123_資格喪失届.pdf")], LOSS, CATALOGUE)
    assert ([one.type.id for one in named], problems) == (["acquisition", "loss"], ())


def test_a_kind_has_its_formats() -> None:
    """R28 names PDFs; what a fund allows beside them keeps its own ending."""
    table = "20260609_0123_加入者資格取得届.csv"
    types = dict(CATALOGUE.types)
    types["acquisition"] = dataclasses.replace(types["acquisition"], formats=(Format.PDF, Format.CSV))
    wider = dataclasses.replace(CATALOGUE, types=types)
    document = [found(table, Format.CSV)]
    chosen = dataclasses.replace(PLAIN, event_on="2026-06-01")
    _, problems = name_all(document, chosen, CATALOGUE)
    assert problems == (Problem(Rule.CONTENT_FORMAT, table),)
    [named], problems = name_all(document, chosen, wider)
    assert (named.file_name, named.came_as, problems) == (table, "", ())
    _, [problem] = name_all([found("20260609_123_資格取得届.csv", Format.CSV)], chosen, wider)
    assert problem.values["suggestion"].endswith(".csv")


@pytest.mark.parametrize(
    ("event_on", "due_on"),
    [("2026-06-01", "2026-07-01"), ("2026-06-10", "2026-07-10"), ("2026-05-31", "2026-06-14")],
)
def test_the_day_of_the_event_gives_the_deadline(event_on: str, due_on: str) -> None:
    named = one(RIGHT, dataclasses.replace(PLAIN, event_on=event_on))
    assert (named.event_on, named.due_on) == (event_on, due_on)


@pytest.mark.parametrize("event_on", ["", "2026-06-11", "9999-12-31", "1899-12-31", "2026-6-1", "x" * 5_000])
def test_a_day_that_cannot_be_is_asked_again(event_on: str) -> None:
    assert wrong(dataclasses.replace(PLAIN, event_on=event_on), RIGHT) == [("", Rule.EVENT_DATE)]


@pytest.mark.parametrize("event_on", ["", "2026-06-01", "nonsense"])
def test_without_a_deadline_by_law_no_day_is_asked(event_on: str) -> None:
    named = one("20260609_0123_中断者届.pdf", dataclasses.replace(PLAIN, event_on=event_on))
    assert (named.event_on, named.due_on) == ("", "")


@given(
    some.lists(some.text(max_size=40), min_size=1, max_size=4),
    some.sampled_from([None, *CATALOGUE.of(Direction.TO_FUND)]),
    some.sampled_from([None, TODAY]),
)
def test_whatever_it_is_called_it_is_named_rightly_or_refused(
    names: list[str], type: DocumentType | None, filed_on: dt.date | None
) -> None:
    chosen = dataclasses.replace(LOSS, type=type, filed_on=filed_on)
    documents = [found(f"{name}.pdf") for name in names]
    named, problems = name_all(documents, chosen, CATALOGUE)
    assert bool(named) is not bool(problems)
    for each in named:
        judged = judge_name(each.file_name, CATALOGUE)
        assert judged.accepted and judged.office == 123 and judged.type == each.type.id
