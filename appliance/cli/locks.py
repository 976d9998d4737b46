# SPDX-License-Identifier: Apache-2.0
"""`renkei locks`: whose sign-in is locked or blocked, and ending that."""

import argparse
import json

import msgspec

from appliance.cli.ask import ask
from appliance.cli.first_password import show_first
from appliance.cli.places import config_path
from appliance.link.messages import AskLocks, CounterLock, LockRow, ReleaseLock
from appliance.model.time import Instant, in_japan


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei locks list` and `release`."""
    words = parser.add_subparsers(dest="word", required=True)
    listing = words.add_parser("list", help="who is locked out just now")
    listing.add_argument("--json", action="store_true")
    release = words.add_parser("release", help="end a lock; who is blocked gets a new first password")
    release.add_argument("--contract", default="", help="contract number of the office; none for the fund's staff")
    release.add_argument("--login", required=True)
    release.add_argument("--reason", required=True, help="for the journal")
    release.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """One of both."""
    return listed(given) if given.word == "list" else released(given)


def listed(given: argparse.Namespace) -> int:
    """Print one line for each."""
    page = ask(config_path(given.config), AskLocks())
    if given.json:
        print(json.dumps(msgspec.to_builtins((*page.rows, *page.counters))))
    else:
        print("\n".join((*map(_line, page.rows), *map(counter_line, page.counters))) or "nobody is locked out")
    return 0


def released(given: argparse.Namespace) -> int:
    """Say what the person signs in with now; a first password is shown this once."""
    message = ReleaseLock(given.contract, given.login, given.reason)
    password = ask(config_path(given.config), message).password
    if password or given.json:
        show_first(given.login, password, as_json=given.json)
    else:
        print(f"{given.login} can sign in again, with the password as it was")
    return 0


def _line(row: LockRow) -> str:
    until = _until(row.until) if row.until else "until the fund releases it"
    return f"{row.contract_number or 'fund':<20} {row.login:<20} {row.state:<8} {until}"


def counter_line(lock: CounterLock) -> str:
    """A download password that is locked or blocked; the desk ends both, a new letter the other as well."""
    until = _until(lock.until) if lock.until else "until the desk ends it, or a new letter"
    return f"{lock.contract_number:<20} {'(download password)':<20} {lock.state:<8} {until}"


def _until(at: Instant) -> str:
    return f"until {in_japan(at):%Y-%m-%d %H:%M} JST"
