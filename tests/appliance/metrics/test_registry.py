# SPDX-License-Identifier: Apache-2.0
"""Figures: their names, their labels, and that a bad one spoils no others."""

import platform
from collections.abc import Sequence
from importlib.metadata import version

import pytest

from appliance.contracts.metrics import Collector
from appliance.metrics.registry import Metrics


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(["OpenMenu", "SignIn"], process=False)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_messages_are_counted_and_timed(metrics: Metrics) -> None:
    metrics.message("OpenMenu", "done", 0.002)
    metrics.message("OpenMenu", "done", 0.004)
    metrics.message("OpenMenu", "not_allowed", 0.001)
    assert value(metrics, "renkei_messages_total", message="OpenMenu", outcome="done") == 2
    assert value(metrics, "renkei_messages_total", message="OpenMenu", outcome="not_allowed") == 1
    assert value(metrics, "renkei_message_seconds_count", message="OpenMenu") == 3
    assert value(metrics, "renkei_message_seconds_sum", message="OpenMenu") == pytest.approx(0.007)


def test_a_name_that_somebody_made_up_never_becomes_a_label(metrics: Metrics) -> None:
    for number in range(50):
        metrics.message(f"Made-up-{number}", "invalid", 0)
    assert value(metrics, "renkei_messages_total", message="unknown", outcome="invalid") == 50
    assert b"Made-up" not in metrics.text()


def test_calls_of_plugins_and_jobs_have_their_own_figures(metrics: Metrics) -> None:
    metrics.plugin_call("mine", "policy").ended("timeout", 1.0)
    metrics.plugin_call("mine", "policy").ended("timeout", 1.0)
    metrics.job("mine.tidy").ended("done", 5.0)
    labels = {"plugin": "mine", "family": "policy"}
    assert value(metrics, "renkei_plugin_calls_total", **labels, outcome="timeout") == 2
    assert value(metrics, "renkei_plugin_call_seconds_sum", **labels) == 2.0
    assert value(metrics, "renkei_jobs_total", task="mine.tidy", outcome="done") == 1


def test_a_first_failure_is_a_change(metrics: Metrics) -> None:
    metrics.job("mine.tidy")
    metrics.plugin_call("mine", "policy")
    assert value(metrics, "renkei_jobs_total", task="mine.tidy", outcome="failed") == 0
    assert value(metrics, "renkei_plugin_calls_total", plugin="mine", family="policy", outcome="timeout") == 0


def test_a_plugins_own_figures_bear_its_prefix(metrics: Metrics) -> None:
    own = metrics.plugin_metrics("otp_email")
    own.count("letters")
    own.count("letters", 2)
    own.gauge("waiting", 5)
    own.gauge("waiting", 4)
    assert value(metrics, "renkei_plugin_otp_email_letters_total") == 3
    assert value(metrics, "renkei_plugin_otp_email_waiting") == 4


@pytest.mark.parametrize("name", ["", "Letters", "1st", "a b", 'a"}', "a-b", "ä", "x" * 101])
def test_a_name_that_prometheus_does_not_take_is_refused(metrics: Metrics, name: str) -> None:
    own = metrics.plugin_metrics("mine")
    for make in (own.count, lambda text: own.gauge(text, 1), lambda text: metrics.counter(text, "help")):
        with pytest.raises(ValueError, match="is no name of a figure"):
            make(name)


def test_our_figures_bear_our_prefix_and_stand_once(metrics: Metrics) -> None:
    metrics.counter("letters", "Letters", ("kind",)).labels("a").inc()
    metrics.gauge("journal_size", "Entries").set_function(lambda: 7)
    metrics.histogram("commit_seconds", "Commits").observe(0.01)
    assert value(metrics, "renkei_letters_total", kind="a") == 1
    assert value(metrics, "renkei_journal_size") == 7
    assert value(metrics, "renkei_commit_seconds_count") == 1
    with pytest.raises(ValueError, match="Duplicated"):
        metrics.counter("letters", "Letters")


def test_a_counter_that_is_kept_elsewhere_is_read_at_each_scrape(metrics: Metrics) -> None:
    kept = [3.0, 4.0]
    metrics.kept_counter("retries", "Retries", lambda: kept.pop(0))
    assert value(metrics, "renkei_retries_total") == 3
    assert b"# TYPE renkei_retries_total counter\nrenkei_retries_total 4.0" in metrics.text()
    with pytest.raises(ValueError, match="Duplicated"):
        metrics.kept_counter("retries", "Retries", lambda: 0)
    with pytest.raises(ValueError, match="is no name of a figure"):
        metrics.kept_counter("re-tries", "Retries", lambda: 0)


def test_kept_gauges_come_and_go(metrics: Metrics) -> None:
    kept = {("softether", "open"): 2.0}
    metrics.kept_gauges("lines", "Lines", ("engine", "state"), lambda: kept.items())
    labels = {"engine": "softether", "state": "open"}
    assert metrics.registry.get_sample_value("renkei_lines", labels) == 2
    kept.clear()
    assert metrics.registry.get_sample_value("renkei_lines", labels) is None


def test_kept_counters_have_labels(metrics: Metrics) -> None:
    kept = {("a", "done"): 1.0}
    metrics.kept_counters("acts", "Acts", ("kind", "result"), lambda: kept.items())
    assert value(metrics, "renkei_acts_total", kind="a", result="done") == 1
    kept["a", "done"] += 1
    kept["b", "refused"] = 5
    assert value(metrics, "renkei_acts_total", kind="a", result="done") == 2
    assert value(metrics, "renkei_acts_total", kind="b", result="refused") == 5


def test_a_process_says_its_version(metrics: Metrics) -> None:
    labels = {"version": version("renkei-gateway"), "python": platform.python_version()}
    assert value(metrics, "renkei_build_info", **labels) == 1


def collector(rows: Sequence[tuple[tuple[str, ...], float]] | Exception, labels: tuple[str, ...] = ()) -> Collector:
    def read() -> Sequence[tuple[tuple[str, ...], float]]:
        if isinstance(rows, Exception):
            raise rows
        return rows

    return Collector("depth", "How deep", labels, read)


def test_a_collector_is_read_at_each_scrape(metrics: Metrics) -> None:
    depths = [1.0, 2.0]
    metrics.add_collector("mine", Collector("depth", "How deep", ("well",), lambda: [(("old",), depths.pop(0))]))
    assert b'renkei_plugin_mine_depth{well="old"} 1.0' in metrics.text()
    assert b'renkei_plugin_mine_depth{well="old"} 2.0' in metrics.text()


@pytest.mark.parametrize(
    "rows", [KeyError("bug"), [((), "deep")], [(("a", "b"), 1)], [(("a",), None)], None, 7, [1]]
)
def test_a_collector_that_fails_drops_its_figure_and_no_other(metrics: Metrics, rows: object) -> None:
    metrics.add_collector("mine", collector(rows, ("well",)))  # type: ignore[arg-type]
    metrics.plugin_metrics("mine").gauge("other", 3)
    text = metrics.text()
    assert b"renkei_plugin_mine_depth{" not in text
    assert b"renkei_plugin_mine_other 3.0" in text
    metrics.text()
    assert value(metrics, "renkei_plugin_figures_dropped_total", plugin="mine") == 2


def test_two_collectors_of_one_name_are_refused(metrics: Metrics) -> None:
    metrics.add_collector("mine", collector([((), 1)]))
    metrics.add_collector("theirs", collector([((), 1)]))
    with pytest.raises(ValueError, match="two figures called renkei_plugin_mine_depth"):
        metrics.add_collector("mine", collector([((), 1)]))


def test_whether_a_plugin_runs_is_a_figure(metrics: Metrics) -> None:
    metrics.plugin_running("mine", True)
    metrics.plugin_running("theirs", False)
    assert value(metrics, "renkei_plugin_running", plugin="mine") == 1
    assert value(metrics, "renkei_plugin_running", plugin="theirs") == 0


def test_the_process_shows_itself_and_two_registries_do_not_meet() -> None:
    first, second = Metrics(), Metrics()
    assert b"process_resident_memory_bytes" in first.text()
    first.plugin_running("mine", True)
    assert value(second, "renkei_plugin_running", plugin="mine") is None


@pytest.mark.parametrize("label", ["job", "instance", "process"])
def test_a_label_that_prometheus_gives_itself_is_refused(metrics: Metrics, label: str) -> None:
    with pytest.raises(ValueError, match=f"has a label called {label}"):
        metrics.add_collector("mine", collector([], ("kind", label)))
