# SPDX-License-Identifier: Apache-2.0
"""`renkei name check`: may a filing have this name? It needs neither vault nor configuration."""

import argparse
import json

from appliance.cli.rules import for_programs
from appliance.config.catalogue import default_catalogue
from appliance.model.filing_names import NameJudged, NameNote, judge_name

ACCEPTED, REFUSED = 0, 1
NOTES = {
    NameNote.WIDTH: "Signs of another width were read as the usual ones.",
    NameNote.UNICODE: "Signs that were put together of several were read as one.",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei name check`."""
    check = parser.add_subparsers(dest="word", required=True).add_parser(
        "check", help="may a filing have this name (R28)? By the kinds of documents of this release"
    )
    check.add_argument("name", help="such as 20240524_0123_加入者資格取得届.pdf")
    check.add_argument("--json", action="store_true", help="print the judgement for programs")


def run(given: argparse.Namespace) -> int:
    """Print the judgement; 0 if the name is accepted, 1 if not."""
    judged = judge_name(given.name, default_catalogue())
    if given.json:
        print(json.dumps(as_json(judged)))
    else:
        print("\n".join(lines(judged)))
    return ACCEPTED if judged.accepted else REFUSED


def as_json(judged: NameJudged) -> dict[str, object]:
    """The judgement as an object of JSON; null for what was not found."""
    return {
        "accepted": judged.accepted,
        "date": judged.date.isoformat() if judged.date else None,
        "office": judged.office,
        "form": judged.form,
        "type": judged.type or None,
        "problems": for_programs(judged.problems),
        "notices": [NOTES[NameNote(note)] for note in judged.notices],
        "suggestion": judged.suggestion,
    }


def lines(judged: NameJudged) -> list[str]:
    """The judgement for people."""
    told = as_json(judged)
    found = [f"{key:<11} {told[key]}" for key in ("date", "office", "form", "type") if told[key]]
    wrong = [f"{problem['rule']:<11} {problem['message']}" for problem in for_programs(judged.problems)]
    notices = [f"{'note':<11} {NOTES[NameNote(note)]}" for note in judged.notices]
    suggestion = [] if judged.accepted or not judged.suggestion else [f"{'better':<11} {judged.suggestion}"]
    return ["accepted" if judged.accepted else "refused", *found, *wrong, *notices, *suggestion]
