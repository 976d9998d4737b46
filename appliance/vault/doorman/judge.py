# SPDX-License-Identifier: Apache-2.0
"""The judgement: a pure function of a file's bytes and what was asked about it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from appliance.model.problems import Problem, Rule
from appliance.model.sheets import Sheet
from appliance.model.words import Format
from appliance.vault.doorman.asked import MIB, Answer, Asked, Fault, Found, Member
from appliance.vault.doorman.formats import fault_of, format_of
from appliance.vault.doorman.opening import content_of
from appliance.vault.doorman.sheets import sheet_of
from appliance.vault.doorman.structure import structure_of

# So much is kept open between the judgement and handing over; beyond that it is opened a second time.
KEPT = 32 * MIB
# A file with more faults than anybody reads is refused for the first ones.
MOST_PROBLEMS = 200


@dataclass(frozen=True)
class Verdict:
    """The answer, and the documents that were accepted, one after another, as often as asked."""

    answer: Answer
    contents: Callable[[], Iterator[bytes]] = field(default=lambda: iter(()), repr=False)


@dataclass(frozen=True)
class _Document:
    """One document on its way through the judgement; open gives its bytes, or raises Fault."""

    name: str
    format: Format | None
    open: Callable[[], bytes] = field(repr=False)


def judge(package: bytes, asked: Asked) -> Verdict:
    """Everything that is wrong with the package; or the documents in it, opened, whole and what they claim."""
    if not package:
        return _refused((Problem(Rule.CONTENT_EMPTY),))
    if not asked.is_container:
        return _judge_bare(package, asked)
    structure = structure_of(package, asked)
    members, names = structure.members, [member.name for member in structure.members]
    problems = (*structure.problems, *_of_formats(names, asked.formats))
    if problems or asked.sealed:
        return _refused(problems, members)
    password = asked.password.encode("utf-8")
    documents = [
        _Document(name, format_of(name), partial(content_of, package, place, password))
        for name, place in zip(names, structure.places, strict=True)
    ]
    return _judge_opened(documents, members, as_sheets=asked.as_sheets)


def _judge_bare(package: bytes, asked: Asked) -> Verdict:
    document = _Document(asked.file_name, format_of(asked.file_name), lambda: package)
    if len(package) > asked.most:
        return _refused((Problem(Rule.CONTENT_SIZE, values={"max": str(asked.most // MIB)}),))
    if problems := tuple(_of_formats([asked.file_name], asked.formats)):
        return _refused(tuple(Problem(problem.rule, values=problem.values) for problem in problems))
    verdict = _judge_opened([document], (), as_sheets=asked.as_sheets)
    plain = tuple(Problem(problem.rule) for problem in verdict.answer.problems)
    return _refused(plain) if plain else verdict


def _refused(problems: tuple[Problem, ...], members: tuple[Member, ...] = ()) -> Verdict:
    return Verdict(Answer(problems[:MOST_PROBLEMS], members))


def _of_formats(names: list[str], formats: frozenset[Format]) -> Iterator[Problem]:
    """A name that says what no document of this kind is. What cannot be read has a problem already."""
    wanted = {"formats": ", ".join(sorted(formats))}
    yield from (Problem(Rule.CONTENT_FORMAT, name, wanted) for name in names if _is_other(name, formats))


def _is_other(name: str, formats: frozenset[Format]) -> bool:
    return bool(name) and format_of(name) not in formats


def _judge_opened(documents: list[_Document], members: tuple[Member, ...], *, as_sheets: bool) -> Verdict:
    """Open each; where the password is wrong for one it is for all, and is said once."""
    found, problems, sheets, kept, room = [], [], list[Sheet](), dict[int, bytes](), KEPT
    for number, document in enumerate(documents):
        try:
            content, one = _opened(document)
            if as_sheets:
                sheets.append(_sheet(content, one))
        except Fault as fault:
            problems.append(fault.problem)
            if fault.problem.rule is Rule.PASSWORD:
                break
            continue
        found.append(one)
        if len(content) <= room:
            kept[number] = content
            room -= len(content)
    if problems:
        return _refused(tuple(problems), members)
    answer = Answer((), members, tuple(found), tuple(sheets))
    return Verdict(answer, lambda: (kept.get(at) or one.open() for at, one in enumerate(documents)))


def _sheet(content: bytes, found: Found) -> Sheet:
    """What stands in it. Raises Fault with the name of the document."""
    try:
        return sheet_of(content, found.format)
    except Fault as fault:
        raise Fault(fault.problem.rule, found.name) from fault


def _opened(document: _Document) -> tuple[bytes, Found]:
    """The content and what it is. Raises Fault with the name of the document."""
    assert document.format is not None
    try:
        content = document.open()
    except Fault as fault:
        entry = "" if fault.problem.rule is Rule.PASSWORD else document.name
        raise Fault(fault.problem.rule, entry) from fault
    if rule := fault_of(content, document.format):
        raise Fault(rule, document.name)
    found = Found(document.name, document.format, len(content), hashlib.sha256(content).digest())
    return content, found
