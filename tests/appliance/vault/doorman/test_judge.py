# SPDX-License-Identifier: Apache-2.0
"""The judgement as a whole: on packages of real programs, on bare documents, and the same for everybody."""

import hashlib
from pathlib import Path

import pytest

from appliance.model.problems import Problem, Rule
from appliance.model.words import Format
from appliance.vault.doorman import judge as judging
from appliance.vault.doorman.judge import MOST_PROBLEMS, Verdict, judge
from tests.appliance.vault.doorman import samples
from tests.appliance.vault.doorman.lying import Part, lying_zip
from tests.appliance.vault.doorman.making import CSV_NAME, NAME, PASSWORD, aes_zip, asked_of, plain_zip, small_pdf
from tests.appliance.vault.doorman.samples import ZIPS, sample

PDF = frozenset({Format.PDF})


def rules(package: bytes, **asked: object) -> list[Rule]:
    return [problem.rule for problem in judge(package, asked_of(package, **asked)).answer.problems]  # type: ignore[arg-type]


def taken(verdict: Verdict) -> dict[str, bytes]:
    """The documents, by name; what is told of them is true."""
    documents = verdict.answer.documents
    contents = list(verdict.contents())
    assert [(one.size, one.sha256) for one in documents] == [
        (len(content), hashlib.sha256(content).digest()) for content in contents
    ]
    return {one.name: content for one, content in zip(documents, contents, strict=True)}


def needed(kind: str) -> list[Rule]:
    return {"none": [Rule.ZIP_ENCRYPTION], "zipcrypto": [Rule.ZIP_ZIPCRYPTO]}.get(kind, [])


def holds_the_samples(package: bytes, kind: str) -> None:
    """As its maker meant it: names, contents, kind of lock."""
    assert rules(package, formats=PDF) == needed(kind)
    verdict = judge(package, asked_of(package, formats=PDF, accept_zipcrypto=True))
    assert {one.encrypted for one in verdict.answer.members} == {kind}
    assert {one.name for one in verdict.answer.members} == set(samples.NAMES)
    if kind != "none":
        assert set(taken(verdict)) == set(samples.NAMES)
        assert rules(package, accept_zipcrypto=True, password="wrong") == [Rule.PASSWORD]


@pytest.mark.parametrize("name", ZIPS)
def test_packages_of_real_programs(name: str) -> None:
    holds_the_samples(sample(name), ZIPS[name][0])


@pytest.mark.lab
def test_packages_that_real_programs_make_now(tmp_path: Path) -> None:
    if absent := samples.missing():
        pytest.skip(f"not installed: {', '.join(absent)}")
    samples.make_zips(tmp_path, (sample("gs.pdf"), sample("linear.pdf")))
    for name, (kind, _) in ZIPS.items():
        holds_the_samples(sample(name, tmp_path), kind)


def test_contents_come_as_often_as_asked_also_when_they_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = {f"{number}.csv": b"%d,\n" % number * 100 for number in range(10)}
    package = aes_zip(inside)
    for room in (judging.KEPT, 1_000, 0):
        monkeypatch.setattr(judging, "KEPT", room)
        verdict = judge(package, asked_of(package))
        assert taken(verdict) == taken(verdict) == inside


def test_nothing_is_handed_over_with_a_problem() -> None:
    package = aes_zip({NAME: small_pdf(), CSV_NAME: b"\0", "b.pdf": b"none"})
    verdict = judge(package, asked_of(package))
    assert verdict.answer.problems == (Problem(Rule.CSV_NONE, CSV_NAME), Problem(Rule.PDF_NONE, "b.pdf"))
    assert verdict.answer.documents == () and list(verdict.contents()) == []
    assert len(verdict.answer.members) == 3


def test_documents_have_a_format_that_their_kind_has() -> None:
    package = aes_zip({NAME: small_pdf(), CSV_NAME: b"a\n"})
    assert rules(package, formats=PDF) == [Rule.CONTENT_FORMAT]
    assert rules(aes_zip({"a.exe": b"MZ"})) == [Rule.CONTENT_FORMAT]
    assert rules(small_pdf(), name="a.exe") == [Rule.CONTENT_FORMAT]
    [problem] = judge(package, asked_of(package, formats=PDF)).answer.problems
    assert (problem.entry, problem.values) == (CSV_NAME, {"formats": "pdf"})


def test_without_a_password_only_the_outside_is_judged() -> None:
    package = aes_zip({NAME: b"no PDF"})
    verdict = judge(package, asked_of(package, sealed=True, password=""))
    assert verdict.answer.problems == () and verdict.answer.documents == ()
    assert [one.size for one in verdict.answer.members] == [6]
    assert rules(package, password="") == [Rule.PASSWORD]
    assert rules(plain_zip({NAME: b"x"}), sealed=True) == [Rule.ZIP_ENCRYPTION]


def test_a_wrong_password_is_said_once() -> None:
    package = aes_zip({f"{number}.pdf": small_pdf() for number in range(20)})
    assert judge(package, asked_of(package, password="wrong")).answer.problems == (Problem(Rule.PASSWORD),)


def test_a_member_of_a_locked_zip_that_is_renamed_on_one_side_is_found() -> None:
    package = aes_zip({NAME: small_pdf()})
    other = NAME.replace("0123", "0999").encode()
    central, local = package.rindex(NAME.encode()), package.index(NAME.encode())
    for at in (central, local):
        renamed = package[:at] + other + package[at + len(other) :]
        assert rules(renamed) == [Rule.ZIP_LOCAL]
    both = package.replace(NAME.encode(), other)
    assert list(taken(judge(both, asked_of(both)))) == [other.decode()], "the name alone is not locked"


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.pdf", b"", Rule.CONTENT_EMPTY),
        ("a.pdf", b"x" * 11, Rule.CONTENT_SIZE),
        ("a.pdf", b"x", Rule.PDF_NONE),
        ("a.csv", b"\0", Rule.CSV_NONE),
        ("a.xlsx", b"x", Rule.XLSX_NONE),
        ("a.csv", b"BZhx", Rule.ENTRY_ARCHIVE),
        ("a.zip", b"x", Rule.ZIP_NONE),
    ],
)
def test_bare_documents_are_judged_alike(name: str, content: bytes, rule: Rule) -> None:
    answer = judge(content, asked_of(content, name=name, most=10)).answer
    assert [(one.rule, one.entry) for one in answer.problems] == [(rule, "")]


def test_each_is_empty_or_a_document_of_its_own() -> None:
    assert rules(aes_zip({"a.pdf": b"", "b.csv": b"", "c.xlsx": b""})) == [Rule.CONTENT_EMPTY] * 3


def test_a_list_of_faults_has_an_end() -> None:
    parts = [Part(name=b"../a%d\x01.zip" % number, attributes=0x410) for number in range(99)]
    assert len(rules(lying_zip(*parts))) == MOST_PROBLEMS


def test_the_old_lock_opens_with_its_password_only() -> None:
    package = sample("zip-zipcrypto.zip")
    assert rules(package, accept_zipcrypto=True) == []
    verdict = judge(package, asked_of(package, accept_zipcrypto=True, password=PASSWORD))
    assert taken(verdict)[samples.NAMES[0]] == sample("gs.pdf")
