# SPDX-License-Identifier: Apache-2.0
"""Each alarm fires when it should and not when it should not, by promtool's own evaluation."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from tests.monitoring.cases import CASES, Case, Series
from tests.monitoring.reading import MONITORING, RULES, alerts

pytestmark = pytest.mark.lab


def firing(case: Case, series: Series, count: int) -> dict[str, Any]:
    """A test of promtool: so many of the alarm fire on these series."""
    expected = [{"labels": "{}", "value": count}] if count else []
    expr = f'count(ALERTS{{alertname="{case.alert}",alertstate="firing"}})'
    return {
        "name": f"{case.alert} {'fires' if count else 'is quiet'}",
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [{"expr": expr, "eval_time": case.at, "exp_samples": expected}],
    }


def worded(alert: str, series: Series, at: str, labels: dict[str, str], said: str) -> dict[str, Any]:
    """A test of promtool: this is what somebody is told."""
    written = next(one for one in alerts() if one.name == alert)
    annotations = {
        "summary": said,
        "description": written.description.replace("''", "'"),
        "runbook_url": written.runbook,
    }
    expected = {"exp_labels": {"severity": written.severity, **labels}, "exp_annotations": annotations}
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": [{"eval_time": at, "alertname": alert, "exp_alerts": [expected]}],
    }


def judged(program: Callable[[str], str], folder: Path, tests: list[dict[str, Any]]) -> str:
    """What promtool finds wrong, "" if nothing. JSON is YAML."""
    file = folder / "rules.test.yml"
    file.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}))
    done = run([program("promtool"), "test", "rules", file], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_there_is_a_case_for_every_alarm() -> None:
    assert {case.alert for case in CASES} == {one.name for one in alerts()}


def test_promtool_finds_the_rules_sound(program: Callable[[str], str]) -> None:
    done = run([program("promtool"), "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(alerts())} rules found" in done.stdout


def test_each_alarm_fires_and_keeps_quiet(program: Callable[[str], str], tmp_path: Path) -> None:
    fire = [firing(case, case.fires, case.count) for case in CASES]
    quiet = [firing(case, case.quiet, 0) for case in CASES]
    assert judged(program, tmp_path, fire + quiet) == ""


def test_a_case_that_is_wrong_would_be_seen(program: Callable[[str], str], tmp_path: Path) -> None:
    case = CASES[0]
    assert case.alert in judged(program, tmp_path, [firing(case, case.quiet, 1)])
    assert case.alert in judged(program, tmp_path, [firing(case, case.fires, 0)])


def test_what_somebody_is_told_names_the_thing(program: Callable[[str], str], tmp_path: Path) -> None:
    down = worded(
        "RenkeiDown",
        {'up{job="renkei",process="portal"}': "0x20"},
        "10m",
        {"job": "renkei", "process": "portal"},
        "portal of Renkei Gateway does not answer",
    )
    ends = worded(
        "RenkeiCertificateEnds",
        {'renkei_certificate_ends_timestamp_seconds{site="portal"}': f"{10 * 86400 + 5400}x120"},
        "90m",
        {"site": "portal"},
        "The certificate of the portal site ends in 10 days",
    )
    assert judged(program, tmp_path, [down, ends]) == ""


def test_the_example_of_alertmanager_is_sound(program: Callable[[str], str]) -> None:
    file = MONITORING / "alertmanager-example.yml"
    done = run([program("amtool"), "check-config", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
