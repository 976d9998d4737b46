# SPDX-License-Identifier: Apache-2.0
"""The life of a plugin, and all that the host hands it.

1. The module is imported. Importing has no side effect.
2. Its settings table is decoded into `Settings`, strictly: an unknown key stops the start.
3. `__init__(settings, services)` keeps both and does nothing else.
4. Every `register_<family>` hook is called once and hands over providers; it does not work.
5. `start()` opens what is needed.
6. `check()` proves that it works, or raises PluginError with a sentence that says what to do.
7. The providers are called, guarded.
8. In the vault `examine()` is asked now and then how it is, at any time, beside everything else.
9. `stop()` closes, in reverse order of start, also after a start that failed half-way.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

import pluggy

from appliance.model.time import Instant

PROJECT = "renkei"
hookimpl = pluggy.HookimplMarker(PROJECT)

T = TypeVar("T")


class PluginError(Exception):
    """A plugin cannot start or go on; the text says what is so and what to do."""


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> Instant:
        """The wall-clock instant, in milliseconds."""

    def monotonic(self) -> float:
        """Seconds that never go back, for running timers."""


class Random(Protocol):
    """The only source of chance."""

    def bytes(self, count: int) -> bytes:
        """count bytes that nobody can guess."""


class Records(Protocol):
    """A plugin's own space, its keys apart from everybody else's.

    Values are sealed, keys are not: a key never holds what names a person or an office (design §5). It has at most
    200 bytes.
    """

    async def get(self, key: str) -> bytes | None:
        """The value kept under key, or None."""

    async def put(self, key: str, value: bytes) -> None:
        """Keep value under key; durable on return."""

    async def delete(self, key: str) -> None:
        """Forget key; durable on return."""

    async def scan(
        self, after: str = "", limit: int = 1000, *, prefix: str = "", newest: bool = False
    ) -> list[tuple[str, bytes]]:
        """At most limit pairs whose keys begin with prefix, in the order of keys, from the first beyond after.

        newest turns the order round: from the last key, or from the last one below after. It costs what it answers.
        """


class Metrics(Protocol):
    """Counters and gauges under the plugin's own prefix `renkei_plugin_<name>_`."""

    def count(self, name: str, amount: float = 1) -> None:
        """Add amount to the counter name."""

    def gauge(self, name: str, value: float) -> None:
        """Set the gauge name to value."""


@dataclass(frozen=True)
class Services:
    """What the host gives a plugin. Nothing else of the appliance is for plugins.

    ask sends the same messages as a site, as the service account `plugin:<name>`.
    credential reads a secret by name; it is never part of the settings.
    in_thread runs a blocking function on the plugin's own single worker thread.
    """

    clock: Clock
    random: Random
    log: logging.Logger
    metrics: Metrics
    records: Records
    ask: Callable[[object], Awaitable[Any]]
    credential: Callable[[str], bytes]
    in_thread: "InThread"


class InThread(Protocol):
    """Runs a blocking function without blocking the loop."""

    async def __call__(self, function: Callable[..., T], *args: Any) -> T:
        """The result of function(*args), run on the plugin's own worker thread."""


@dataclass(frozen=True)
class NoSettings:
    """For a plugin without settings."""


class Plugin:
    """Base of every plugin. Set `Settings` to a frozen dataclass; hook at least one family.

    demo_only: it makes believe, and stops the start unless `[demo] enabled = true`.
    """

    Settings: ClassVar[type] = NoSettings
    demo_only: ClassVar[bool] = False

    def __init__(self, settings: Any, services: Services) -> None:
        """Keep both; nothing else happens here."""
        self.settings = settings
        self.services = services

    async def start(self) -> None:
        """Open what is needed. Called once, before check()."""

    async def check(self) -> None:
        """Return if everything works; else raise PluginError with the cause and the cure."""

    async def examine(self) -> None:
        """Say how it is now, while it runs: return if it works, else raise PluginError with the cause and the cure.

        `renkei doctor` asks plugins of the vault, twice a minute at most, and waits for six seconds. No secrets:
        it is shown to people.
        """

    async def stop(self) -> None:
        """Close everything; may be called after a start() that failed half-way."""
