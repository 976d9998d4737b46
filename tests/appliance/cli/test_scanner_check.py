# SPDX-License-Identifier: Apache-2.0
"""`renkei check` says where documents go on unscanned, and where they do not go on at all."""

import importlib.util
from dataclasses import replace
from typing import Any

import pytest

from appliance.cli import scanner_check
from appliance.cli.scanner_check import needed_scanner, unscanned
from appliance.config.office_settings import DocumentSettings, Exchange, ScannerNeed
from appliance.config.settings import Demo, Settings
from appliance.host.catalogue import Row, State
from appliance.model.documents import ScanPolicy
from tests.appliance.cli.command import Installation

ROWS = [
    Row("scan_clamav", "", "vault", ("scanner",), State.CONFIGURED),
    Row("records_lmdb", "", "vault", ("records",), State.CONFIGURED),
]
NONE = Settings(plugins={"records_lmdb": {}})
SCANS = replace(NONE, plugins={"records_lmdb": {}, "scan_clamav": {}})
REQUIRED = Exchange(scanner=ScannerNeed.REQUIRED)
TYPED: dict[str, Any] = {"payment_notice": DocumentSettings(scan=ScanPolicy.REQUIRED)}


def told(settings: Settings) -> tuple[list[str], list[str]]:
    """Problems and warnings."""
    return needed_scanner(settings, ROWS), unscanned(settings, ROWS)


def test_without_a_scanner_there_is_a_warning() -> None:
    problems, (warning,) = told(NONE)
    assert problems == []
    assert warning.startswith("plugins: there is no scanner") and "add [plugins.scan_clamav]" in warning


@pytest.mark.parametrize(
    ("changed", "begins"),
    [({"exchange": REQUIRED}, "exchange.scanner is"), ({"documents": TYPED}, "documents.payment_notice.scan is")],
)
def test_where_one_is_needed_it_is_a_problem(changed: dict[str, Any], begins: str) -> None:
    (problem,), warnings = told(replace(NONE, **changed))
    assert problem.startswith(begins) and "add [plugins.scan_clamav]" in problem
    assert warnings == []


@pytest.mark.parametrize(
    "settings",
    [
        SCANS,
        replace(SCANS, exchange=REQUIRED),
        replace(SCANS, documents=TYPED),
        replace(NONE, demo=Demo(enabled=True)),
    ],
)
def test_with_one_or_in_a_demo_nothing_is_said(settings: Settings) -> None:
    assert told(settings) == ([], [])


def test_the_host_of_the_edge_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert importlib.util.find_spec("appliance.vault") is not None
    monkeypatch.setattr(scanner_check, "find_spec", lambda name: None)
    assert told(replace(NONE, exchange=REQUIRED)) == ([], [])


def test_the_command_tells_it(made: Installation) -> None:
    made.replace("[plugins.policy_permissions]", '[exchange]\nscanner = "required"\n[plugins.policy_permissions]')
    ran = made.renkei("check")
    assert ran.code == 1 and 'exchange.scanner is "required", and there is no scanner' in ran.out
