# SPDX-License-Identifier: Apache-2.0
"""Writes the manual pages renkei(1) and renkei-WORD(1) from what the command line says of itself."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from appliance import __version__
from appliance.cli.main import WORDS, parser

BELONGS = "Renkei Gateway"
FILES = (
    (
        "/etc/renkei/config.toml",
        "The configuration: `renkei init` writes it, `renkei check` judges it.",
    ),
    ("/etc/renkei/credentials", "Secrets, encrypted for this host by systemd-creds(1)."),
    ("/etc/renkei/plugins.d", "The fund's own plugins, one file each."),
    ("/var/lib/renkei", "Documents, journal and records, sealed; plugins that were installed from wheels."),
    ("/usr/share/doc/renkei-common", "Operations, plugins, packages; config.example.toml has every setting."),
    ("/usr/share/renkei/sbom.cdx.json", "What the packages bring: libraries, licences, hashes (CycloneDX)."),
)
CODES = (("0", "Done."), ("1", "Not possible; one sentence on standard error says why."), ("2", "Not understood."))


def main() -> int:
    """manual.py FOLDER: one file for each page. Dates are those of SOURCE_DATE_EPOCH."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    day = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC).strftime("%Y-%m-%d")
    for name, text in pages(day).items():
        (folder / f"{name}.1").write_text(text, "utf-8")
    return 0


def pages(day: str) -> dict[str, str]:
    """The text of each page by its name."""
    os.environ["COLUMNS"] = "78"
    whole = parser(WORDS)
    words = {name: word for name, word in _below(whole)}
    made = {f"renkei-{name}": _page_of_word(name, word, day) for name, word in words.items()}
    return {"renkei": _page_of_all(whole, words, day), **made}


def _page_of_all(whole: argparse.ArgumentParser, words: dict[str, argparse.ArgumentParser], day: str) -> str:
    listed = [(f"renkei {name}", word.description or "") for name, word in words.items()]
    lines = [*_head("renkei", "the command of Renkei Gateway", day), ".SH SYNOPSIS", *_synopsis(whole)]
    lines += [".SH DESCRIPTION", _plain(_ABOUT)]
    lines += [".SH COMMANDS", *_terms(listed), ".SH OPTIONS", *_terms(_options(whole))]
    lines += [".SH FILES", *_terms(FILES), ".SH EXIT STATUS", *_terms(CODES)]
    return "\n".join([*lines, ".SH SEE ALSO", *(f".BR renkei-{name} (1)" for name in words)]) + "\n"


def _page_of_word(name: str, word: argparse.ArgumentParser, day: str) -> str:
    lines = [*_head(f"renkei-{name}", word.description or name, day), ".SH SYNOPSIS", *_synopsis(word)]
    if options := _options(word):
        lines += [".SH OPTIONS", *_terms(options)]
    for below, one in _below(word):
        title = _plain(f"renkei {name} {below}").upper()
        lines += [f'.SH "{title}"', *_synopsis(one), ".PP", _sentence(one.description), *_terms(_options(one))]
    return "\n".join([*lines, ".SH SEE ALSO", ".BR renkei (1)"]) + "\n"


def _head(name: str, what: str, day: str) -> list[str]:
    title = f'.TH "{name.upper()}" "1" "{day}" "{BELONGS} {__version__}" "{BELONGS}"'
    return [title, ".SH NAME", f"{_plain(name)} \\- {_plain(what)}"]


def _below(word: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The words that may follow a word."""
    for action in word._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help for choice in action._choices_actions}
            for name, one in action.choices.items():
                one.description = one.description or helps.get(name)
                yield name, one


def _synopsis(word: argparse.ArgumentParser) -> list[str]:
    usage = word.format_usage().removeprefix("usage: ")
    return [".nf", *(_plain(line) for line in usage.rstrip().splitlines()), ".fi"]


def _options(word: argparse.ArgumentParser) -> list[tuple[str, str]]:
    """What a word takes, each with what it is for."""
    found = []
    for action in word._actions:
        if (
            isinstance(action, argparse._SubParsersAction | argparse._HelpAction)
            or action.help == argparse.SUPPRESS
        ):
            continue
        value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
        names = ", ".join(action.option_strings)
        shown = f"{names} {value}".strip() if names else str(action.metavar or action.dest)
        found.append((shown, word._get_formatter()._expand_help(action) if action.help else ""))
    return found


def _terms(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [line for term, text in rows for line in (".TP", f".B {_plain(term)}", _sentence(text))]


def _sentence(text: str | None) -> str:
    """Text as a sentence; a page wants something after each term."""
    said = " ".join((text or "As its name says").split())
    return _plain(said[0].upper() + said[1:] + ("" if said.endswith((".", ")")) else "."))


def _plain(text: str) -> str:
    """Text in which troff sees nothing of its own."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq")
    return f"\\&{safe}" if safe.startswith(".") else safe


_ABOUT = (
    "Renkei Gateway carries filings and notices between a pension fund and its employer offices. "
    "The services are those of renkei.target; this command sets them up, looks after them and serves them. "
    "Begin with `renkei init`."
)


if __name__ == "__main__":
    sys.exit(main())
