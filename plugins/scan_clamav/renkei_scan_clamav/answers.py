# SPDX-License-Identifier: Apache-2.0
"""What the answers of clamd mean: three values for a document, and a version."""

import datetime as dt
import re
from dataclasses import dataclass

from appliance.contracts.scanner import MAX_NAMED, Scanned, ScannerAway, Verdict
from appliance.model.time import JST, Instant, instant
from renkei_scan_clamav.clamd import TOO_LARGE, Reply

# "FOUND", although nothing was: clamd could not look (lesson 10).
NOT_LOOKED = ("Heuristics.Encrypted.", "Heuristics.Limits.Exceeded")
_FOUND = re.compile(r"stream: (\S[^\n]{0,999}) FOUND")
_VERSION = re.compile(r"(ClamAV [^\s/]{1,50})(?:/(\d{1,9})/([^/\n]{1,40}))?")


def scanned_of(reply: Reply) -> Scanned:
    """The verdict. Raises ScannerAway for everything that is none."""
    if reply.text == TOO_LARGE:
        return Scanned(Verdict.NOT_SCANNABLE, "larger than clamd's StreamMaxLength")
    if found := _FOUND.fullmatch(reply.text):
        locked = found[1].startswith(NOT_LOOKED)
        return Scanned(Verdict.NOT_SCANNABLE if locked else Verdict.INFECTED, _one_line(found[1]))
    if reply.text == "stream: OK" and reply.whole:
        return Scanned(Verdict.CLEAN)
    raise ScannerAway(f"clamd gave no verdict: {reply.text[:200]!r}")


def _one_line(name: str) -> str:
    """Names come from whoever made the signatures."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:MAX_NAMED]


@dataclass(frozen=True, slots=True)
class Version:
    """Engine, and when its daily signatures were made: 0 for a set that has none of those."""

    engine: str
    signatures_at: Instant


def version_of(text: str) -> Version:
    """The version in an answer such as "ClamAV 1.4.6/27812/Sun Nov  2 08:44:21 2025". Raises ScannerAway.

    The date is local to clamd's machine, and is read as Japanese.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ScannerAway(f"clamd tells no version: {text[:100]!r}")
    return Version(match[1], _made_at(match[3]) if match[3] else 0)


def _made_at(date: str) -> Instant:
    try:
        made = dt.datetime.strptime(date, "%a %b %d %H:%M:%S %Y").replace(tzinfo=JST)
    except ValueError as error:
        raise ScannerAway(f"clamd's signatures have no date: {date!r}") from error
    return max(instant(made), 0)
