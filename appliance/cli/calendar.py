# SPDX-License-Identifier: Apache-2.0
"""`renkei calendar`: is the service open, why not, and when does it open next?"""

import argparse
import datetime as dt
import json
import os
import sys

from appliance.cli.failure import NotUnderstood
from appliance.cli.places import config_path
from appliance.config.decode import ConfigError
from appliance.config.load import load
from appliance.config.opening import calendar_of, ending
from appliance.config.settings import CalendarSettings
from appliance.host.system import SystemClock
from appliance.model.calendar import Calendar, Opening, date_of
from appliance.model.time import JST, Instant, in_japan, instant

IS_OPEN, IS_CLOSED = 0, 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """An instant, and for whom the answer is."""
    parser.add_argument("time", nargs="?", help="such as 2026-06-09T10:00, in Japan where it has no zone; else now")
    parser.add_argument("--json", action="store_true", help="print the answer for programs")


def run(given: argparse.Namespace) -> int:
    """Print the answer; 0 while the service is open, 1 while it is closed. Raises NotUnderstood, which is 2."""
    calendar = chosen(given.config)
    at = now() if given.time is None else moment(given.time)
    try:
        opening = calendar.opening(at)
    except ValueError as error:
        raise NotUnderstood(f"{given.time}: no calendar reaches that far") from error
    for text in ending(calendar, date_of(at)):
        print(f"warning: {text}", file=sys.stderr)
    print(json.dumps(for_programs(opening)) if given.json else sentence(opening))
    return IS_OPEN if opening.is_open else IS_CLOSED


def chosen(config: str | None) -> Calendar:
    """The calendar of the configuration that is named or there to be read, else as it is shipped."""
    path = config_path(config)
    is_named = config or os.environ.get("RENKEI_CONFIG")
    try:
        return calendar_of(load(path).calendar if is_named or os.access(path, os.R_OK) else CalendarSettings())
    except ConfigError as error:
        # Exit code 1 would say that the service is closed.
        raise NotUnderstood(str(error)) from error


def now() -> Instant:
    """The machine's clock: this command asks no vault."""
    return SystemClock().now()


def moment(text: str) -> Instant:
    """The instant of an ISO 8601 text, in Japan where it has no zone. Raises NotUnderstood."""
    try:
        found = dt.datetime.fromisoformat(text)
        # A second that is not over is never the next one: 07:59:59.9999 is before 08:00.
        whole = found.replace(microsecond=found.microsecond // 1000 * 1000)
        return instant(whole if whole.tzinfo else whole.replace(tzinfo=JST))
    except (ValueError, OverflowError) as error:
        raise NotUnderstood(f"{text!r} is no time such as 2026-06-09T10:00 or 2026-06-09T01:00Z") from error


def for_programs(opening: Opening) -> dict[str, object]:
    """The answer as an object of JSON."""
    return {
        "open": opening.is_open,
        "reason": opening.reason.value,
        "next_open": in_japan(opening.next_open).isoformat(),
        "closes": None if opening.closes is None else in_japan(opening.closes).isoformat(),
    }


def sentence(opening: Opening) -> str:
    """The answer in words."""
    if opening.closes is not None:
        return f"open until {_written(opening.closes)}"
    return f"closed ({opening.reason.value.replace('_', ' ')}), opens {_written(opening.next_open)}"


def _written(at: Instant) -> str:
    return f"{in_japan(at):%Y-%m-%d %H:%M} in Japan"
