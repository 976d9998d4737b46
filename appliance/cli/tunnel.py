# SPDX-License-Identifier: Apache-2.0
"""`renkei tunnel`: the VPN sessions that there are and were, ending them, and keeping PCs out."""

import argparse
import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import msgspec

from appliance.cli.ask import ask
from appliance.cli.failure import Failure
from appliance.cli.places import config_path
from appliance.link.messages import (
    AskPastTunnels,
    AskTunnels,
    BelieveEngine,
    CloseTunnels,
    KeepSeatOut,
    LetSeatIn,
    TunnelRow,
    TunnelsEnded,
)
from appliance.model.time import Instant, in_japan
from appliance.model.tunnels import Cause

SHOWN = 200
STILL_THERE = 1
ALL = "all"
LINE = (
    "A line: contract, PC, day and time in Japan since when and until when it was there, until when it may stay or "
    "why it ended, from where it came, bytes from the PC and to it, who is signed in."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei tunnel list`, `history`, `end`, `block`, `unblock` and `believe`."""
    words = parser.add_subparsers(dest="word", required=True)
    _as_json(words.add_parser("list", help="the PCs that are connected now", epilog=LINE))
    history = words.add_parser("history", help="sessions, the newest first, and why they ended", epilog=LINE)
    history.add_argument("--contract", default="", help="contract number of the office; without one, all offices")
    history.add_argument("--cause", choices=[cause.value for cause in Cause])
    history.add_argument("--day", type=_day, default="", help="YYYY-MM-DD in Japan")
    history.add_argument("--most", type=_count, default=SHOWN, help=f"how many; {SHOWN} unless told")
    _as_json(history)
    end = words.add_parser("end", help="end sessions at once; exit code 1 when not all are seen to be gone")
    end.add_argument("--contract", required=True, help=f"contract number of the office, or `{ALL}`")
    end.add_argument("--seat", type=_count, default=0, help="which PC; without, every PC of the office")
    end.add_argument("--reason", required=True, help="for the journal")
    _as_json(end)
    believe = words.add_parser("believe", help="kits are told what an engine says now; `renkei doctor` names both")
    believe.add_argument("--engine", required=True, help="name of its plugin")
    believe.add_argument("--fingerprint", required=True, help="of what it says now, as the doctor shows it")
    believe.add_argument("--reason", required=True, help="for the journal")
    _as_json(believe)
    for word, what in (("block", "keep a PC out until it is let in again"), ("unblock", "let it in again")):
        about = words.add_parser(word, help=what)
        about.add_argument("--contract", required=True, help="contract number of the office")
        about.add_argument("--seat", type=_count, required=True, help="which PC; 1 is the admin's")
        told = "what the office hears as the reason" if word == "block" else "for the journal"
        about.add_argument("--reason", required=True, help=told)
        _as_json(about)


def _day(text: str) -> str:
    """A day as the vault takes it, or nothing. Raises what argparse makes a sentence of."""
    try:
        return text and dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write for example 2026-06-09") from None


def _count(text: str) -> int:
    """1 or more: 0 would be every PC, or no session at all."""
    if not text.isascii() or not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _as_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """One of them."""
    return WORDS[given.word](given)


def listed(given: argparse.Namespace) -> int:
    """One line for each that is connected, page after page."""
    return _show(given, list(_pages(given, AskTunnels())), "nothing is connected")


def history(given: argparse.Namespace) -> int:
    """The same of those that were, up to so many."""
    asked = AskPastTunnels(given.contract, Cause(given.cause) if given.cause else None, given.day)
    rows: list[TunnelRow] = []
    for row in _pages(given, asked):
        if len(rows) >= given.most:
            break
        rows.append(row)
    return _show(given, rows, "there were no such sessions")


def ended(given: argparse.Namespace) -> int:
    """What was seen after it was told."""
    if given.contract == ALL and given.seat:
        raise Failure("--seat is of one office; say its contract number")
    number = "" if given.contract == ALL else given.contract
    return _observed(given, CloseTunnels(number, given.seat, given.reason), "nothing was connected")


def blocked(given: argparse.Namespace) -> int:
    """What was seen of its session."""
    return _observed(given, KeepSeatOut(given.contract, given.seat, given.reason), "blocked; it was not connected")


def unblocked(given: argparse.Namespace) -> int:
    """It may connect again."""
    ask(config_path(given.config), LetSeatIn(given.contract, given.seat, given.reason))
    print(json.dumps({"unblocked": given.seat}) if given.json else "it may connect again")
    return 0


def believed(given: argparse.Namespace) -> int:
    """Kits are told it from now on."""
    ask(config_path(given.config), BelieveEngine(given.engine, given.fingerprint, given.reason))
    print(json.dumps({"believed": given.engine}) if given.json else "kits that are made from now on are told so")
    return 0


WORDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": listed,
    "history": history,
    "end": ended,
    "block": blocked,
    "unblock": unblocked,
    "believe": believed,
}


def _pages(given: argparse.Namespace, asked: AskTunnels | AskPastTunnels) -> Iterator[TunnelRow]:
    while True:
        page: Any = ask(config_path(given.config), asked)
        yield from page.rows
        if not page.next:
            return
        asked = replace(asked, after=page.next)


def _show(given: argparse.Namespace, rows: list[TunnelRow], nothing: str) -> int:
    if given.json:
        print(json.dumps(msgspec.to_builtins(rows)))
    else:
        print("\n".join(map(_line, rows)) or nothing)
    return 0


def _observed(given: argparse.Namespace, message: object, nothing: str) -> int:
    seen: TunnelsEnded = ask(config_path(given.config), message)
    print(json.dumps(msgspec.to_builtins(seen)) if given.json else said_of(seen, nothing))
    return STILL_THERE if seen.asked != seen.gone else 0


def said_of(seen: TunnelsEnded, nothing: str) -> str:
    """What was observed, in a sentence."""
    if not seen.asked:
        return nothing
    if not seen.heard:
        return f"{seen.asked} to end, but the gate did not answer: nothing was observed; it is told when it is back"
    if not seen.left:
        return f"{seen.gone} gone"
    shut = "nothing of them passes any more" if seen.shut else "they may still get through"
    return f"{seen.gone} gone, {seen.left} still shown by an engine: {shut}; it is tried again"


def _line(row: TunnelRow) -> str:
    why = row.cause or (f"until {_at(row.ends_at)}" if row.ends_at else row.state)
    people = ",".join(one.login for one in row.people)
    end = f"-{_at(row.ended_at)}" if row.ended_at else ""
    whose = f"{row.contract_number or '-':<20} {row.seat:02d}"
    since = f"{in_japan(row.appeared_at):%Y-%m-%d} {_at(row.appeared_at)}{end}"
    return f"{whose} {since} {why} {row.source or '-'} {row.bytes_in}/{row.bytes_out} {people}".rstrip()


def _at(at: Instant) -> str:
    return f"{in_japan(at):%H:%M}"
