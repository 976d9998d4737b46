# SPDX-License-Identifier: Apache-2.0
"""`renkei serve`: run tiers until told to stop."""

import argparse
import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from appliance import __version__
from appliance.cli.activation import FIGURES, inherited
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.listening import listening
from appliance.cli.log import start_log
from appliance.cli.notify import notify, tick_watchdog
from appliance.cli.places import config_path
from appliance.cli.tiers import Process, open_gate, open_vault, open_web
from appliance.config.load import load
from appliance.config.problems import malformed
from appliance.config.settings import LogLevel, Settings
from appliance.metrics.endpoint import serve as serve_metrics
from appliance.metrics.loop_lag import watch_loop
from appliance.model.words import WEB_SITES, Site

log = logging.getLogger(__name__)
WORDS = ("web", "vault", "gate")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which tiers: all of them, or some of web SITE…, vault, gate."""
    parser.add_argument("--all", action="store_true", help="every tier in one process")
    parser.add_argument("tiers", nargs="*", help="web [public|portal|console …], vault, gate")
    levels = [level.value for level in LogLevel]
    parser.add_argument("--log-level", choices=levels, help="else what `log_level` of the configuration says")


def run(given: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    wanted, sites = chosen(given)
    path = config_path(given.config)
    settings = load(path)
    start_log(given.log_level or settings.log_level, ",".join(sorted(wanted)))
    refuse_malformed(settings)
    uvloop.run(serve(settings, path, wanted, sites))
    return 0


def chosen(given: argparse.Namespace) -> tuple[frozenset[str], tuple[Site, ...]]:
    """The tiers and the sites that the words ask for. Raises NotUnderstood for words that make no sense."""
    words = set(given.tiers)
    sites = tuple(site for site in WEB_SITES if site.value in words)
    unknown = words - set(WORDS) - {site.value for site in WEB_SITES}
    if given.all == bool(words) or unknown or (sites and "web" not in words):
        raise NotUnderstood("say --all, or some of: web [public|portal|console …], vault, gate")
    return frozenset(WORDS if given.all else words & set(WORDS)), sites or WEB_SITES


def refuse_malformed(settings: Settings) -> None:
    """Raise Failure for an address that is none, before anything is started."""
    if found := list(malformed(settings)):
        raise Failure("; ".join(found))


async def serve(settings: Settings, path: Path, wanted: frozenset[str], sites: tuple[Site, ...]) -> None:
    """Start the gate, the vault and the sites, in this order; stop them in reverse."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with asyncio.TaskGroup() as group, AsyncExitStack() as stack:
        process = Process(settings, path, group, stack, inherited())
        for word, opener in _openers(sites).items():
            if word in wanted:
                await opener(process)
        figures = process.listeners.get(FIGURES)
        for key, place in [(FIGURES, "")] if figures else _metrics_at(settings, wanted, sites):
            with listening(key, place):
                await stack.enter_async_context(serve_metrics(process.metrics, place, figures))
        ticking = [group.create_task(work) for work in (tick_watchdog(), watch_loop(process.metrics))]
        notify("READY=1")
        log.info("ready: %s %s", " ".join(sorted(wanted)), __version__)
        await stopping.wait()
        notify("STOPPING=1")
        log.info("told to stop; what is under way comes to its end")
        for task in ticking:
            task.cancel()


def _openers(sites: tuple[Site, ...]) -> dict[str, Callable[[Process], Awaitable[None]]]:
    return {"gate": open_gate, "vault": open_vault, "web": lambda process: open_web(process, sites)}


def _metrics_at(settings: Settings, wanted: frozenset[str], sites: tuple[Site, ...]) -> list[tuple[str, str]]:
    """One endpoint a process, with its key: the vault's if it is among them, else the gate's, else a site's."""
    if "vault" in wanted:
        places = [("vault.metrics", settings.vault.metrics)]
    elif "gate" in wanted:
        places = [("gate.metrics", settings.gate.metrics)]
    else:
        places = [(f"sites.{site}.metrics", settings.sites.of(site).metrics) for site in sites]
    return [(key, place) for key, place in places if place][:1]
