# SPDX-License-Identifier: Apache-2.0
"""`renkei registration check`: may an office register by this form? It needs neither vault nor configuration."""

import argparse
import asyncio
import contextlib
import functools
import getpass
import json
import os
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from appliance.cli.rules import form_message
from appliance.cli.zip_check import judged_by_doorman, password_in, pieces
from appliance.model.problems import Problem, Rule
from appliance.model.registration import Finding, FormJudged, FormRule, Registration, judge_registration
from appliance.model.words import Format

RIGHT, WRONG, UNREADABLE = 0, 1, 2
SEALED = "this ZIP has a password; --password-file FILE gives it, in the first line of a file"
MIB = 1024 * 1024
MOST = 5 * MIB


def run(given: argparse.Namespace) -> int:
    """Print the judgement; 0 if nothing is wrong, 1 if something is, 2 if the form cannot be read."""
    try:
        told = judged_as_asked(given)
    except OSError as error:
        print(f"renkei: {error.filename}: {error.strerror}", file=sys.stderr)
        return UNREADABLE
    judged, faults = told
    print(
        json.dumps(as_json(judged, faults), ensure_ascii=False)
        if given.json
        else "\n".join(map(shown, lines(judged, faults)))
    )
    if faults:
        return UNREADABLE
    return WRONG if judged.problems else RIGHT


def judged_as_asked(given: argparse.Namespace) -> tuple[FormJudged, tuple[Problem, ...]]:
    """With the password of its file, or of the person at the terminal where the ZIP has one. Raises OSError."""
    if given.password_file:
        return judgement(given.file, password_in(given.password_file))
    told = judgement(given.file, "")
    if all(one.rule is not Rule.PASSWORD for one in told[1]):
        return told
    if not given.json and sys.stdin.isatty():
        return judgement(given.file, getpass.getpass("password of the ZIP: "))
    print(f"renkei: {SEALED}", file=sys.stderr)
    return told


def called(file: Path) -> str:
    """What a file is called. Where it came from Windows, the bytes of its name may be cp932."""
    name = os.fsencode(file.name)
    for encoding in ("utf-8", "cp932"):
        with contextlib.suppress(UnicodeDecodeError):
            return name.decode(encoding)
    return name.decode("utf-8", "replace")


def judgement(file: Path, password: str) -> tuple[FormJudged, tuple[Problem, ...]]:
    """The form, and why it could not be read. Raises OSError."""
    from appliance.vault.doorman.doorman import Asked

    size = file.stat().st_size
    nothing = FormJudged((), (), ())
    if size > MOST:
        return nothing, (Problem(Rule.CONTENT_SIZE, values={"max": str(MOST // MIB)}),)
    formats = frozenset({Format.XLSX, Format.CSV})
    asked = Asked(called(file), size, formats, password, accept_zipcrypto=True, most=MOST, as_sheets=True)
    judged = asyncio.run(judged_by_doorman(asked, pieces(file)))
    if judged.problems:
        return nothing, judged.problems
    if len(judged.sheets) != 1:
        return nothing, (Problem(Rule.ZIP_COUNT),)
    return judge_registration(judged.documents[0].name, judged.sheets[0]), ()


@functools.cache
def texts() -> Mapping[FormRule, str]:
    """A sentence for each rule; `{given}` and `{suggestion}` are filled in."""
    text = files("appliance.cli").joinpath("data", "form_rules.toml").read_text("utf-8")
    return {FormRule(rule): sentence for rule, sentence in tomllib.loads(text).items()}


def as_json(judged: FormJudged, faults: tuple[Problem, ...]) -> dict[str, object]:
    """The judgement as an object of JSON. A value that could not be read is null."""
    unread = [
        {"cell": "", "rule": one.rule.value, "message": form_message(one), "suggestion": ""} for one in faults
    ]
    return {
        "rows": [row_as_json(row) for row in judged.rows],
        "problems": [*unread, *map(finding_as_json, judged.problems)],
        "notices": list(map(finding_as_json, judged.notices)),
    }


def row_as_json(row: Registration) -> dict[str, object]:
    """One registration."""
    return {**asdict(row), "entered_on": row.entered_on.isoformat() if row.entered_on else None}


def finding_as_json(finding: Finding) -> dict[str, str]:
    """What is told of a cell."""
    return {
        "cell": finding.cell,
        "rule": finding.rule.value,
        "message": message(finding),
        "suggestion": suggestion(finding),
    }


def message(finding: Finding) -> str:
    """What is wrong, in a sentence."""
    return texts()[finding.rule].format(given=finding.given, suggestion=finding.suggestion)


def suggestion(finding: Finding) -> str:
    """What it should be; for more than three PCs a talk (A12)."""
    if finding.rule is FormRule.SEATS_CONSULT:
        return "最大3台(超える場合は要相談)"
    return finding.suggestion


def shown(text: str) -> str:
    """A line for a terminal: what a stranger typed commands none."""
    return "".join("\ufffd" if unicodedata.category(sign)[0] == "C" else sign for sign in text)


def lines(judged: FormJudged, faults: tuple[Problem, ...]) -> Iterator[str]:
    """The judgement for people."""
    yield "unreadable" if faults else "something is wrong" if judged.problems else "right"
    for row in judged.rows:
        yield from (f"  {key:<14} {value}" for key, value in row_as_json(row).items() if value is not None)
    yield from (f"problem  {form_message(one)}" for one in faults)
    for title, findings in (("problem", judged.problems), ("note", judged.notices)):
        yield from (f"{title:<8} {one.cell:<4} {message(one)}" for one in findings)
