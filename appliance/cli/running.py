# SPDX-License-Identifier: Apache-2.0
"""`renkei link`, `status` and `demo`: messages to the running vault."""

import argparse
import json
import re

import msgspec

from appliance.cli.ask import ask
from appliance.cli.failure import NotUnderstood
from appliance.cli.places import config_path
from appliance.link.messages import AskStatus, CutLink, EngineNow, MoveClock, ScannerNow
from appliance.model.time import Instant, date_in_japan, in_japan
from appliance.model.words import WEB_SITES, Site

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
STEP = re.compile(r"^\+([0-9]{1,6})([smhd])$")


def link_arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei link cut`."""
    cut = parser.add_subparsers(dest="word", required=True).add_parser("cut", help="end all visits of a site")
    cut.add_argument("site", type=Site, choices=list(WEB_SITES))


def cut_link(given: argparse.Namespace) -> int:
    """Say how many visits ended."""
    print(f"{ask(config_path(given.config), CutLink(given.site)).visits} visits ended")
    return 0


def status_arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei status`."""
    parser.add_argument("--json", action="store_true")


def status(given: argparse.Namespace) -> int:
    """Print the vault's figures."""
    found = ask(config_path(given.config), AskStatus())
    figures = msgspec.to_builtins(found)
    if given.json:
        print(json.dumps(figures))
    else:
        shown = {
            **figures,
            "now": _clock(found.now),
            "scanners": "; ".join(map(scanner_text, found.scanners)) or "none",
            "engines": "; ".join(map(engine_text, found.engines)) or "none",
        }
        print("\n".join(f"{name:16} {value}" for name, value in shown.items()))
    return 0


def scanner_text(scanner: ScannerNow) -> str:
    """A scanner in one line."""
    if not scanner.engine:
        return f"{scanner.name} does not answer"
    made = f", signatures {date_in_japan(scanner.signatures_at)}" if scanner.signatures_at else ""
    return f"{scanner.name}: {scanner.engine}{made}"


def engine_text(engine: EngineNow) -> str:
    """A VPN engine in one line."""
    return f"{engine.name} is ready" if engine.ready else f"{engine.name}: {engine.trouble or 'not ready'}"


def _clock(now: Instant) -> str:
    return f"{in_japan(now):%Y-%m-%d %H:%M:%S} JST"


def demo_arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei demo clock`."""
    words = parser.add_subparsers(dest="word", required=True)
    clock = words.add_parser("clock", help="move the demo's clock forward")
    clock.add_argument("step", help="such as +60m, +2h, +1d")


def move_clock(given: argparse.Namespace) -> int:
    """Say what time it is then."""
    step = STEP.fullmatch(given.step)
    if step is None:
        raise NotUnderstood(f"{given.step!r} is no step: write such as +60m, +2h or +1d")
    seconds = int(step[1]) * UNITS[step[2]]
    print(_clock(ask(config_path(given.config), MoveClock(seconds)).now))
    return 0
