# SPDX-License-Identifier: Apache-2.0
"""`renkei zip check`: would the doorman let this ZIP of filings in? It needs neither vault nor configuration."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.cli.failure import Failure
from appliance.cli.rules import for_programs
from appliance.config.catalogue import default_catalogue
from appliance.model.filing_names import judge_name
from appliance.model.problems import Problem, Rule
from appliance.model.words import Format

if TYPE_CHECKING:  # a host of the edge has no vault
    from appliance.vault.doorman.doorman import Asked, Judged

ACCEPTED, REFUSED, UNREADABLE = 0, 1, 2
# After these there is nothing of which more could be told.
NO_ZIP = (Rule.ZIP_NONE, Rule.CONTENT_EMPTY)
SEALED = "No password was given: judged is what can be told without opening the ZIP."
_PIECE = 1024 * 1024
# Beyond that no package holds only what is permitted.
MOST = 401 * 1024 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei zip check`."""
    check = parser.add_subparsers(dest="word", required=True).add_parser(
        "check", help="would the doorman let this ZIP of filings in? 0 yes, 1 no, 2 it cannot be read as a ZIP"
    )
    check.add_argument("file", type=Path, help="the ZIP; its own name is not judged")
    check.add_argument("--password-file", type=Path, help="its first line opens the ZIP")
    check.add_argument("--json", action="store_true", help="print the judgement for programs")


def run(given: argparse.Namespace) -> int:
    """Print the judgement; 0 if the ZIP is accepted, 1 if not, 2 if the file or its end cannot be read."""
    try:
        password = password_in(given.password_file) if given.password_file else None
        judged, problems = judgement(given.file, password)
    except OSError as error:
        print(f"renkei: {error.filename}: {error.strerror}", file=sys.stderr)
        return UNREADABLE
    if password is None:
        print(SEALED, file=sys.stderr)
    if given.json:
        print(json.dumps(as_json(judged, problems)))
    else:
        print("\n".join(lines(judged, problems)))
    if any(problem.rule in NO_ZIP and not problem.entry for problem in problems):
        return UNREADABLE
    return REFUSED if problems else ACCEPTED


def password_in(file: Path) -> str:
    """The first line of a file. Raises OSError, and Failure for what is no text."""
    try:
        return file.read_text("utf-8-sig").partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError as error:
        raise Failure(f"{file}: this is no text in UTF-8") from error


def judgement(file: Path, password: str | None) -> "tuple[Judged, list[Problem]]":
    """The doorman's verdict, and all problems: his and those of the names inside (R28). Raises OSError."""
    from appliance.vault.doorman.doorman import Asked, Judged

    size = file.stat().st_size
    if size > MOST:
        return Judged((), b""), [Problem(Rule.ZIP_SIZE)]
    asked = Asked("filings.zip", size, frozenset({Format.PDF}), password or "", sealed=password is None)
    judged = asyncio.run(judged_by_doorman(asked, pieces(file)))
    told = {(problem.rule, problem.entry) for problem in judged.problems}
    names = [member.name for member in judged.members if member.name]
    more = [problem for problem in problems_of(names) if (problem.rule, problem.entry) not in told]
    return judged, [*judged.problems, *more]


async def judged_by_doorman(asked: "Asked", chunks: AsyncIterator[bytes]) -> "Judged":
    """The verdict of a doorman of our own."""
    from appliance.vault.doorman.doorman import Doorman

    doorman = Doorman()
    try:
        async with doorman.judging(asked, chunks) as judged:
            return judged
    finally:
        await doorman.close()


async def pieces(file: Path) -> AsyncIterator[bytes]:
    """The bytes of a file, in order. Raises OSError."""
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def problems_of(names: list[str]) -> Iterator[Problem]:
    """What is wrong with the names of filings, by the kinds of documents of this release."""
    catalogue = default_catalogue()
    for name in names:
        yield from (replace(problem, entry=name) for problem in judge_name(name, catalogue).problems)


def as_json(judged: "Judged", problems: list[Problem]) -> dict[str, object]:
    """The judgement as an object of JSON."""
    return {
        "accepted": not problems,
        "problems": for_programs(problems),
        "entries": [
            {"name": member.name, "size": member.size, "encrypted": member.encrypted.value}
            for member in judged.members
        ],
    }


def lines(judged: "Judged", problems: list[Problem]) -> list[str]:
    """The judgement for people: a line for each entry and each problem."""
    found = [f"{one.encrypted:<18} {one.size:>11,}  {one.name!r}" for one in judged.members]
    wrong = [f"{problem['rule']:<18} {problem['message']}" for problem in for_programs(problems)]
    return ["refused" if problems else "accepted", *found, *wrong]
