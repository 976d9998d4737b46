# SPDX-License-Identifier: Apache-2.0
"""Metrics: figures that a plugin adds to its process's endpoint."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Collector:
    """One gauge, read at each scrape. name gets the prefix `renkei_plugin_<plugin>_`.

    read must not block: it returns what a job or event has left for it. labels are fixed words, never user input,
    and none of job, instance and process, which Prometheus adds itself.
    """

    name: str
    help: str
    labels: tuple[str, ...]
    read: Callable[[], Sequence[tuple[tuple[str, ...], float]]]
