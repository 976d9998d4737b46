# SPDX-License-Identifier: Apache-2.0
"""Links, figures and the clock of the demo, by the running vault."""

import re

import pytest

from appliance.cli.running import engine_text, scanner_text
from appliance.link.messages import EngineNow, ScannerNow
from tests.appliance.cli.command import Installation

JST = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d JST\n")


def test_the_links_of_a_site_are_cut(running: Installation) -> None:
    assert running.renkei("link", "cut", "portal").out == "0 visits ended\n"
    assert "link.cut" in running.kinds()


def test_figures(running: Installation) -> None:
    figures = running.renkei("status", "--json").json
    assert figures["journal_size"] > 0 and figures["gate_connected"] is False
    lines = running.renkei("status").out.splitlines()
    assert [line.split()[0] for line in lines] == list(figures)
    assert [line.split() for line in lines[-3:]] == [
        ["scanners", "none"],
        ["engines", "none"],
        ["tunnel_drift", "0"],
    ]
    assert lines[1].startswith("now ") and lines[1].endswith(" JST")


@pytest.mark.parametrize(
    ("scanner", "shown"),
    [
        (ScannerNow("scan_clamav"), "scan_clamav does not answer"),
        (ScannerNow("scan_clamav", "ClamAV 1.4.6"), "scan_clamav: ClamAV 1.4.6"),
        (
            ScannerNow("scan_clamav", "ClamAV 1.4.6", 1_780_930_800_000),
            "scan_clamav: ClamAV 1.4.6, signatures 2026-06-09",
        ),
    ],
)
def test_a_scanner_is_shown_with_the_day_of_its_signatures(scanner: ScannerNow, shown: str) -> None:
    assert scanner_text(scanner) == shown


def test_a_vpn_engine_is_shown_with_its_trouble() -> None:
    assert engine_text(EngineNow("tunnel_softether", True)) == "tunnel_softether is ready"
    assert engine_text(EngineNow("tunnel_softether", False, "away")) == "tunnel_softether: away"
    assert engine_text(EngineNow("tunnel_softether", False)) == "tunnel_softether: not ready"


def test_the_clock_of_a_demo_goes_forward(running: Installation) -> None:
    before = running.renkei("status", "--json").json["now"]
    assert JST.fullmatch(running.renkei("demo", "clock", "+2h").out)
    assert running.renkei("status", "--json").json["now"] >= before + 2 * 3_600_000


@pytest.mark.parametrize("step", ["60m", "+60", "-60m", "+1.5h", "+60 m", "+1w", "+1234567s", "", "+６０m"])
def test_a_step_that_is_none(running: Installation, step: str) -> None:
    assert running.renkei("demo", "clock", step).code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("link", "cut", "portal"),
        ("demo", "clock", "+1m"),
        ("staff", "list"),
        ("journal", "verify"),
        ("journal", "export", "never-written"),
        ("plugin", "block", "policy_permissions"),
    ],
)
def test_without_a_vault_there_is_one_sentence(sown: Installation, words: tuple[str, ...]) -> None:
    ran = sown.renkei(*words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said.startswith("the vault does not answer: is it running, and may you open its admin socket?")
    assert ("--offline" in ran.said) == (words[0] == "plugin"), "which is possible without it"
