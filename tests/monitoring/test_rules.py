# SPDX-License-Identifier: Apache-2.0
"""Alarms: each has a severity, words and a page, and names figures that there are."""

import re
from pathlib import Path

import pytest

from tests.monitoring.reading import (
    OF_PROMETHEUS,
    RULES,
    RUNBOOKS,
    Alert,
    alerts,
    figures_in,
    labels_in,
    listed,
    plugins_own,
)

TEMPLATE = re.compile(r"\{\{ \$labels\.(\w+) \}\}")
INDEX = re.compile(r"^\| \[(\w+)\]\((\w+)\.md\) \| (page|ticket) \| \w", re.MULTILINE)
SECTIONS = ["## Look", "## Do"]


def test_every_alarm_is_written_as_the_others_are() -> None:
    names = [one.name for one in alerts()]
    assert len(names) == RULES.read_text("utf-8").count("- alert:") > 30
    assert len(set(names)) == len(names)


def test_each_alarm_has_a_page_and_each_page_an_alarm() -> None:
    pages = {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"}
    assert pages == {one.name for one in alerts()}


def test_the_list_of_pages_is_that_of_the_alarms() -> None:
    index = INDEX.findall((RUNBOOKS / "README.md").read_text("utf-8"))
    assert index == [(one.name, one.name, one.severity) for one in alerts()]


@pytest.mark.parametrize("alert", alerts(), ids=lambda one: one.name)
def test_an_alarm_says_what_is_the_matter_and_where_to_read_on(alert: Alert) -> None:
    assert alert.severity in ("page", "ticket")
    assert alert.runbook == f"file:///usr/share/renkei/monitoring/runbooks/{alert.name}.md"
    assert len(alert.summary) < 100, "it is the subject of a mail"
    assert alert.description


@pytest.mark.parametrize("alert", alerts(), ids=lambda one: one.name)
def test_an_alarm_looks_at_figures_and_labels_that_there_are(alert: Alert) -> None:
    known = listed() | {name: set[str]() for name in plugins_own()}
    ours = {name for name in figures_in(alert.expr) if name.startswith("renkei_")}
    if "__name__" in alert.expr:
        ours = {f"renkei_{word}_used_ratio" for word in ("records", "blobs", "disk")}
    assert ours <= known.keys()
    there = set[str]().union(*(known[name] for name in ours)) | OF_PROMETHEUS
    assert labels_in(alert.expr) <= there
    assert set(TEMPLATE.findall(alert.summary)) <= there
    grouped = re.findall(r"by \(([^)]*)\)", alert.expr)
    if grouped:
        assert all(name in grouped[0] for name in TEMPLATE.findall(alert.summary)), "it would be empty"


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("Renkei*.md")), ids=lambda path: path.stem)
def test_a_page_says_what_it_means_where_to_look_and_what_to_do(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    assert lines[0] == f"# {page.stem}"
    assert lines[2], "what it means"
    assert [line for line in lines if line.startswith("## ")] == SECTIONS
    for section in SECTIONS:
        after = lines[lines.index(section) + 2]
        assert after.startswith("- "), f"{section} is empty"


def test_no_figure_has_a_label_that_prometheus_gives_itself() -> None:
    """It would be called exported_… in every rule and panel."""
    assert not {name: labels & OF_PROMETHEUS for name, labels in listed().items() if labels & OF_PROMETHEUS}
