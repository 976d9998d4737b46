# SPDX-License-Identifier: Apache-2.0
"""What is shipped for monitoring, as the tests read it: alarms, expressions, and the figures that stand in them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "packaging" / "monitoring"
RULES = MONITORING / "rules" / "renkei.yml"
DASHBOARD = MONITORING / "dashboards" / "renkei.json"
RUNBOOKS = ROOT / "docs" / "runbooks"
# How the file of rules is written throughout; what is written otherwise is seen by its count.
ALERT = re.compile(
    r"""      - alert: (?P<name>\w+)
        expr: >-
(?P<expr>(?:          .+\n)+)(?:        for: (?P<wait>\w+)\n)?        labels: \{severity: (?P<severity>\w+)\}
        annotations:
          summary: '(?P<summary>.+)'
          description: '(?P<description>.+)'
          runbook_url: (?P<runbook>\S+)
"""
)
FIGURE = re.compile(r"\b(?:renkei|process|python)_\w+")
LISTED = re.compile(r"^\| `(renkei_[a-z_]+)` \| ([a-z, ]*?) ?\| ", re.MULTILINE)
HISTOGRAM = re.compile(r"_(bucket|sum|count)$")
# What every scrape has, beside what the process shows.
OF_PROMETHEUS = {"job", "instance", "process"}


@dataclass(frozen=True)
class Alert:
    """One alarm as it is written."""

    name: str
    expr: str
    wait: str | None
    severity: str
    summary: str
    description: str
    runbook: str


def alerts() -> list[Alert]:
    """Every alarm of the file."""
    found = [Alert(**match.groupdict()) for match in ALERT.finditer(RULES.read_text("utf-8"))]
    return [Alert(**{**vars(one), "expr": " ".join(one.expr.split())}) for one in found]


def panels() -> Iterator[dict[str, Any]]:
    """Every panel of the dashboard that shows something."""
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        if panel["type"] != "row":
            yield panel


def expressions() -> dict[str, str]:
    """Every expression of the dashboard, by where it stands; as Prometheus would be asked."""
    return {
        f"{panel['title']}: {line['refId']}": line["expr"].replace("$__rate_interval", "5m")
        for panel in panels()
        for line in panel["targets"]
    }


def listed() -> dict[str, set[str]]:
    """The figures of docs/monitoring.md with their labels; a test of the architecture holds that list true."""
    page = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
    return {name: set(filter(None, labels.split(", "))) for name, labels in LISTED.findall(page)}


def plugins_own() -> set[str]:
    """The figures that a plugin counts itself, and whose alarm is ours: the manual of the plugin names them."""
    return set(re.findall(r"`(renkei_plugin_tunnel_[a-z_]+)`", (ROOT / "docs" / "tunnels.md").read_text("utf-8")))


def figures_in(expr: str) -> set[str]:
    """The figures that an expression names, histograms by their own name."""
    return {HISTOGRAM.sub("", name) for name in FIGURE.findall(expr)} - {"process_"}


def labels_in(expr: str) -> set[str]:
    """The labels that an expression chooses or groups by."""
    chosen = re.findall(r"[{,]\s*([a-z_]+)\s*(?:=~|!~|!=|=)", expr)
    grouped = [name for names in re.findall(r"by \(([^)]*)\)", expr) for name in re.split(r",\s*", names)]
    return {*chosen, *grouped} - {"le", "__name__", "alertname", "alertstate", ""}
