# SPDX-License-Identifier: Apache-2.0
"""One registry a process: every figure of the appliance, by the conventions of Prometheus.

Names begin with `renkei_` and end with their unit: `_total`, `_seconds`, `_bytes`, `_ratio`. Labels are closed
words of ours, never what a person or another process typed.
"""

import logging
import platform
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector as Source

from appliance import __version__
from appliance.contracts.metrics import Collector

PREFIX = "renkei_"
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
LAGS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
# What it adds to every figure: one of ours of the same name would be called exported_….
OF_PROMETHEUS = frozenset({"job", "instance", "process"})
OF_JOBS = ("done", "failed")
OF_PLUGINS = ("done", "refused", "failed", "timeout", "nonsense")
UNKNOWN = "unknown"
Counts = Iterable[tuple[Sequence[str], float]]
_Family = CounterMetricFamily | GaugeMetricFamily

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,99}$")
_log = logging.getLogger(__name__)


class Calls:
    """The figures of one kind of call: how often, how it ended, how long it took."""

    __slots__ = ("_children", "_counter", "_labels", "_seconds")

    def __init__(
        self, counter: Counter, seconds: Histogram, labels: tuple[str, ...], expected: Sequence[str]
    ) -> None:
        """labels are the values of all labels but the last, the outcome.

        Expected outcomes are there from the start, at 0: else the first failure would look like no change.
        """
        for outcome in expected:
            counter.labels(*labels, outcome)
        self._counter = counter
        self._seconds = seconds.labels(*labels).observe
        self._labels = labels
        self._children: dict[str, Callable[[], None]] = {}

    def ended(self, outcome: str, seconds: float) -> None:
        """One call ended with outcome after seconds."""
        count = self._children.get(outcome)
        if count is None:
            count = self._children[outcome] = self._counter.labels(*self._labels, outcome).inc
        count()
        self._seconds(seconds)


class Metrics:
    """The figures of this process."""

    def __init__(self, messages: Collection[str] = (), *, process: bool = True) -> None:
        """messages are the names that may become labels; all others are counted as "unknown".

        process adds memory, descriptors, interpreter and garbage collection.
        """
        self.registry = CollectorRegistry()
        self._messages = frozenset(messages)
        if process:
            for source in (ProcessCollector, PlatformCollector, GCCollector):
                source(registry=self.registry)
        self.gauge(
            "build_info", "1, with the versions of the appliance and of Python", ("version", "python")
        ).labels(__version__, platform.python_version()).set(1)
        self.loop_lag = self.histogram("loop_lag_seconds", "How late the event loop is", buckets=LAGS)
        self._message_calls = self._calls("message", "Messages of the link", ("message",))
        self._plugin_calls = self._calls("plugin_call", "Calls of plugins", ("plugin", "family"), OF_PLUGINS)
        self._job_calls = self._calls("job", "Runs of jobs and background tasks", ("task",), OF_JOBS)
        self._running = self.gauge("plugin_running", "1 where a configured plugin runs, else 0", ("plugin",))
        self._dropped = self.counter(
            "plugin_figures_dropped", "Scrapes that a plugin's collector failed", ("plugin",)
        )
        self._collectors: set[str] = set()

    def counter(self, name: str, help: str, labels: Sequence[str] = ()) -> Counter:
        """A counter `renkei_<name>_total`. Raises ValueError if there is one."""
        return Counter(PREFIX + _checked(name), help, labels, registry=self.registry)

    def gauge(self, name: str, help: str, labels: Sequence[str] = ()) -> Gauge:
        """A gauge `renkei_<name>`; give it a function with set_function() to be read at each scrape."""
        return Gauge(PREFIX + _checked(name), help, labels, registry=self.registry)

    def kept_counter(self, name: str, help: str, read: Callable[[], float]) -> None:
        """A counter `renkei_<name>_total` kept elsewhere; read gives it at each scrape and must not raise."""
        self.kept_counters(name, help, (), lambda: [((), read())])

    def kept_counters(self, name: str, help: str, labels: Sequence[str], read: Callable[[], Counts]) -> None:
        """The same with labels; read gives the number of each combination of their values."""
        self.registry.register(_Kept(CounterMetricFamily, PREFIX + _checked(name), help, labels, read))

    def kept_gauges(self, name: str, help: str, labels: Sequence[str], read: Callable[[], Counts]) -> None:
        """Gauges `renkei_<name>` whose labels come and go; read as of kept_counters()."""
        self.registry.register(_Kept(GaugeMetricFamily, PREFIX + _checked(name), help, labels, read))

    def histogram(
        self, name: str, help: str, labels: Sequence[str] = (), buckets: Sequence[float] = BUCKETS
    ) -> Histogram:
        """A histogram `renkei_<name>`; name ends with its unit."""
        return Histogram(PREFIX + _checked(name), help, labels, registry=self.registry, buckets=buckets)

    def message(self, message: str, outcome: str, seconds: float) -> None:
        """A message was answered; outcome is "done", "cut" or a word of link.refusals.Why."""
        known = message if message in self._messages else UNKNOWN
        self._message_calls(known).ended(outcome, seconds)

    def plugin_call(self, plugin: str, family: str) -> Calls:
        """The figures of a plugin's calls in one family; keep it, it is the fast way."""
        return self._plugin_calls(plugin, family)

    def job(self, name: str) -> Calls:
        """The figures of a job or a background task."""
        return self._job_calls(name)

    def plugin_running(self, plugin: str, running: bool) -> None:
        """Whether a configured plugin runs; an optional one that failed does not."""
        self._running.labels(plugin).set(int(running))

    def plugin_metrics(self, plugin: str) -> "PluginMetrics":
        """What the plugin finds as services.metrics."""
        return PluginMetrics(self.registry, plugin)

    def add_collector(self, plugin: str, collector: Collector) -> None:
        """Read collector at each scrape. Raises ValueError for a name or label that is taken or malformed."""
        name = _plugin_name(plugin, collector.name)
        if taken := OF_PROMETHEUS.intersection(collector.labels):
            raise ValueError(f"{name}: Prometheus itself has a label called {min(taken)}")
        if name in self._collectors:
            raise ValueError(f"there are two figures called {name}")
        self._collectors.add(name)
        failed = self._dropped.labels(plugin).inc
        self.registry.register(_Reading(name, plugin, collector, failed))

    def text(self) -> bytes:
        """All figures in the text format of Prometheus."""
        return generate_latest(self.registry)

    def _calls(
        self, name: str, help: str, labels: tuple[str, ...], expected: Sequence[str] = ()
    ) -> Callable[..., Calls]:
        """A counter with an outcome and a histogram without one, as a cached factory of Calls."""
        counter = self.counter(f"{name}s", f"{help}, by outcome", (*labels, "outcome"))
        seconds = self.histogram(f"{name}_seconds", f"{help}: duration", labels)
        return cache(lambda *values: Calls(counter, seconds, values, expected))


class PluginMetrics:
    """A plugin's counters and gauges, made when first used, under its own prefix."""

    def __init__(self, registry: CollectorRegistry, plugin: str) -> None:
        """plugin is its name; it becomes part of every name here."""
        self._registry = registry
        self._plugin = plugin
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}

    def count(self, name: str, amount: float = 1) -> None:
        """Add amount to the counter `renkei_plugin_<plugin>_<name>_total`."""
        counter = self._counters.get(name)
        if counter is None:
            full = _plugin_name(self._plugin, name)
            counter = self._counters[name] = Counter(full, f"Counted by {self._plugin}", registry=self._registry)
        counter.inc(amount)

    def gauge(self, name: str, value: float) -> None:
        """Set the gauge `renkei_plugin_<plugin>_<name>`."""
        gauge = self._gauges.get(name)
        if gauge is None:
            full = _plugin_name(self._plugin, name)
            gauge = self._gauges[name] = Gauge(full, f"Set by {self._plugin}", registry=self._registry)
        gauge.set(value)


class _Kept(Source):
    """A counter, or gauge, whose numbers stand elsewhere."""

    def __init__(
        self, kind: type[_Family], name: str, help: str, labels: Sequence[str], read: Callable[[], Counts]
    ) -> None:
        self._kind = kind
        self._name = name
        self._help = help
        self.labels = tuple(labels)
        self._read = read

    def describe(self) -> Iterable[Metric]:
        return [self._family()]

    def collect(self) -> Iterable[Metric]:
        family = self._family()
        for values, number in self._read():
            family.add_metric(values, number)
        return [family]

    def _family(self) -> _Family:
        return self._kind(self._name, self._help, labels=self.labels)


class _Reading(Source):
    """A plugin's collector as the registry wants it: a failure drops its figure, never the scrape."""

    def __init__(self, name: str, plugin: str, collector: Collector, failed: Callable[[], None]) -> None:
        self._name = name
        self._plugin = plugin
        self._collector = collector
        self._failed = failed

    def describe(self) -> Iterable[Metric]:
        return [self._family()]

    def collect(self) -> Iterable[Metric]:
        family = self._family()
        try:
            for labels, value in self._collector.read():
                family.add_metric(labels, float(value))
                _refuse_uneven(labels, self._collector.labels)
        except Exception:  # noqa: BLE001 - a plugin may raise anything; the other figures must still be seen
            what = (self._plugin, self._name)
            _log.exception("plugin %s: its figure %s is dropped", *what, extra={"plugin": self._plugin})
            self._failed()
            return []
        return [family]

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(self._name, self._collector.help, labels=self._collector.labels)


def _refuse_uneven(values: Sequence[str], labels: Sequence[str]) -> None:
    if len(values) != len(labels):
        raise ValueError(f"{len(labels)} labels, but {len(values)} values")


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a figure: small letters, digits and _")
    return name


def _plugin_name(plugin: str, name: str) -> str:
    return f"{PREFIX}plugin_{plugin}_{_checked(name)}"
