# SPDX-License-Identifier: Apache-2.0
"""What clamd says, and what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_scan_clamav.answers import Version, scanned_of, version_of
from renkei_scan_clamav.clamd import TOO_LARGE, Reply

from appliance.contracts.scanner import MAX_NAMED, Scanned, ScannerAway, Verdict
from appliance.model.time import in_japan

LOCKED = Verdict.NOT_SCANNABLE


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("stream: OK", Scanned(Verdict.CLEAN)),
        ("stream: Win.Test.EICAR_HDB-1 FOUND", Scanned(Verdict.INFECTED, "Win.Test.EICAR_HDB-1")),
        (
            "stream: Pdf.Exploit.CVE_2017_1-1.UNOFFICIAL FOUND",
            Scanned(Verdict.INFECTED, "Pdf.Exploit.CVE_2017_1-1.UNOFFICIAL"),
        ),
        (
            "stream: Heuristics.OLE2.ContainsMacros FOUND",
            Scanned(Verdict.INFECTED, "Heuristics.OLE2.ContainsMacros"),
        ),
        ("stream: Heuristics.Encrypted.Zip FOUND", Scanned(LOCKED, "Heuristics.Encrypted.Zip")),
        ("stream: Heuristics.Encrypted.PDF FOUND", Scanned(LOCKED, "Heuristics.Encrypted.PDF")),
        ("stream: Heuristics.Limits.Exceeded FOUND", Scanned(LOCKED, "Heuristics.Limits.Exceeded")),
        (
            "stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND",
            Scanned(LOCKED, "Heuristics.Limits.Exceeded.MaxFileSize"),
        ),
        ("stream: X.Heuristics.Encrypted.Zip FOUND", Scanned(Verdict.INFECTED, "X.Heuristics.Encrypted.Zip")),
        ("stream: OK FOUND", Scanned(Verdict.INFECTED, "OK")),
        ("stream: 名前\u202e FOUND", Scanned(Verdict.INFECTED, "名前?")),
        (f"stream: {'x' * 500} FOUND", Scanned(Verdict.INFECTED, "x" * MAX_NAMED)),
        (TOO_LARGE, Scanned(LOCKED, "larger than clamd's StreamMaxLength")),
    ],
)
def test_the_verdict(text: str, wanted: Scanned) -> None:
    assert scanned_of(Reply(text, True)) == wanted


NO_VERDICT = [
    "",
    "OK",
    "stream:OK",
    "stream: OK ",
    "stream: ok",
    "stream: OK\n",
    "stream: OK ERROR",
    "stream: FOUND",
    "stream:  FOUND",
    "stream: a\nb FOUND",
    "stream: Can't allocate memory ERROR",
    "stream: Can't write to temporary file ERROR",
    "stream: Malformed file ERROR",
    "COMMAND READ TIMED OUT",
    "UNKNOWN COMMAND",
    "PONG",
    "/tmp/x: OK",
    "INSTREAM: stream: OK",
    f"stream: {TOO_LARGE}",
]


@pytest.mark.parametrize("text", NO_VERDICT)
def test_no_verdict(text: str) -> None:
    with pytest.raises(ScannerAway, match="no verdict"):
        scanned_of(Reply(text, True))


def test_what_was_found_before_the_end_is_found_and_nothing_else_counts() -> None:
    assert scanned_of(Reply("stream: A FOUND", False)).verdict is Verdict.INFECTED
    with pytest.raises(ScannerAway):
        scanned_of(Reply("stream: OK", False))


@given(st.text(), st.booleans())
def test_any_text_is_a_verdict_or_none_and_clean_is_one_text(text: str, whole: bool) -> None:
    for said in (text, f"stream: {text}", f"stream: {text} FOUND"):
        try:
            scanned = scanned_of(Reply(said, whole))
        except ScannerAway:
            continue
        assert (scanned.verdict is Verdict.CLEAN) == (said == "stream: OK" and whole)


@pytest.mark.parametrize(
    ("text", "engine", "made"),
    [
        ("ClamAV 1.4.6/27812/Sun Nov  2 08:44:21 2025", "ClamAV 1.4.6", "2025-11-02T08:44:21+09:00"),
        ("ClamAV 1.0.9/1/Thu Feb 29 23:59:59 2024", "ClamAV 1.0.9", "2024-02-29T23:59:59+09:00"),
        ("ClamAV 1.5.0-rc2/27812/Tue Jun  9 10:00:00 2026", "ClamAV 1.5.0-rc2", "2026-06-09T10:00:00+09:00"),
    ],
)
def test_the_version(text: str, engine: str, made: str) -> None:
    version = version_of(text)
    assert (version.engine, in_japan(version.signatures_at).isoformat()) == (engine, made)


def test_a_version_without_daily_signatures() -> None:
    assert version_of("ClamAV 1.4.6") == Version("ClamAV 1.4.6", 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PONG",
        "ClamAV",
        "ClamAV ",
        "clamav 1.4",
        "ClamAV 1.4.6/27812",
        "ClamAV 1.4.6//Sun Nov  2 08:44:21 2025",
        "ClamAV 1.4.6/27812/Sun Nov 31 08:44:21 2025",
        "ClamAV 1.4.6/27812/2025-11-02",
        "ClamAV 1.4.6/27812/Sun Nov  2 08:44:21 2025/more",
        "ClamAV 1.4.6\n/27812/Sun Nov  2 08:44:21 2025",
        "ClamAV " + "1" * 51,
    ],
)
def test_no_version(text: str) -> None:
    with pytest.raises(ScannerAway):
        version_of(text)


@given(st.text())
def test_any_text_is_a_version_or_none(text: str) -> None:
    for said in (text, f"ClamAV {text}", f"ClamAV 1.4.6/1/{text}"):
        try:
            assert version_of(said).signatures_at >= 0
        except ScannerAway:
            continue
